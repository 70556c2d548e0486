import type { InPhase, LaneInput, Rules, Step } from '../vocabulary.ts'
import { andThen, go, isOff, weightNow } from './lane.ts'
import { toBlocked, toClearing } from './moves.ts'
import { followedClose, passing, secondFrom } from './passing.ts'
import { stillStands } from './trust.ts'

/** It drives off over the exit loop. One that does not is told so; after that a person must look. */
export function released(state: InPhase<'released'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  if (state.crossing) return passing(state, state.crossing, at, rules)
  if (isOff(state, at, rules) && !stillStands(state, rules)) return go(toClearing(state, at, rules))
  const weight = weightNow(state, at, rules)
  const pushedIn = state.visit.noticedAt.entry && weight !== null && weight - state.given.weight >= secondFrom(state, rules)
  const told = pushedIn ? followedClose(state, at, rules) : go(state)
  if (state.until === null || at < state.until) return told
  return andThen(told, (now) => go(toBlocked(now, 'driver-waits'), { kind: 'tell-driver', say: 'leave-now', facts: {} }))
}
