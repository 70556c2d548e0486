import type { Instant, Kilograms } from '#edge/units'
import type { InPhase, LaneEffect, Rules, Step } from '../vocabulary.ts'
import { raiseOnce } from './alarms.ts'
import { andThen, go, isLoaded, openEntry, sideIsClear, weightNow } from './lane.ts'
import { toBlocked } from './moves.ts'

/**
 * A second vehicle has come onto the platform behind the one that is weighed: the entry's beam is dark and an axle's weight has been added
 * since it had closed. Nobody is weighed until it has backed off; where it had to pass a closed arm it is told as tailgating.
 */
export function secondIsOn({ sensors, baseKg = null, ...state }: InPhase<'positioning' | 'settling'>, at: Instant, rules: Rules): boolean {
  const weight = weightNow({ sensors, ...state }, at, rules)
  return baseKg !== null && weight !== null && sensors['entry-beam'] === true && weight - baseKg >= secondAxle(baseKg, rules)
}
/** The lightest axle that matters; a heavy truck's own sway is a few percent. */
const secondAxle = (baseKg: number, { vehicleFrom }: Rules): number => Math.max(Math.round(1.5 * vehicleFrom), Math.round(baseKg / 20))

export function twoTrucks(state: InPhase<'positioning' | 'settling'>, at: Instant, rules: Rules): Step {
  const shut = rules.layout.gates.entry && state.entryCommanded === 'closed'
  const told = shut ? raiseOnce('tailgate', state, at, rules, { why: 'boarded-behind' }) : go(state)
  return andThen(told, (now) =>
    go({ ...toBlocked(now, 'two-trucks'), baseKg: state.baseKg ?? null }, ...openEntry(now, 'two-trucks', rules), ...ONE_AT_A_TIME),
  )
}
const ONE_AT_A_TIME: readonly LaneEffect[] = [
  { kind: 'light', at: 'entry', colour: 'red' },
  { kind: 'tell-driver', say: 'one-at-a-time', facts: {} },
]

/** The first one stands there alone again, and the entry behind it is clear. */
export function isAlone(state: InPhase<'blocked'>, at: Instant, rules: Rules): boolean {
  const weight: Kilograms | null = weightNow(state, at, rules)
  if (weight === null || !isLoaded(state, at, rules) || !sideIsClear(state, 'entry', rules)) return false
  const { baseKg = null } = state
  return baseKg === null || weight - baseKg < secondAxle(baseKg, rules)
}
