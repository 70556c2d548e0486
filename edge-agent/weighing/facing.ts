import type { Finding } from '#edge/findings'
import type { Instant } from '#edge/units'
import type { CameraSide, Sensor } from '#edge/weighing'
import { isTrailerPlate } from './step/identifying.ts'
import type { Common, Gate, Habits, LaneEffect, LaneInput, LaneRecord, LaneState, Rules, Sighting, Step } from './vocabulary.ts'

/**
 * A platform that vehicles enter from either end is the same machine seen in a mirror. While they come from the second end (`turned`)
 * entry and exit, front and rear are swapped in all it is told and all it orders, and back again before anything is stored, written or
 * moved: outside, every name is the board's own. The first end that becomes busy while nobody is here has the lane, the other one is
 * locked until the lane is idle again; where both are busy the one that was not served last comes first, and never both.
 */
export function facing(
  before: LaneState,
  input: LaneInput,
  rules: Rules,
  step: (state: LaneState, input: LaneInput, rules: Rules) => Step,
): Step {
  const turned = before.phase === 'idle' ? chosen(before, input, rules) : before.turned === true
  const { state, effects } = turned ? mirrored(before, input, rules, step) : step({ ...before, turned }, input, rules)
  // Who is not let in yet has not been served.
  const after = state.phase === 'idle' && before.phase === 'idle' ? { ...state, turned: before.turned === true } : state
  return { state: after, effects: [...effects, ...lockedOut(before, after, input)] }
}

function mirrored(
  before: LaneState,
  input: LaneInput,
  rules: Rules,
  step: (state: LaneState, input: LaneInput, rules: Rules) => Step,
): Step {
  const { state, effects } = step(mirrorState({ ...before, turned: true }), mirrorInput(input), mirrorRules(rules))
  return { state: mirrorState(state), effects: effects.map(mirrorEffect) }
}

/** Whether the vehicle at hand comes from the second end. */
function chosen({ sensors, waiting, turned = false }: LaneState, input: LaneInput, rules: Rules): boolean {
  const now = input.kind === 'sensor' ? { ...sensors, [input.sensor]: input.on } : sensors
  const busy = (gate: Gate): boolean => now[`${gate}-loop`] === true || now[`${gate}-beam`] === true
  const [first, second] = [busy('entry'), busy('exit')]
  if (first !== second) return second
  if (first && second) return !turned
  const read = [...waiting.sightings, ...(input.kind === 'sighting' && !input.sighting.backfill ? [input.sighting] : [])]
  const newest = read.findLast(({ plate, at }) => plate !== null && !isTrailerPlate(plate) && input.at - at <= rules.boardWithin)
  return newest === undefined ? turned : newest.camera === 'rear'
}

const TAKEN: ReadonlySet<LaneState['phase']> = new Set(['arriving', 'boarding', 'positioning', 'settling', 'asking', 'held', 'clearing'])

/** Somebody drives up to the end whose turn it is not. */
function lockedOut({ sensors }: LaneState, { phase, turned = false }: LaneState, input: LaneInput): readonly LaneEffect[] {
  const side: Gate = turned ? 'entry' : 'exit'
  if (!TAKEN.has(phase) || input.kind !== 'sensor' || !input.on || input.sensor !== `${side}-loop`) return []
  // Over the platform's edge as well it is the vehicle that is here.
  if (sensors[`${side}-loop`] !== false || sensors[`${side}-beam`] === true) return []
  return [
    { kind: 'light', at: side, colour: 'red' },
    { kind: 'tell-driver', say: 'stop-not-your-turn', facts: { side } },
  ]
}

/* the mirror: applied twice it changes nothing */

const otherGate = (gate: Gate): Gate => (gate === 'entry' ? 'exit' : 'entry')
const otherSide = (side: CameraSide): CameraSide => (side === 'front' ? 'rear' : 'front')
const SENSOR_IN_MIRROR = {
  'entry-loop': 'exit-loop',
  'entry-beam': 'exit-beam',
  'exit-beam': 'entry-beam',
  'exit-loop': 'entry-loop',
  'entry-arm-down': 'exit-arm-down',
  'exit-arm-down': 'entry-arm-down',
} as const satisfies Record<Sensor, Sensor>

/** Whatever name of an end stands in a text of ours: a sensor, a gate, a camera. Anything else stays. */
const MIRRORED: Readonly<Record<string, string>> = {
  ...SENSOR_IN_MIRROR,
  entry: 'exit',
  exit: 'entry',
  front: 'rear',
  rear: 'front',
  'camera-front': 'camera-rear',
  'camera-rear': 'camera-front',
}
const wordInMirror = (word: string): string => (Object.hasOwn(MIRRORED, word) ? (MIRRORED[word] ?? word) : word)

function keysInMirror<T>(all: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [wordInMirror(key), value]))
}
/** Every name of an end within a part of a record. */
function deep<T>(value: T): T {
  if (typeof value === 'string') return wordInMirror(value) as T & string
  if (Array.isArray(value)) return value.map(deep) as T & unknown[]
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, deep(one)])) as T & object
}

/** What a verdict found, with every end by its name on the board: a state keeps it as the machine sees it. */
export const inBoardNames = (findings: readonly Finding[], { turned = false }: Pick<Common, 'turned'>): Finding[] =>
  turned ? findings.map(deep) : [...findings]

const sightingInMirror = (sighting: Sighting): Sighting => ({ ...sighting, camera: otherSide(sighting.camera) })

/** What outlives a visit or is read outside. What a visit keeps for itself stays as the machine sees it: it ends before the lane turns. */
export function mirrorState<S extends LaneState>(state: S): S {
  const { entryCommanded, exitCommanded, exitArmDownSince, entryArmDownSince = null, strayingSince = {} } = state
  const { sensors, timeline, waiting, habits = {} } = state
  const common: Partial<Common> = {
    entryCommanded: exitCommanded,
    exitCommanded: entryCommanded,
    exitArmDownSince: entryArmDownSince,
    entryArmDownSince: exitArmDownSince,
    strayingSince: keysInMirror(strayingSince as Readonly<Record<string, Instant | null>>),
    sensors: keysInMirror(sensors) as Common['sensors'],
    timeline: timeline.map(([at, sensor, on]): readonly [Instant, Sensor, boolean] => [at, SENSOR_IN_MIRROR[sensor], on]),
    waiting: { ...waiting, sightings: waiting.sightings.map(sightingInMirror) },
    habits: keysInMirror(habits as Readonly<Record<string, number>>) as Habits,
  }
  return { ...state, ...common }
}

export function mirrorInput(input: LaneInput): LaneInput {
  switch (input.kind) {
    case 'sensor':
      return { ...input, sensor: SENSOR_IN_MIRROR[input.sensor] }
    case 'sighting':
      return { ...input, sighting: sightingInMirror(input.sighting) }
    case 'operator-act':
      return input.gate === undefined ? input : { ...input, gate: otherGate(input.gate) }
    case 'dossier': {
      const { recent } = input.dossier
      return recent === undefined ? input : { ...input, dossier: { ...input.dossier, recent: recent.map(ofCameras) } }
    }
    default:
      return input
  }
}
const ofCameras = <R extends { readonly readBy: CameraSide[]; readonly cameras: CameraSide[] }>(recent: R): R => ({
  ...recent,
  readBy: recent.readBy.map(otherSide),
  cameras: recent.cameras.map(otherSide),
})

export const mirrorRules = (rules: Rules): Rules => ({
  ...rules,
  fitted: rules.fitted.map((sensor) => SENSOR_IN_MIRROR[sensor]),
  layout: { ...rules.layout, gates: { entry: rules.layout.gates.exit, exit: rules.layout.gates.entry } },
})

export function mirrorEffect(effect: LaneEffect): LaneEffect {
  switch (effect.kind) {
    case 'gate':
      return { ...effect, gate: otherGate(effect.gate) }
    case 'light':
      return { ...effect, at: otherGate(effect.at) }
    case 'write':
      return { ...effect, record: mirrorRecord(effect.record) }
    case 'tell-driver':
      return { ...effect, facts: deep(effect.facts) }
    default:
      return effect
  }
}

function mirrorRecord(record: LaneRecord): LaneRecord {
  switch (record.kind) {
    case 'weighing': {
      const { sensors, sightings, findings, vehicle } = record.body
      const { basis } = vehicle
      const seen = sightings.map((one) => ({ ...one, camera: otherSide(one.camera) }))
      const known = basis === undefined ? vehicle : { ...vehicle, basis: deep(basis) }
      return { ...record, body: { ...record.body, sensors: deep(sensors), sightings: seen, findings: deep(findings), vehicle: known } }
    }
    case 'decision':
      return record.body.gate === undefined ? record : { ...record, body: { ...record.body, gate: otherGate(record.body.gate) } }
    case 'passage':
      return record.body.findings === undefined ? record : { ...record, body: { ...record.body, findings: deep(record.body.findings) } }
    case 'alarm':
      return { ...record, body: { ...record.body, facts: deep(record.body.facts) } }
    case 'alarm-returned':
      return record
  }
}
