import { decisive } from '../verdict.ts'
import type { Given, InPhase, LaneEffect, LaneInput, LaneState, Rules, Step, Visit } from '../vocabulary.ts'
import { boardIsSilent, common, go, isOff, openEntry } from './lane.ts'
import { decision, toClearing, toReleased } from './moves.ts'

/** The exit stays shut. The entry opens, so that the vehicle can back off. */
export function held(state: LaneState, visit: Visit, given: Given, ink: readonly LaneEffect[]): Step {
  const reason = decisive(given.findings)
  return go(
    { ...common(state), phase: 'held', visit, given: { ...given, verdict: 'hold' }, until: null },
    ...ink,
    ...openEntry(state, 'back-off'),
    { kind: 'light', at: 'exit', colour: 'red' },
    { kind: 'tell-driver', say: 'held', facts: { ...reason?.facts, code: reason?.code ?? null } },
  )
}

/** Until it is gone. Its leaving by the exit is an escape, found in `escape.ts`. */
export const holding = (state: InPhase<'held'>, { at }: LaneInput, rules: Rules): Step =>
  isOff(state, at, rules) ? go(toClearing(state, at, rules)) : go(state)

/** An operator must answer in time. Silence is a hold. */
export function asking(state: InPhase<'asking'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  const { visit, given } = state
  if (isOff(state, at, rules)) return go(toClearing(state, at, rules))
  if (input.kind === 'operator-act' && input.act === 'refuse')
    return held(state, visit, given, [decision(visit, rules, 'refuse', input.reason, input.operator)])
  // While the board is silent nobody can be let go: an order nobody hears is worse than a wait.
  if (input.kind === 'operator-act' && !boardIsSilent(state))
    return go(
      toReleased(state, visit, given, at, rules),
      decision(visit, rules, 'release', input.reason, input.operator),
      ...(given.use ? [given.use] : []),
      { kind: 'gate', gate: 'exit', move: 'open', why: 'operator-release' },
      { kind: 'light', at: 'exit', colour: 'green' },
      { kind: 'tell-driver', say: 'go', facts: { plate: given.plate, weightKg: given.weight } },
    )
  if (at < state.until) return go(state)
  return held(state, visit, given, [decision(visit, rules, 'timed-out', '', 'automatic')])
}
