import { decisive } from '../verdict.ts'
import type { Given, InPhase, LaneEffect, LaneInput, LaneState, Rules, Step, Visit } from '../vocabulary.ts'
import { common, go, isOff, openEntry } from './lane.ts'
import { AUTOMATIC, decision } from './moves.ts'
import { claimed, showCode } from './one-time-code.ts'
import { weighsNothing } from './trust.ts'

/** The exit stays shut. The entry opens, so that the vehicle can back off. */
export function held(state: LaneState, visit: Visit, given: Given, ink: readonly LaneEffect[], rules: Rules): Step {
  const reason = decisive(given.findings)
  return go(
    { ...common(state), phase: 'held', visit, given: { ...given, verdict: 'hold' }, until: null },
    ...ink,
    ...openEntry(state, 'back-off', rules),
    { kind: 'light', at: 'exit', colour: 'red' },
    { kind: 'tell-driver', say: 'held', facts: { ...reason?.facts, code: reason?.code ?? null } },
  )
}

/** Until it is gone. Its leaving by the exit is an escape, found in `escape.ts`. */
export const holding = (state: InPhase<'held'>, { at }: LaneInput, rules: Rules): Step =>
  isOff(state, at, rules) ? weighsNothing(state, at, rules) : go(state)

/** An operator must answer in time (`acts.ts`). Silence is a hold. */
export function asking(state: InPhase<'asking'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  const { visit, given } = state
  if (isOff(state, at, rules)) return weighsNothing(state, at, rules)
  if (input.kind === 'code-made') return showCode(state, input.code)
  if (input.kind === 'ticket-claimed') return claimed(state, input, rules)
  if (at < state.until) return go(state)
  return held(state, visit, given, [decision(visit, rules, 'timed-out', AUTOMATIC)], rules)
}
