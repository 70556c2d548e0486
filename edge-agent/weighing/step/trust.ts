import { type Instant, type Kilograms, milliseconds, seconds } from '#edge/units'
import { hasActed } from '../suspicion/watch.ts'
import type { Common, LaneInput, LaneState, Rules, Settled, Step, Untrusted, Visit } from '../vocabulary.ts'
import { raise, raiseOnce } from './alarms.ts'
import { andThen, beamsAreClear, go, hasSensors, isBusy, isClear, openEntry, sideIsClear, visitOf } from './lane.ts'
import { toBlocked, toClearing } from './moves.ts'

/** Whether the scale's zero, and with it its weight, may be believed. */

/** Beyond this from zero nobody is weighed: sweeping and setting zero are due long before. */
export const farFromZero = ({ zeroBand }: Rules): number => 4 * zeroBand
/** People who cross the platform weigh something too; coal stays. */
const OFF_FOR = seconds(20)

/** Since when a platform without a vehicle has shown something else than zero; null while it does not. */
export function offZeroSince({ offZeroSince: since = null }: Common, weight: Kilograms, at: Instant, rules: Rules): Instant | null {
  const far = Math.abs(weight) > farFromZero(rules) && weight < rules.vehicleFrom
  return far ? (since ?? at) : null
}

/** The empty platform is too far from zero to weigh anybody: it says so, and waits until it is swept or a person sets zero. */
export function zeroIsOff(state: LaneState, at: Instant, rules: Rules): Step | null {
  const since = state.offZeroSince ?? null
  if (since === null || at - since < OFF_FOR || state.sensors['exit-loop'] === true || !beamsAreClear(state, rules)) return null
  const counts = { lifts: 0, remotes: 0, ...state.counts, zeros: (state.counts?.zeros ?? 0) + 1 }
  const off = toBlocked({ ...state, counts }, 'zero-off')
  const alarm = raise('zero-drift', `zero-${counts.zeros}`, state, at, rules, { zeroKg: state.weight, bandKg: farFromZero(rules) })
  return go(off, alarm, { kind: 'tell-driver', say: 'scale-not-ready', facts: {} })
}

/** An empty platform near zero, at rest: whatever happened to the indicator before, it tells the truth again. */
export const trustedAgain = (untrusted: Untrusted | null, zero: Kilograms, rules: Rules): Untrusted | null =>
  Math.abs(zero) <= farFromZero(rules) ? null : untrusted

/** What was shown before the indicator fell silent is what stands there now: nobody has set it to zero in between. */
export const isSameAsBefore = ({ shownKg }: Untrusted, { weight }: Settled, { settleBand }: Rules): boolean =>
  shownKg !== null && Math.abs(weight - shownKg) <= settleBand

/**
 * Whether sensors say that nobody is on the platform: only then is its zero one. Whoever stands with an axle on it may have set that to
 * nothing; through the gap before a trailer the beam sees, but then the loop is busy, unless that is the one behind a truck that has left.
 */
export function isSeenEmpty(state: LaneState, rules: Rules): boolean {
  if ((state.phase !== 'idle' && state.phase !== 'clearing') || !beamsAreClear(state, rules)) return false
  return !isBusy(state, 'entry') || (state.phase === 'clearing' && state.gone === 'by-exit')
}

/**
 * Nothing weighs on the platform any more, and yet neither edge has noticed the vehicle go since it stood wholly on: it stands there
 * still. Where an edge has no sensors or the board was silent nobody can say so, and of one that was let go only a scale that was off
 * meanwhile is not believed. What it took away with it shows as a weight below nothing.
 */
export function stillStands(state: LaneState, rules: Rules): boolean {
  const visit = visitOf(state)
  if (visit === null || !visit.loaded || visit.blind || visit.noticedAt.entry || visit.noticedAt.exit) return false
  const letGo = state.phase === 'released' || ('released' in state && state.released)
  if (letGo && state.untrusted?.why !== 'power-cycled') return false
  if (!hasSensors('entry', rules) || !hasSensors('exit', rules) || (state.weight ?? 0) <= -rules.vehicleFrom) return false
  return edgesAreClear(state, visit, rules)
}
/** On the loops before the beams somebody else may wait. */
function edgesAreClear(state: LaneState, { watch }: Visit, rules: Rules): boolean {
  const entry = hasActed(watch, 'entry-beam') ? isClear(state, 'entry-beam', rules) : sideIsClear(state, 'entry', rules)
  const beamTells = rules.layout.bothWays && rules.fitted.includes('exit-beam')
  return entry && (beamTells ? isClear(state, 'exit-beam', rules) : sideIsClear(state, 'exit', rules))
}

/**
 * Nothing weighs on the platform any more: it has gone, or the scale is not to be believed. One that was let go may leave all the same;
 * of one whose weight went little by little nobody knows which it was.
 */
export function weighsNothing(state: LaneState, at: Instant, rules: Rules): Step {
  if (!stillStands(state, rules)) return go(toClearing(state, at, rules))
  const letGo = state.phase === 'released' || ('released' in state && state.released)
  if (letGo) return go(state)
  const { untrusted = null } = state
  return untrusted === null
    ? notBelieved(raiseOnce('drive-off', state, at, rules), at, rules)
    : vanished(state, at, rules, untrusted.shownKg)
}

/** Told once; then it must back off, and the empty platform be seen. */
function vanished(state: LaneState, at: Instant, rules: Rules, beforeKg: Kilograms | null): Step {
  const facts = { reason: state.untrusted?.why ?? 'zeroed', beforeKg, afterKg: state.weight }
  return notBelieved(raiseOnce('weight-curve', state, at, rules, facts), at, rules)
}
const notBelieved = (told: Step, at: Instant, rules: Rules): Step =>
  andThen(told, (state) => {
    const untrusted: Untrusted = state.untrusted ?? zeroed(at)
    const blocked = toBlocked({ ...state, untrusted }, 'weight-untrusted')
    return go(blocked, ...openEntry(state, 'weight-untrusted', rules), { kind: 'tell-driver', say: 'reverse-off', facts: {} })
  })
const zeroed = (since: Instant): Untrusted => ({ since, why: 'zeroed', shownKg: null })

/**
 * The weight of a vehicle vanished from one reading to the next. One that stands there still is not weighed by this scale any more. While
 * it drives on and nothing moves, its front axle may have been set to nothing: that is only remembered, for an axle that rolls back off
 * looks much the same, and an empty zero clears it.
 */
export function zeroedUnder(before: LaneState, now: LaneState, input: LaneInput, rules: Rules): Step {
  if (input.kind !== 'reading' || !IS_HERE.has(before.phase)) return go(now)
  const { weight: last, weightAt } = before
  if (last === null || weightAt === null || last < 2 * rules.vehicleFrom || input.weight >= rules.emptyBelow) return go(now)
  if (stillStands(now, rules)) return vanished(now, input.at, rules, last)
  const atOnce = input.at - weightAt <= BETWEEN_READINGS && !hasMoved(before, input.at, rules)
  const driving = before.phase === 'boarding' || before.phase === 'positioning'
  return go(driving && atOnce ? { ...now, untrusted: now.untrusted ?? zeroed(input.at) } : now)
}
/** It stands here and may not leave. */
const IS_HERE: ReadonlySet<LaneState['phase']> = new Set(['boarding', 'positioning', 'settling', 'asking', 'held'])
/** Far more than any indicator waits between two readings, far less than a truck needs to leave. */
const BETWEEN_READINGS = milliseconds(1_000)

/** Something at the platform's edge has changed in the last second; where it has no beams, at the loop before it. */
function hasMoved({ timeline }: LaneState, at: Instant, { fitted }: Rules): boolean {
  const edge = fitted.includes('entry-beam') ? 'entry-beam' : 'entry-loop'
  return timeline.some(([when, sensor]) => at - when < QUIET_FOR && (sensor === edge || sensor === 'exit-beam'))
}
const QUIET_FOR = seconds(1)
