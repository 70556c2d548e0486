import fc from 'fast-check'
import { MANUAL_ACTS, type ManualAct } from '#edge/acts'
import { Instant, Kilograms } from '#edge/units'
import { SENSORS } from '#edge/weighing'
import { deadlineOf, initialState, step } from '#weighing/step'
import { follow, type Tape } from '#weighing/tape'
import type { Gate, LaneInput, LaneState, Rules, Step } from '#weighing/vocabulary'
import { aDossier, aSighting, someRules } from '../../builders/lane.ts'
import { aBookTicket, aPolicy, aStaffCar, aTare, aTicketNumber, aVehicle, NOON } from '../../builders/ticket.ts'

/** Whatever happens at a lane, in any order, and a machine that is told it. */
export const usual = someRules()
const NO_GATES = { ...usual.layout, gates: { entry: false, exit: false } }
const without = (...parts: string[]): Rules['fitted'] => SENSORS.filter((sensor) => !parts.some((part) => sensor.endsWith(part)))
/** Every kind of lane that the configuration lets through. */
export const KINDS: Readonly<Record<string, Rules>> = {
  usual,
  'light only': someRules({ layout: NO_GATES }),
  'exit barrier only': someRules({ layout: { ...usual.layout, gates: { entry: false, exit: true } } }),
  'no beams': someRules({ fitted: without('-beam') }),
  'no loops': someRules({ fitted: without('-loop') }),
  'nothing at the exit': someRules({ fitted: without('exit-loop', 'exit-beam', 'exit-arm-down'), layout: NO_GATES }),
  'no sensor at all': someRules({ fitted: [], layout: NO_GATES }),
  'both ends': someRules({ layout: { ...usual.layout, bothWays: true } }),
}
const CODE = '246813'
export type Happening = { readonly after: number } & (
  | { readonly what: 'reading'; readonly kg: number; readonly stable: boolean | null; readonly times: number }
  | { readonly what: 'sensor'; readonly sensor: number; readonly on: boolean }
  | { readonly what: 'device'; readonly device: string; readonly heard: boolean }
  | { readonly what: 'sighting'; readonly plate: string | null; readonly backfill: boolean; readonly fake: boolean }
  | { readonly what: 'shown'; readonly n: number }
  | { readonly what: 'tag'; readonly tag: string }
  | { readonly what: 'operator'; readonly act: ManualAct; readonly gate: Gate }
  | { readonly what: 'remote'; readonly heard: boolean }
  | { readonly what: 'late'; readonly late: boolean }
  | { readonly what: 'claim'; readonly right: boolean }
  | { readonly what: 'started'; readonly interrupted: boolean }
  | { readonly what: 'dossier' }
  | { readonly what: 'wait' }
)
const after = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: -2_000, max: 70_000 }))
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('reading' as const),
      after,
      kg: fc.constantFrom(0, 0, 60, 500, 900, 1_860, 15_800, 15_800, 46_600, 52_400, 121_000, -3_000),
      stable: fc.constantFrom(null, null, true, false),
      times: fc.constantFrom(1, 1, 40),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant('sensor' as const), after, sensor: fc.integer({ min: 0, max: 5 }), on: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('device' as const),
      after,
      device: fc.constantFrom('scale', 'board', 'camera-front'),
      heard: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('sighting' as const),
      after,
      plate: fc.constantFrom('陕K12345', '陕K12345', '陕K1234S', '陕K99887', '陕K5566A', '陕K6780挂', null),
      backfill: fc.boolean(),
      fake: fc.constantFrom(false, false, true),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('tag' as const), after, tag: fc.constantFrom('E2000017', 'E2000077') }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('shown' as const), after, n: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('operator' as const),
      after,
      act: fc.constantFrom(...MANUAL_ACTS, 'release' as const),
      gate: fc.constantFrom('entry' as const, 'exit' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('remote' as const), after, heard: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('late' as const), after, late: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('claim' as const), after, right: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('started' as const), after, interrupted: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('dossier' as const), after }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('wait' as const), after }) },
)
/** Mostly a lane that works: random noise alone rarely gets a truck as far as a verdict. */
const visit = (kg: number): Happening[] => [
  { what: 'sensor', after: 500, sensor: 0, on: true },
  { what: 'sighting', after: 100, plate: '陕K12345', backfill: false, fake: false },
  { what: 'reading', after: 900, kg, stable: null, times: 1 },
  { what: 'sensor', after: 300, sensor: 0, on: false },
  { what: 'reading', after: 80, kg, stable: null, times: 80 },
]
/** Over the exit loop and away, let go or not. */
const away: Happening[] = [
  { what: 'sensor', after: 200, sensor: 3, on: false },
  { what: 'sensor', after: 200, sensor: 3, on: true },
  { what: 'reading', after: 800, kg: 0, stable: null, times: 20 },
  { what: 'sensor', after: 100, sensor: 3, on: false },
]
export const calm: Happening[] = [
  { what: 'late', after: 1, late: false },
  ...SENSORS.map((sensor, at): Happening => ({ what: 'sensor', after: 1, sensor: at, on: sensor.endsWith('arm-down') })),
  { what: 'reading', after: 80, kg: 0, stable: null, times: 60 },
]
/** The agent dies over a truck that is gone when it starts again. */
const inTheDark: Happening[] = [...visit(15_800).slice(0, 4), { what: 'started', after: 9_000, interrupted: true }, ...calm]
/** The same stay from the second end. */
const mirrored = (all: readonly Happening[]): Happening[] =>
  all.map((one) => (one.what === 'sensor' ? { ...one, sensor: [3, 2, 1, 0, 5, 4][one.sensor] ?? 0 } : one))
export const happenings = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: happening.map((one) => [one]) },
      { weight: 1, arbitrary: fc.constantFrom(15_800, 46_600, 52_400).map(visit) },
      { weight: 1, arbitrary: fc.constantFrom(15_800, 52_400).map((kg) => [...visit(kg), ...away]) },
      { weight: 1, arbitrary: fc.constantFrom(15_800, 52_400).map((kg) => mirrored([...visit(kg), ...away])) },
      { weight: 1, arbitrary: fc.constant(calm) },
      { weight: 1, arbitrary: fc.constant(inTheDark) },
    ),
    { maxLength: 60 },
  )
  .map((parts) => [...calm, ...parts.flat()])

export const dossiers = fc.constantFrom(
  aDossier(),
  aDossier({ tickets: [aBookTicket({ tare: aTare() })] }),
  aDossier({ tickets: [], register: [aStaffCar({ tags: ['E2000077'] })] }),
  aDossier({ register: [aVehicle({ tags: ['E2000017'] })] }),
  aDossier({ policy: aPolicy({ rules: {}, otherwise: 'observe' }) }),
  aDossier({ tickets: [], register: [], policy: aPolicy({ rules: {}, otherwise: 'observe' }) }),
  aDossier({ tickets: [aBookTicket({ state: 'released' })], clock: 'untrusted' }),
)

export interface Told extends Step {
  readonly before: LaneState
  readonly input: LaneInput
  readonly tape: Tape | null
}

export function play(all: readonly Happening[], dossier = aDossier(), rules = usual): Told[] {
  const told: Told[] = []
  let at = NOON
  let state: LaneState = initialState(at)
  let tape: Tape | null = null
  const tell = (input: LaneInput): void => {
    const before = state
    const { state: next, effects } = step(before, input, rules)
    tape = follow(tape, before, input, next, rules)
    told.push({ before, input, state: next, effects, tape })
    state = next
    if (effects.some(({ kind }) => kind === 'fetch-dossier')) tell({ kind: 'dossier', at, dossier })
    if (effects.some(({ kind }) => kind === 'make-code')) tell({ kind: 'code-made', at, code: CODE })
  }
  const due = (): void => {
    const until = deadlineOf(state)
    if (until !== null && until <= at) tell({ kind: 'deadline', at })
  }
  tell({ kind: 'started', at, interrupted: false })
  for (const one of all) {
    at = Instant(at + one.after)
    due()
    switch (one.what) {
      case 'reading':
        for (let n = 0; n < one.times; n += 1) {
          if (n > 0) at = Instant(at + 80)
          tell({ kind: 'reading', at, weight: Kilograms(one.kg), stable: one.stable })
          due()
        }
        break
      case 'sensor': {
        const sensor = SENSORS[one.sensor] ?? 'entry-loop'
        // What this lane does not have says nothing.
        if (rules.fitted.includes(sensor)) tell({ kind: 'sensor', at, sensor, on: one.on })
        break
      }
      case 'device':
        tell({ kind: 'device', at, device: one.device, heard: one.heard })
        break
      case 'sighting':
        tell({ kind: 'sighting', at, sighting: aSighting({ at, plate: one.plate, backfill: one.backfill, fake: one.fake }) })
        break
      case 'tag':
        tell({ kind: 'tag-read', at, tag: one.tag, by: 'tag' })
        break
      case 'shown':
        tell({ kind: 'ticket-shown', at, number: aTicketNumber(one.n) })
        break
      case 'operator':
        tell({ kind: 'operator-act', at, act: one.act, reason: 'other', operator: 'li', gate: one.gate, plate: '陕K12345' })
        break
      case 'remote':
        tell({ kind: 'remote-control', at, heard: one.heard })
        break
      case 'late':
        tell({ kind: 'board-late', at, late: one.late })
        break
      case 'claim':
        tell({ kind: 'ticket-claimed', at, number: aTicketNumber(1), code: one.right ? CODE : '000000' })
        break
      case 'started':
        tell({ kind: 'started', at, interrupted: one.interrupted })
        break
      case 'dossier':
        tell({ kind: 'dossier', at, dossier })
        break
      case 'wait':
        break
    }
    due()
  }
  return told
}

export const opensExit = ({ effects }: Step): number =>
  effects.filter((effect) => effect.kind === 'gate' && effect.gate === 'exit' && effect.move === 'open').length
export const records = ({ effects }: Step) => effects.flatMap((effect) => (effect.kind === 'write' ? [effect.record] : []))
export const busy = (state: LaneState, side: 'entry' | 'exit'): boolean =>
  state.sensors[`${side}-loop`] === true || state.sensors[`${side}-beam`] === true
