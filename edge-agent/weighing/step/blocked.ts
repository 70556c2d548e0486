import type { InPhase, LaneInput, Rules, Step } from '../vocabulary.ts'
import { raise } from './alarms.ts'
import { allClear, boardIsSilent, go, isEmpty, isLoaded, isOff, sideIsClear, weightNow } from './lane.ts'
import { decision, newVisit, toBlocked, toBoarding, toClearing, toReleased } from './moves.ts'

/**
 * The lane orders nothing by itself. Left when the silent devices speak again, when the lane is seen empty, or by a person: a
 * vehicle that had been let go may be let go once more, any other one is weighed again. Nobody is waved through unweighed.
 */
export function blocked(state: InPhase<'blocked'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  if (input.kind === 'operator-act' && input.act === 'release' && state.visit) return released(state, input, rules)
  switch (state.why) {
    case 'scale-silent':
    case 'board-silent':
      return resume(state, input, rules)
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
    case 'remote-control':
    case 'zero-off':
    case 'wrong-way':
    case 'barrier-hit':
    case 'two-trucks':
      return isOff(state, at, rules) ? go(toClearing(state, at, rules)) : go(state)
  }
}

/** Once nobody is silent any more, back to where the vehicle is: on the platform it is weighed from the start, before it it waits. */
function resume(state: InPhase<'blocked'>, { at }: LaneInput, rules: Rules): Step {
  const silent = boardIsSilent(state) ? 'board-silent' : weightNow(state, at, rules) === null ? 'scale-silent' : null
  if (silent !== null) return go(silent === state.why ? state : toBlocked(state, silent))
  if (!isLoaded(state, at, rules)) return go(toClearing(waitsAgain(state), at, rules))
  if (state.released) return go(toBlocked(state, 'outcome-unknown'))
  if (state.visit) return go(toBoarding(state, state.visit, at, rules))
  const { common: kept, visit } = newVisit(state, at, rules)
  return go(toBlocked({ ...state, ...kept, visit }, 'interrupted'))
}

/**
 * A vehicle that never reached the platform still stands at the entry, read and with its ticket shown; nobody reads it a second time.
 * Where another plate has been read since, that one has taken its place.
 */
function waitsAgain(state: InPhase<'blocked'>): InPhase<'blocked'> {
  const { visit, waiting } = state
  if (visit === null || visit.loaded || waiting.sightings.length > 0) return state
  const shown = waiting.shown ?? (visit.shown === null ? null : { number: visit.shown, at: visit.since })
  const tags = [...(visit.tags ?? []), ...(waiting.tags ?? [])].slice(-MOST_KEPT)
  return { ...state, visit: null, waiting: { sightings: visit.sightings.slice(-MOST_KEPT), shown, tags } }
}

/** However often devices fall silent over one vehicle. */
const MOST_KEPT = 8

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
