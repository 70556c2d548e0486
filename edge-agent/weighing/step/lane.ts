import { bestPlate } from '#edge/match-ticket'
import type { Instant, Kilograms } from '#edge/units'
import type { Commanded, Common, Counts, Gate, LaneEffect, LaneState, Rules, Step, Visit } from '../vocabulary.ts'

/** Questions every phase asks of the lane, and the few moves every phase makes. */

/** The state after these orders, with what they commanded remembered. */
export function go(state: LaneState, ...effects: readonly LaneEffect[]): Step {
  let after = state
  for (const effect of effects) {
    if (effect.kind === 'siren') after = { ...after, siren: effect.on }
    if (effect.kind !== 'gate') continue
    const commanded = effect.move === 'open' ? 'open' : 'closed'
    after = effect.gate === 'entry' ? { ...after, entryCommanded: commanded } : { ...after, exitCommanded: commanded }
  }
  return { state: after, effects }
}
/** One step after another, as one. */
export function andThen(first: Step, next: (state: LaneState) => Step): Step {
  const second = next(first.state)
  return { state: second.state, effects: [...first.effects, ...second.effects] }
}

/** Only what outlives a phase. */
export function common(state: LaneState): Common {
  const { visits, passages, forcings, sensors, exitArmDownSince, silent, weight, weightAt, offSince, zero } = state
  const { entryCommanded, exitCommanded, siren, timeline, left, waiting } = state
  const { attended = null, turned = false, remoteSince = null, untrusted = null, habits = {} } = state
  const { entryArmDownSince = null, strayingSince = {}, boardLate = false, counts = NOTHING_YET, offZeroSince = null } = state
  return {
    visits,
    passages,
    forcings,
    sensors,
    exitArmDownSince,
    silent,
    boardLate,
    weight,
    weightAt,
    offSince,
    zero,
    entryCommanded,
    exitCommanded,
    siren,
    timeline,
    left,
    waiting,
    attended,
    turned,
    remoteSince,
    untrusted,
    habits,
    entryArmDownSince,
    strayingSince,
    counts,
    offZeroSince,
  }
}
const NOTHING_YET: Counts = { lifts: 0, remotes: 0, zeros: 0 }

/** The weight if it is fresh. An old weight is no weight. */
export const weightNow = (state: Common, at: Instant, rules: Rules): Kilograms | null =>
  state.weight !== null && state.weightAt !== null && at - state.weightAt <= rules.staleAfter ? state.weight : null
export const isLoaded = (state: Common, at: Instant, rules: Rules): boolean => (weightNow(state, at, rules) ?? -1) >= rules.vehicleFrom
export function isEmpty(state: Common, at: Instant, rules: Rules): boolean {
  const weight = weightNow(state, at, rules)
  return weight !== null && weight < rules.emptyBelow
}
/** It has left the platform: not a flicker of one reading. */
export const isOff = (state: Common, at: Instant, rules: Rules): boolean =>
  state.offSince !== null && weightNow(state, at, rules) !== null && at - state.offSince >= rules.clearFor

export const boardIsSilent = (state: Common): boolean => state.silent.includes('board')
/** Its answer is overdue: what its sensors said last may be long past, and nothing is shut or taken for done on that. */
export const boardIsLate = (state: Common): boolean => state.boardLate === true

const SIDES = { entry: ['entry-loop', 'entry-beam'], exit: ['exit-loop', 'exit-beam'] } as const
type Presence = (typeof SIDES)[Gate][number]
const PRESENCE: readonly Presence[] = [...SIDES.entry, ...SIDES.exit]
export const hasSensors = (side: Gate, rules: Rules): boolean => SIDES[side].some((sensor) => rules.fitted.includes(sensor))
export const isBusy = (state: Common, side: Gate): boolean => SIDES[side].some((sensor) => state.sensors[sensor] === true)
/** Says so itself, and somebody is there to say it. */
export const isClear = (state: Common, sensor: Presence, rules: Rules): boolean =>
  !boardIsSilent(state) && (!rules.fitted.includes(sensor) || state.sensors[sensor] === false)
/** Loop and beam of this side are clear. A side without sensors is never known to be. */
export const sideIsClear = (state: Common, side: Gate, rules: Rules): boolean =>
  hasSensors(side, rules) && SIDES[side].every((sensor) => isClear(state, sensor, rules))
export const beamsAreClear = (state: Common, rules: Rules): boolean =>
  isClear(state, 'entry-beam', rules) && isClear(state, 'exit-beam', rules)
export const exitLoopIsClear = (state: Common, rules: Rules): boolean => isClear(state, 'exit-loop', rules)
export const allClear = (state: Common, rules: Rules): boolean => PRESENCE.every((sensor) => isClear(state, sensor, rules))
export const anyBusy = (state: Common): boolean => PRESENCE.some((sensor) => state.sensors[sensor] === true)
export const allHeard = (state: Common, rules: Rules): boolean =>
  PRESENCE.every((sensor) => !rules.fitted.includes(sensor) || state.sensors[sensor] !== undefined)

/**
 * Asks for closing, and only onto a side whose loop and beam have just said that they are both clear. An arm that is known to lie down
 * needs no order: on a one-button barrier it would rise.
 */
export function closeGate(state: LaneState, gate: Gate, rules: Rules, why: string): Step {
  const commanded = gate === 'entry' ? state.entryCommanded : state.exitCommanded
  if (!rules.layout.gates[gate]) return go(state)
  if (commanded === 'closed' || boardIsLate(state) || !sideIsClear(state, gate, rules)) return go(state)
  if (commanded === 'unknown' && state.sensors[`${gate}-arm-down`] === true)
    return go(gate === 'entry' ? { ...state, entryCommanded: 'closed' } : { ...state, exitCommanded: 'closed' })
  return go(state, { kind: 'gate', gate, move: 'close', why })
}
/** After a start, what was ordered before is forgotten: an arm with a contact says itself where it is, and needs no second pulse. */
export function armsAsSeen<S extends LaneState>(state: S, { fitted }: Rules): S {
  const seen = (gate: Gate, commanded: Commanded): Commanded => {
    const down = fitted.includes(`${gate}-arm-down`) ? state.sensors[`${gate}-arm-down`] : undefined
    return commanded !== 'unknown' || down === undefined ? commanded : down ? 'closed' : 'open'
  }
  return { ...state, entryCommanded: seen('entry', state.entryCommanded), exitCommanded: seen('exit', state.exitCommanded) }
}

/** The order to open a gate this lane has; where it has none, its light alone says so. */
export const openGate = (gate: Gate, why: string, { layout }: Rules): readonly LaneEffect[] =>
  layout.gates[gate] ? [{ kind: 'gate', gate, move: 'open', why }] : []
/** Opens the entry, unless it is open or nobody would hear the order. */
export const openEntry = (state: Common, why: string, rules: Rules): readonly LaneEffect[] =>
  state.entryCommanded === 'open' || boardIsSilent(state) ? [] : openGate('entry', why, rules)

export const visitOf = (state: LaneState): Visit | null => ('visit' in state ? state.visit : null)
/** The present visit with something learnt; the same state where there is none or nothing new. */
export function changeVisit(state: LaneState, change: (visit: Visit) => Visit): LaneState {
  if (!('visit' in state) || state.visit === null) return state
  const visit = change(state.visit)
  return visit === state.visit ? state : { ...state, visit }
}
/** The plate this visit is known by: as judged, else as read best so far. */
export function plateOf(state: LaneState): string | null {
  const visit = visitOf(state)
  const given = 'given' in state ? state.given : null
  return given?.plate ?? visit?.typed?.plate ?? (visit ? bestPlate(visit.sightings) : null)
}

/** Which device a visit cannot go on without is silent. */
export function deafness(state: Common): 'scale-silent' | 'board-silent' | null {
  if (state.silent.includes('board')) return 'board-silent'
  return state.silent.includes('scale') ? 'scale-silent' : null
}
