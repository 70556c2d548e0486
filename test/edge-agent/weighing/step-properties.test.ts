import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MANUAL_ACTS, type ManualAct } from '#edge/acts'
import { canonical } from '#edge/canonical'
import { PHASES } from '#edge/lane-status'
import { Instant, Kilograms } from '#edge/units'
import { SENSORS } from '#edge/weighing'
import { deadlineOf, initialState, step } from '#weighing/step'
import { decodeTape, encodeTape, follow, replay, type Tape } from '#weighing/tape'
import type { Gate, LaneInput, LaneState, Rules, Step } from '#weighing/vocabulary'
import { aDossier, aSighting, someRules } from '../../builders/lane.ts'
import { aBookTicket, aPolicy, aStaffCar, aTare, aTicketNumber, aVehicle, NOON } from '../../builders/ticket.ts'

/** Whatever happens, in any order: the invariants of DESIGN.md section 6 that belong to the lane's machine. */
const usual = someRules()
const NO_GATES = { ...usual.layout, gates: { entry: false, exit: false } }
const without = (...parts: string[]): Rules['fitted'] => SENSORS.filter((sensor) => !parts.some((part) => sensor.endsWith(part)))
/** Every kind of lane that the configuration lets through. */
const KINDS: Readonly<Record<string, Rules>> = {
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
type Happening = { readonly after: number } & (
  | { readonly what: 'reading'; readonly kg: number; readonly stable: boolean | null; readonly times: number }
  | { readonly what: 'sensor'; readonly sensor: number; readonly on: boolean }
  | { readonly what: 'device'; readonly device: string; readonly heard: boolean }
  | { readonly what: 'sighting'; readonly plate: string | null; readonly backfill: boolean; readonly fake: boolean }
  | { readonly what: 'shown'; readonly n: number }
  | { readonly what: 'tag'; readonly tag: string }
  | { readonly what: 'operator'; readonly act: ManualAct; readonly gate: Gate }
  | { readonly what: 'remote'; readonly heard: boolean }
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
const calm: Happening[] = [
  ...SENSORS.map((sensor, at): Happening => ({ what: 'sensor', after: 1, sensor: at, on: sensor.endsWith('arm-down') })),
  { what: 'reading', after: 80, kg: 0, stable: null, times: 60 },
]
/** The agent dies over a truck that is gone when it starts again. */
const inTheDark: Happening[] = [...visit(15_800).slice(0, 4), { what: 'started', after: 9_000, interrupted: true }, ...calm]
/** The same stay from the second end. */
const mirrored = (all: readonly Happening[]): Happening[] =>
  all.map((one) => (one.what === 'sensor' ? { ...one, sensor: [3, 2, 1, 0, 5, 4][one.sensor] ?? 0 } : one))
const happenings = fc
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

const dossiers = fc.constantFrom(
  aDossier(),
  aDossier({ tickets: [aBookTicket({ tare: aTare() })] }),
  aDossier({ tickets: [], register: [aStaffCar({ tags: ['E2000077'] })] }),
  aDossier({ register: [aVehicle({ tags: ['E2000017'] })] }),
  aDossier({ policy: aPolicy({ rules: {}, otherwise: 'observe' }) }),
  aDossier({ tickets: [], register: [], policy: aPolicy({ rules: {}, otherwise: 'observe' }) }),
  aDossier({ tickets: [aBookTicket({ state: 'released' })], clock: 'untrusted' }),
)

interface Told extends Step {
  readonly before: LaneState
  readonly input: LaneInput
  readonly tape: Tape | null
}

function play(all: readonly Happening[], dossier = aDossier(), rules = usual): Told[] {
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
      case 'sensor':
        tell({ kind: 'sensor', at, sensor: SENSORS[one.sensor] ?? 'entry-loop', on: one.on })
        break
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

const always = (check: (told: Told[]) => void, numRuns = 200, seed?: number): void =>
  fc.assert(
    fc.property(happenings, dossiers, (all, dossier) => check(play(all, dossier))),
    seed === undefined ? { numRuns } : { numRuns, seed },
  )
const opensExit = ({ effects }: Step): number =>
  effects.filter((effect) => effect.kind === 'gate' && effect.gate === 'exit' && effect.move === 'open').length
const records = ({ effects }: Step) => effects.flatMap((effect) => (effect.kind === 'write' ? [effect.record] : []))
const busy = (state: LaneState, side: 'entry' | 'exit'): boolean =>
  state.sensors[`${side}-loop`] === true || state.sensors[`${side}-beam`] === true

describe('whatever happens at a lane', () => {
  it('the exit is ordered open only beside the weighing or decision that allows it, once for each', () => {
    always((told) => {
      for (const one of told) {
        const allow = records(one).filter(
          (record) =>
            (record.kind === 'weighing' && record.body.verdict === 'open') ||
            (record.kind === 'decision' && (record.body.act === 'release' || (record.body.act === 'lift' && record.body.gate === 'exit'))),
        ).length
        expect(opensExit(one)).toBe(allow)
      }
    })
  })

  it('no gate is ordered closed onto a busy side, and none at all while the board is silent', () => {
    always((told) => {
      for (const { state, effects } of told)
        for (const effect of effects) {
          if (effect.kind !== 'gate') continue
          if (effect.move === 'close') expect(busy(state, effect.gate)).toBe(false)
          expect(state.silent).not.toContain('board')
        }
    })
  })

  it('ink comes before iron in every step', () => {
    always((told) => {
      for (const { effects } of told) {
        const iron = effects.findIndex(({ kind }) => kind === 'gate')
        const ink = effects.findLastIndex(
          (effect) =>
            effect.kind === 'use-ticket' ||
            (effect.kind === 'write' && (effect.record.kind === 'weighing' || effect.record.kind === 'decision')),
        )
        if (iron >= 0 && effects.some((effect) => effect.kind === 'gate' && effect.gate === 'exit' && effect.move === 'open'))
          expect(ink).toBeLessThan(iron)
      }
    })
  })

  it('each passage is one number, and an alarm is raised once for each that was not free', () => {
    always((told) => {
      const all = told.flatMap(records)
      const alarms = all.flatMap((record) =>
        record.kind === 'alarm' && (record.body.kind === 'escape' || record.body.kind === 'held-vehicle-left')
          ? [record.body.occurrence]
          : [],
      )
      expect(new Set(alarms).size).toBe(alarms.length)
      const passages = all.flatMap((record) => (record.kind === 'passage' ? [record.body.passage] : []))
      expect(new Set(passages).size).toBe(passages.length)
      for (const record of all) if (record.kind === 'passage') expect(alarms.includes(`north/${record.body.passage}`)).toBe(!record.free)
      const named = all.flatMap((record) => (record.kind === 'alarm' ? [`${record.body.kind} ${record.body.occurrence}`] : []))
      expect(new Set(named).size).toBe(named.length)
    })
  })

  it('a vehicle on the platform that reaches the exit loop unreleased is an escape at that instant', () => {
    always((told) => {
      for (const one of told) {
        const { before, input } = one
        const reached = input.kind === 'sensor' && input.sensor === 'exit-loop' && input.on && before.sensors['exit-loop'] === false
        const unreleased = ['boarding', 'positioning', 'settling', 'asking', 'held'].includes(before.phase)
        if (reached && unreleased)
          expect(
            records(one).filter((record) => record.kind === 'alarm' && /^(escape|held-vehicle-left)$/.test(record.body.kind)),
          ).toHaveLength(1)
      }
    })
  })

  it('an empty lane with clear sensors becomes idle as time passes', () => {
    fc.assert(
      fc.property(happenings, dossiers, (all, dossier) => {
        const quiet: Happening[] = [
          { what: 'device', after: 1, device: 'scale', heard: true },
          { what: 'device', after: 1, device: 'board', heard: true },
          { what: 'reading', after: 80, kg: 0, stable: null, times: 1 },
          ...calm.slice(0, 6),
          { what: 'remote', after: 1, heard: false },
          { what: 'reading', after: 80, kg: 0, stable: null, times: 2_000 },
          // A person looks at a lane that does nothing by itself any more.
          { what: 'operator', after: 1, act: 'resume', gate: 'exit' },
          { what: 'reading', after: 80, kg: 0, stable: null, times: 100 },
        ]
        expect(play([...all, ...quiet], dossier).at(-1)?.state.phase).toBe('idle')
      }),
      { numRuns: 100 },
    )
  })

  it('the tape of every weighing says it again, byte for byte', () => {
    let weighed = 0
    always((told) => {
      for (const one of told) {
        const draft = records(one).find((record) => record.kind === 'weighing')
        if (draft?.kind !== 'weighing') continue
        weighed += 1
        expect(one.tape).not.toBeNull()
        const read = decodeTape(encodeTape(one.tape as Tape))
        expect(read.ok && replay(read.tape).map(canonical)).toEqual([canonical(draft.body)])
      }
    })
    expect(weighed).toBeGreaterThan(20)
  })

  it('the state is plain data: stored and read again it goes on the same way', () => {
    always((told) => {
      // One step in seven: writing every state out as text is what takes the time here.
      for (const [n, { before, input, state, effects }] of told.entries()) {
        if (n % 7 > 0) continue
        const again = step(JSON.parse(canonical(before)) as LaneState, input, JSON.parse(canonical(usual)) as Rules)
        expect(canonical(again)).toBe(canonical({ state, effects }))
      }
    }, 100)
  })

  it('and the play above does reach every phase, verdict and alarm that is spoken of', () => {
    const met = new Set<string>()
    always(
      (told) => {
        for (const one of told) {
          met.add(one.state.phase)
          for (const record of records(one))
            met.add(record.kind === 'alarm' ? record.body.kind : record.kind === 'weighing' ? record.body.verdict : record.kind)
        }
      },
      300,
      2_026,
    )
    expect([...met]).toEqual(
      expect.arrayContaining([
        ...PHASES,
        ...[
          'open',
          'hold',
          'ask',
          'passage',
          'decision',
          'escape',
          'held-vehicle-left',
          'drive-off',
          'forced-gate',
          'dark-lane',
          'overload',
        ],
      ]),
    )
  })
})

describe.each(Object.entries(KINDS))('whatever happens at a lane of this kind: %s', (_, rules) => {
  const ofKind = (check: (told: Told[]) => void, numRuns = 60): void =>
    fc.assert(
      fc.property(happenings, dossiers, (all, dossier) => check(play(all, dossier, rules))),
      { numRuns },
    )
  const { gates } = rules.layout

  it('a vehicle leaves by an arm that a verdict or a person has lifted, once for each; what is not there is never moved', () => {
    ofKind((told) => {
      for (const one of told) {
        const leaving = one.state.turned ? 'entry' : 'exit'
        const orders = one.effects.flatMap((effect) => (effect.kind === 'gate' ? [effect] : []))
        for (const { gate, move } of orders) {
          expect(gates[gate]).toBe(true)
          if (move === 'close') expect(busy(one.state, gate)).toBe(false)
          expect(one.state.silent).not.toContain('board')
        }
        const allow = records(one).filter(
          (record) =>
            (record.kind === 'weighing' && record.body.verdict === 'open') ||
            (record.kind === 'decision' && (record.body.act === 'release' || (record.body.act === 'lift' && record.body.gate === leaving))),
        ).length
        expect(orders.filter(({ gate, move }) => gate === leaving && move === 'open')).toHaveLength(gates[leaving] ? allow : 0)
      }
    })
  })

  it('each passage is one number with one alarm or a release, and each alarm has a name of its own', () => {
    ofKind((told) => {
      const all = told.flatMap(records)
      const named = all.flatMap((record) => (record.kind === 'alarm' ? [`${record.body.kind} ${record.body.occurrence}`] : []))
      expect(new Set(named).size).toBe(named.length)
      const left = named.filter((name) => /^(escape|held-vehicle-left) /.test(name)).map((name) => name.split(' ')[1])
      const passages = all.flatMap((record) => (record.kind === 'passage' ? [record] : []))
      expect(new Set(passages.map(({ body }) => body.passage)).size).toBe(passages.length)
      for (const { body, free } of passages) expect(left.includes(`north/${body.passage}`)).toBe(!free)
    })
  })

  it('it becomes idle once everything is clear and a person has looked, and stays small', () => {
    ofKind((told) => {
      const last = told.at(-1)?.state
      expect(last?.phase).toBe('idle')
      for (const { state } of told) expect(JSON.stringify(state).length).toBeLessThan(24_000)
    }, 40)
    function ofKind(check: (told: Told[]) => void, numRuns: number): void {
      const still: Happening[] = [
        { what: 'device', after: 1, device: 'scale', heard: true },
        { what: 'device', after: 1, device: 'board', heard: true },
        { what: 'remote', after: 1, heard: false },
        { what: 'reading', after: 80, kg: 0, stable: null, times: 1 },
        ...calm.slice(0, 6),
        { what: 'reading', after: 80, kg: 0, stable: null, times: 2_000 },
        { what: 'operator', after: 1, act: 'resume', gate: 'exit' },
        { what: 'reading', after: 80, kg: 0, stable: null, times: 100 },
      ]
      fc.assert(
        fc.property(happenings, dossiers, (all, dossier) => check(play([...all, ...still], dossier, rules))),
        { numRuns },
      )
    }
  })

  it('it says every weighing again byte for byte, from a state and a tape that are plain data', () => {
    ofKind((told) => {
      for (const [n, { before, input, state, effects, tape }] of told.entries()) {
        if (n % 11 === 0)
          expect(canonical(step(JSON.parse(canonical(before)) as LaneState, input, rules))).toBe(canonical({ state, effects }))
        const draft = effects.find((effect) => effect.kind === 'write' && effect.record.kind === 'weighing')
        if (draft?.kind !== 'write' || draft.record.kind !== 'weighing') continue
        const read = decodeTape(encodeTape(tape as Tape))
        expect(read.ok && replay(read.tape).map(canonical)).toEqual([canonical(draft.record.body)])
      }
    }, 40)
  })
})
