import type { InPhase, LaneInput, Rules, Step } from '../vocabulary.ts'
import { crossed } from './escape.ts'
import { andThen, go, isOff } from './lane.ts'
import { toBlocked, toClearing } from './moves.ts'

/** It drives off over the exit loop. One that does not is told so; after that a person must look. */
export function released(state: InPhase<'released'>, { at }: LaneInput, rules: Rules): Step {
  if (state.crossing) {
    const done = crossed(state, state.crossing, at, rules)
    return done ? andThen(done, (now) => go({ ...toClearing(now, at, rules), gone: 'by-exit' })) : go(state)
  }
  if (isOff(state, at, rules)) return go(toClearing(state, at, rules))
  if (state.until === null || at < state.until) return go(state)
  return go(toBlocked(state, 'driver-waits'), { kind: 'tell-driver', say: 'leave-now', facts: {} })
}
