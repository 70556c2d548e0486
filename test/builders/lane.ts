import type { ManualAct } from '#edge/acts'
import { hours, Instant, Kilograms, minutes, seconds } from '#edge/units'
import { type ScaleRecord, SENSORS } from '#edge/weighing'
import { actsNow, deadlineOf, initialState, step } from '#weighing/step'
import { follow, type Tape } from '#weighing/tape'
import type { Dossier, LaneEffect, LaneInput, LaneRecord, LaneState, OperatorAct, Rules, Sighting } from '#weighing/vocabulary'
import { aBookTicket, aPolicy, aVehicle, LANE, NOON, SITE } from './ticket.ts'

/** A lane as it is told: rules, dossiers, sightings, and a small machine that plays a vehicle's stay over `step`. */
export const aScaleRecord = (differing: Partial<ScaleRecord> = {}): ScaleRecord => ({
  eKg: 20,
  maxKg: 120_000,
  minKg: 400,
  serial: 'XK3190-0417',
  certificate: 'JJ-2026-0417',
  certificateUntil: '2027-04-01T00:00:00Z',
  ...differing,
})

export const someRules = (differing: Partial<Rules> = {}): Rules => ({
  site: SITE,
  lane: LANE,
  fitted: SENSORS,
  layout: { gates: { entry: true, exit: true }, bothWays: false, serves: 'both', storedTare: false, products: [] },
  scale: aScaleRecord(),
  vehicleFrom: Kilograms(800),
  emptyBelow: Kilograms(200),
  emptyFor: seconds(3),
  settleBand: Kilograms(40),
  settleFor: seconds(2),
  settleReadings: 5,
  settleWithin: seconds(60),
  positionedFor: seconds(2),
  clearFor: seconds(1),
  boardWithin: seconds(60),
  leaveWithin: minutes(2),
  repeatWithin: seconds(10),
  staleAfter: seconds(3),
  gatePulse: seconds(1),
  zeroBand: Kilograms(40),
  ...differing,
})

export const aDossier = (differing: Partial<Dossier> = {}): Dossier => ({
  tickets: [aBookTicket()],
  shown: null,
  register: [aVehicle()],
  policy: aPolicy(),
  policyAge: hours(1),
  clock: 'synchronised',
  ...differing,
})

export const aSighting = (differing: Partial<Sighting> = {}): Sighting => ({
  camera: 'front',
  at: NOON,
  plate: '陕K12345',
  raw: differing.plate ?? '陕K12345',
  colour: 'yellow',
  confidence: 95,
  backfill: false,
  fake: false,
  ...differing,
})

/** A vehicle that rolls onto steel shakes it, by a hundredth of its weight to either side; then it stands still. */
export function shaking(kg: number, forMs: number): number {
  if (kg < 800 || forMs >= 1_200) return 0
  return Math.round(kg / 2_000) * 20 * (Math.floor(forMs / 80) % 2 === 0 ? 1 : -1)
}

type SensorEdge = Extract<LaneInput, { kind: 'sensor' }>

/** Plays a lane: every input steps the machine, a dossier is answered at once, what was ordered and written is kept. */
export function playLane(options: { rules?: Partial<Rules>; dossier?: Partial<Dossier>; at?: Instant; state?: LaneState } = {}) {
  const rules = someRules(options.rules)
  let dossier = aDossier(options.dossier)
  let at = options.at ?? NOON
  let state = options.state ?? initialState(at)
  let tape: Tape | null = null
  let weight = 0
  let changedAt = at
  const effects: LaneEffect[] = []
  const steps: { before: LaneState; input: LaneInput; after: LaneState; effects: readonly LaneEffect[] }[] = []
  const tapes: { tape: Tape; records: LaneRecord[] }[] = []

  function tell(input: LaneInput): void {
    const before = state
    const { state: after, effects: orders } = step(before, input, rules)
    tape = follow(tape, before, input, after, rules)
    const records = orders.flatMap((order) => (order.kind === 'write' ? [order.record] : []))
    if (tape && records.some(({ kind }) => kind === 'weighing')) tapes.push({ tape, records })
    state = after
    effects.push(...orders)
    steps.push({ before, input, after, effects: orders })
    const asked = orders.find((order) => order.kind === 'fetch-dossier')
    if (orders.some((order) => order.kind === 'make-code')) tell({ kind: 'code-made', at, code: '246813' })
    if (asked) tell({ kind: 'dossier', at, dossier: { ...dossier, shown: dossier.shown ?? shownAs(asked.shown) } })
  }
  const shownAs = (number: string | null) =>
    number === null ? null : { number, known: dossier.tickets.some(({ ticket }) => ticket.number === number) }
  const reading = (kg: number): void => tell({ kind: 'reading', at, weight: Kilograms(kg), stable: null })
  const shown = (): number => weight + shaking(weight, at - changedAt)

  const lane = {
    rules,
    effects,
    steps,
    tapes,
    tell,
    get state() {
      return state
    },
    get at() {
      return at
    },
    records: (): LaneRecord[] => effects.flatMap((effect) => (effect.kind === 'write' ? [effect.record] : [])),
    alarms: () => lane.records().flatMap((record) => (record.kind === 'alarm' ? [record.body] : [])),
    weighings: () => lane.records().flatMap((record) => (record.kind === 'weighing' ? [record.body] : [])),
    decisions: () => lane.records().flatMap((record) => (record.kind === 'decision' ? [record.body] : [])),
    tickets: () => effects.flatMap((effect) => (effect.kind === 'use-ticket' ? [`${effect.from} → ${effect.to}, ${effect.tare}`] : [])),
    passages: () => lane.records().flatMap((record) => (record.kind === 'passage' ? [record] : [])),
    gates: () => effects.flatMap((effect) => (effect.kind === 'gate' ? [`${effect.gate} ${effect.move}`] : [])),
    said: () => effects.flatMap((effect) => (effect.kind === 'tell-driver' ? [effect.say] : [])),
    nextDossier: (differing: Partial<Dossier>): void => {
      dossier = { ...dossier, ...differing }
    },
    /** Time passes: a reading every 80 ms of what stands there, and the deadline when it comes. */
    wait: (milliseconds: number): void => {
      const until = at + milliseconds
      while (at < until) {
        at = Instant(Math.min(at + 80, until))
        reading(shown())
        const due = deadlineOf(state)
        if (due !== null && due <= at) tell({ kind: 'deadline', at })
      }
    },
    /** The same without a word from the indicator. */
    silence: (milliseconds: number): void => {
      const until = at + milliseconds
      while (at < until) {
        at = Instant(Math.min(at + 200, until))
        const due = deadlineOf(state)
        if (due !== null && due <= at) tell({ kind: 'deadline', at })
      }
    },
    weighs: (kg: number): void => {
      weight = kg
      changedAt = at
      reading(kg)
    },
    /** One that this lane does not have says nothing. */
    sensor: (sensor: SensorEdge['sensor'], on: boolean, late: Pick<SensorEdge, 'lateBy'> = {}): void => {
      if (rules.fitted.includes(sensor)) tell({ kind: 'sensor', at, sensor, on, ...late })
    },
    device: (device: string, heard: boolean): void => tell({ kind: 'device', at, device, heard }),
    seen: (plate: string | null, differing: Partial<Sighting> = {}): void =>
      tell({ kind: 'sighting', at, sighting: aSighting({ plate, raw: plate ?? '_无_', at, ...differing }) }),
    shows: (number: string): void => tell({ kind: 'ticket-shown', at, number }),
    reads: (tag: string, by: 'tag' | 'card' = 'tag'): void => tell({ kind: 'tag-read', at, tag, by }),
    operator: (act: ManualAct, reason = '已核对', more: Partial<OperatorAct> = {}): void =>
      tell({ kind: 'operator-act', at, act, reason, operator: 'li', ...more }),
    acts: (): ManualAct[] => actsNow(state, rules),
    remote: (heard: boolean): void => tell({ kind: 'remote-control', at, heard }),
    /** The board's answer is overdue, or has come. */
    late: (late: boolean): void => tell({ kind: 'board-late', at, late }),
    claims: (number: string, code: string): void => tell({ kind: 'ticket-claimed', at, number, code }),

    /** The agent starts and hears an empty lane with both arms down. */
    starts: (interrupted = false): void => {
      tell({ kind: 'started', at, interrupted })
      for (const sensor of SENSORS) lane.sensor(sensor, sensor.endsWith('arm-down'))
      lane.wait(4_000)
    },
    arrives: (plate: string | null): void => {
      lane.sensor('entry-loop', true)
      lane.seen(plate)
      lane.wait(1_200)
      lane.sensor('entry-arm-down', false)
    },
    /** Over loop and beam onto the platform, at rest there. */
    drivesOn: (kg: number): void => {
      lane.sensor('entry-loop', true)
      lane.sensor('entry-beam', true)
      lane.weighs(Math.round(kg / 60) * 20)
      lane.wait(1_500)
      lane.weighs(kg)
      lane.wait(500)
      lane.sensor('entry-loop', false)
      lane.sensor('entry-beam', false)
      lane.wait(1_200)
      if (state.entryCommanded === 'closed') lane.sensor('entry-arm-down', true)
    },
    stands: (): void => lane.wait(5_000),
    leavesByExit: (): void => {
      if (state.exitCommanded === 'open') lane.sensor('exit-arm-down', false)
      lane.sensor('exit-beam', true)
      lane.wait(400)
      lane.sensor('exit-loop', true)
      lane.wait(1_500)
      lane.weighs(0)
      lane.wait(800)
      lane.sensor('exit-beam', false)
      lane.sensor('exit-loop', false)
      lane.wait(400)
    },
    reversesOff: (): void => {
      lane.sensor('entry-beam', true)
      lane.sensor('entry-loop', true)
      lane.wait(1_500)
      lane.weighs(0)
      lane.wait(1_500)
      lane.sensor('entry-beam', false)
      lane.sensor('entry-loop', false)
      lane.wait(500)
    },
    /** Until the lane is idle again, arms down. */
    clears: (): void => {
      lane.wait(5_000)
      if (state.exitCommanded === 'closed') lane.sensor('exit-arm-down', true)
      if (state.entryCommanded === 'closed') lane.sensor('entry-arm-down', true)
      lane.wait(1_500)
    },
    /** The whole of it up to the verdict. */
    weighsVehicle: (plate: string | null, kg: number): void => {
      lane.arrives(plate)
      lane.drivesOn(kg)
      lane.stands()
    },
  }
  return lane
}
