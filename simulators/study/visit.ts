import type { BareFinding, Finding } from '#edge/findings'
import { Instant, Kilograms, minutes, seconds } from '#edge/units'
import { SENSORS, type Sensor, type VerdictWord } from '#edge/weighing'
import { deadlineOf, initialState, step } from '#weighing/step'
import type { Dossier, LaneInput, LaneRecord, LaneState, Rules } from '#weighing/vocabulary'
import type { Random } from '../random.ts'
import { TICK_MS } from './cells.ts'
import { indicator } from './indicator.ts'
import { SUSPICION_CODES } from './kinds.ts'
import { draw, NOISE } from './noise.ts'
import { dossierOf, LANE, SITE, START, TICKET } from './papers.ts'
import { sceneOf } from './scene.ts'
import type { Spec } from './spec.ts'
import { WATCHED } from './stage.ts'
import { noMarks, tamperOf } from './tamper.ts'

/** What became of a visit. */
export interface Outcome {
  readonly spec: Spec
  readonly verdict: VerdictWord | null
  readonly weightKg: number | null
  /** Findings at the verdict, and those of the passage. */
  readonly found: readonly Finding[]
  readonly later: readonly BareFinding[]
  readonly alarms: readonly string[]
  /** The lane did not weigh it: what it waits for. */
  readonly blocked: string | null
  /** The states before the verdict and before the passage, for measuring. */
  readonly judged: { readonly state: LaneState; readonly dossier: Dossier } | null
  readonly left: LaneState | null
  readonly rules: Rules
  readonly beams: boolean
}

export const studyRules = (fitted: readonly Sensor[], eKg: number): Rules => ({
  site: SITE,
  lane: LANE,
  fitted,
  layout: { gates: { entry: true, exit: true }, bothWays: false, serves: 'both', storedTare: false, products: [] },
  scale: { eKg, maxKg: 120_000, minKg: 400, serial: 'S-1', certificate: 'C-1', certificateUntil: '2027-04-01T00:00:00Z' },
  vehicleFrom: Kilograms(800),
  emptyBelow: Kilograms(200),
  emptyFor: seconds(3),
  settleBand: Kilograms(2 * eKg),
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
  zeroBand: Kilograms(100),
})

const LONGEST_MS = 200_000
/** By then the zero has been seen and the truck is on its way. */
const LEAD_MS = 5_500

/** Plays one visit over the machine itself: its readings, sensors and cameras in, its orders obeyed by the driver. */
export function playVisit(spec: Spec): Outcome {
  const { story, chance } = spec
  const rules = studyRules(fittedFor(spec), spec.eKg)
  const scene = sceneOf(spec)
  const tamper = tamperOf(story, spec.size, spec.trueKg, chance.fork('tamper'))
  const scale = indicator(chance.fork('indicator'), spec.eKg)
  const cameras = chance.fork('cameras')
  const papers = chance.fork('papers')
  const marks = noMarks()
  const records: LaneRecord[] = []
  let state: LaneState = initialState(START)
  let judged: Outcome['judged'] = null
  let left: LaneState | null = null
  let dropped = 0
  let showed = false

  function tell(input: LaneInput): void {
    const before = state
    const { state: now, effects } = step(before, input, rules)
    state = now
    for (const effect of effects) {
      if (effect.kind === 'write') {
        records.push(effect.record)
        if (effect.record.kind === 'passage') left ??= before
      }
      if (effect.kind === 'fetch-dossier') {
        const dossier = dossierOf(spec, input.at, papers, rules)
        judged = { state: now, dossier }
        tell({ kind: 'dossier', at: input.at, dossier })
      }
    }
  }
  const now = (): LaneState => state
  const instant = (at: number): Instant => Instant(START + at)
  tell({ kind: 'started', at: START, interrupted: false })
  for (const sensor of SENSORS) if (rules.fitted.includes(sensor)) tell({ kind: 'sensor', at: START, sensor, on: sensor.endsWith('down') })

  let silentUntil = Number.NEGATIVE_INFINITY
  for (let at = 0; at < LONGEST_MS; at += TICK_MS) {
    scene.move(at, state, marks)
    const bare = scene.actors.reduce((sum, one) => sum + one.feels(at), 0)
    marks.onAt = Math.min(marks.onAt, bare > 300 ? at : Number.POSITIVE_INFINITY)
    if (marks.goAt < at && bare < 300 && marks.offAt > at) {
      marks.offAt = at
      dropped = spec.pass === 'gross' ? drops(chance) : 0
    }
    if (story === 'power-cycled' && at >= marks.stoppedAt + 1_000 && silentUntil < 0) {
      silentUntil = at + 6_000
    }
    const shown = scale.take(at, tamper(at, bare + dropped, marks) + spec.zeroKg)
    for (const seen of scene.seen(at, cameras)) tell({ kind: 'sighting', at: instant(at), sighting: seen(instant(at)) })
    for (const sensor of WATCHED) {
      if (!rules.fitted.includes(sensor)) continue
      const on = scene.sensor(sensor, at)
      if (state.sensors[sensor] !== on) tell({ kind: 'sensor', at: instant(at), sensor, on })
    }
    if (story === 'muddy-plate' && !showed && now().phase === 'arriving') {
      showed = true
      tell({ kind: 'ticket-shown', at: instant(at), number: TICKET })
    }
    const mute = at < silentUntil
    if (mute && at >= silentUntil - 3_000 && !state.silent.includes('scale'))
      tell({ kind: 'device', at: instant(at), device: 'scale', heard: false })
    if (shown && !mute) tell({ kind: 'reading', at: instant(at), weight: Kilograms(shown.kg), stable: shown.stable })
    const due = deadlineOf(state)
    if (due !== null && due <= instant(at)) tell({ kind: 'deadline', at: instant(at) })
    if (judged && marks.judgedAt > at) marks.judgedAt = at
    if (now().phase === 'asking' && !suspected(records))
      tell({ kind: 'operator-act', at: instant(at), act: 'release', reason: 'checked', operator: 'li', note: '', second: 'wang' })
    if (at > LEAD_MS && over(state, records)) break
  }
  return outcome(spec, rules, records, state, judged, left)
}

/** Something of this study speaks against it and counts. */
const suspected = (records: readonly LaneRecord[]): boolean =>
  records.some(
    (one) => one.kind === 'weighing' && one.body.findings.some(({ code, mode }) => SUSPICION_CODES.has(code) && mode === 'enforce'),
  )

/** Nothing more is to be learnt: the lane is free again, or it holds the vehicle. */
function over(state: LaneState, records: readonly LaneRecord[]): boolean {
  const weighed = records.some(({ kind }) => kind === 'weighing')
  if (state.phase === 'idle') return weighed || records.some(({ kind }) => kind === 'alarm')
  return (
    state.phase === 'held' ||
    state.phase === 'asking' ||
    (state.phase === 'blocked' && !['driver-waits', 'scale-silent'].includes(state.why))
  )
}

function outcome(
  spec: Spec,
  rules: Rules,
  records: readonly LaneRecord[],
  state: LaneState,
  judged: Outcome['judged'],
  left: LaneState | null,
): Outcome {
  const weighing = records.findLast((one) => one.kind === 'weighing')
  const body = weighing?.kind === 'weighing' ? weighing.body : null
  return {
    spec,
    verdict: body?.verdict ?? null,
    weightKg: body?.weightKg ?? null,
    found: records.flatMap((one) => (one.kind === 'weighing' ? one.body.findings : [])),
    later: laterOf(records),
    alarms: records.flatMap((one) => (one.kind === 'alarm' ? [one.body.kind] : [])),
    blocked: state.phase === 'blocked' ? state.why : null,
    judged,
    left,
    rules,
    beams: rules.fitted.includes('entry-beam'),
  }
}

/** What the passage says, and the zero that was looked at once the platform was empty. */
function laterOf(records: readonly LaneRecord[]): Outcome['later'] {
  return records.flatMap((one): readonly BareFinding[] => {
    if (one.kind === 'passage') return one.body.findings ?? []
    return one.kind === 'alarm' && one.body.kind === 'zero-drift' ? [{ code: 'zero-not-returned', facts: one.body.facts }] : []
  })
}

function drops(chance: Random): number {
  if (chance.chance(NOISE.dropsMuch)) return draw(chance, NOISE.dropsMuchKg)
  return chance.chance(NOISE.drops) ? draw(chance, NOISE.dropsKg) : 0
}

/** One lane in twelve has no light barriers. */
function fittedFor({ chance, story }: Spec): readonly Sensor[] {
  const bare = chance.fork('lane').chance(story === 'honest' || story === 'rear-off' ? 1 / 12 : 0)
  return bare ? SENSORS.filter((sensor) => !sensor.endsWith('beam')) : SENSORS
}
