import { type Instant, type Kilograms, milliseconds, seconds } from '#edge/units'
import type { Common, LaneInput, LaneState, Rules, Settled, Step, Untrusted } from '../vocabulary.ts'
import { raise, raiseOnce } from './alarms.ts'
import { allClear, andThen, anyBusy, beamsAreClear, go, hasSensors, openEntry } from './lane.ts'
import { toBlocked } from './moves.ts'

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
 * The weight of a vehicle vanished between two readings and no sensor on either side has moved: it stands there still, and the indicator
 * was set to zero under it. Where a side has no sensors nobody can say so.
 */
export function zeroedUnder(before: LaneState, now: LaneState, input: LaneInput, rules: Rules): Step {
  if (input.kind !== 'reading' || !IS_HERE.has(before.phase)) return go(now)
  const { weight: last, weightAt } = before
  const { at } = input
  if (last === null || weightAt === null || at - weightAt > BETWEEN_READINGS || last < 2 * rules.vehicleFrom) return go(now)
  const vanished = input.weight < rules.emptyBelow
  const watched = hasSensors('entry', rules) && hasSensors('exit', rules) && allClear(now, rules) && !anyBusy(now)
  const moved = before.timeline.some(([when, sensor]) => at - when < QUIET_FOR && !sensor.endsWith('-arm-down'))
  if (!vanished || !watched || moved) return go(now)
  const untrusted: Untrusted = { since: at, why: 'zeroed', shownKg: null }
  const told = raiseOnce('weight-curve', { ...now, untrusted }, at, rules, { reason: 'zeroed', beforeKg: last, afterKg: input.weight })
  return andThen(told, (then) =>
    go(toBlocked(then, 'weight-untrusted'), ...openEntry(then, 'weight-untrusted', rules), {
      kind: 'tell-driver',
      say: 'reverse-off',
      facts: {},
    }),
  )
}
/** It stands here and may not leave. */
const IS_HERE: ReadonlySet<LaneState['phase']> = new Set(['positioning', 'settling', 'asking', 'held'])
/** Far more than any indicator waits between two readings, far less than a truck needs to leave. */
const BETWEEN_READINGS = milliseconds(1_000)
const QUIET_FOR = seconds(1)
