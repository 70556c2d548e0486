import type { InPhase, LaneInput, Rules, Step } from '../vocabulary.ts'
import { raise } from './alarms.ts'
import { allClear, boardIsSilent, go, isEmpty, isLoaded, isOff, sideIsClear, weightNow } from './lane.ts'
import { decision, newVisit, toBlocked, toBoarding, toClearing, toReleased } from './moves.ts'

/**
 * The lane orders nothing by itself. Left when the silent device speaks again, when the lane is seen empty, or by a person: a
 * vehicle that had been let go may be let go once more, any other one is weighed again. Nobody is waved through unweighed.
 */
export function blocked(state: InPhase<'blocked'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  if (input.kind === 'operator-act' && input.act === 'release' && state.visit) return released(state, input, rules)
  switch (state.why) {
    case 'scale-silent':
      return weightNow(state, at, rules) === null ? go(state) : resume(state, input, rules)
    case 'board-silent':
      return boardIsSilent(state) ? go(state) : resume(state, input, rules)
    case 'interrupted':
    case 'outcome-unknown':
      if (state.visit?.loaded && isOff(state, at, rules)) return go(toClearing(state, at, rules))
      return isEmpty(state, at, rules) && allClear(state, rules) ? go(toClearing({ ...state, visit: null }, at, rules)) : go(state)
    case 'driver-waits':
      // What kept it half on, the next truck at its bumper perhaps, is gone.
      if (state.visit && !state.released && isLoaded(state, at, rules) && sideIsClear(state, 'entry', rules))
        return go(toBoarding(state, state.visit, at, rules))
      return isOff(state, at, rules) ? go(toClearing(state, at, rules)) : go(state)
    case 'never-settled':
      return isOff(state, at, rules) ? go(toClearing(state, at, rules)) : go(state)
  }
}

/** Back to where the vehicle is: on the platform it is weighed from the start. */
function resume(state: InPhase<'blocked'>, { at }: LaneInput, rules: Rules): Step {
  if (!isLoaded(state, at, rules)) return go(toClearing(state, at, rules))
  if (state.released) return go(toBlocked(state, 'outcome-unknown'))
  if (state.visit) return go(toBoarding(state, state.visit, at, rules))
  const { common: kept, visit } = newVisit(state, at, rules)
  return go(toBlocked({ ...state, ...kept, visit }, 'interrupted'))
}

function released(state: InPhase<'blocked'>, input: Extract<LaneInput, { kind: 'operator-act' }>, rules: Rules): Step {
  const { at } = input
  const { visit, given } = state
  if (!visit || boardIsSilent(state) || !isLoaded(state, at, rules)) return go(state)
  if (!state.released || !given) return go(toBoarding(state, visit, at, rules))
  const lift = raise('manual-lift', `visit-${visit.number}`, state, at, rules, { operator: input.operator, reason: input.reason })
  return go(
    toReleased(state, visit, given, at, rules),
    decision(visit, rules, 'release', input.reason, input.operator),
    lift,
    { kind: 'gate', gate: 'exit', move: 'open', why: 'operator-release' },
    { kind: 'light', at: 'exit', colour: 'green' },
    { kind: 'tell-driver', say: 'go', facts: { plate: given.plate, weightKg: given.weight } },
  )
}
