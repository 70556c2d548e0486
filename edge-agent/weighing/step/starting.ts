import { after, type Instant, seconds } from '#edge/units'
import type { Common, Given, InPhase, LaneInput, LaneState, Rules, Step, Visit } from '../vocabulary.ts'
import { raise } from './alarms.ts'
import { clearing } from './clearing.ts'
import { allHeard, anyBusy, armsAsSeen, boardIsSilent, changeVisit, common, go, isLoaded, openEntry, weightNow } from './lane.ts'
import { fromTheStart, newVisit, toBlocked, toBoarding, toClearing, waitingAgain } from './moves.ts'

/** How long scale and board may take to be heard after a start before the lane says which one is missing. */
const HEARD_WITHIN = seconds(30)

/** A lane nobody has stored yet. */
export function initialState(at: Instant): InPhase<'starting'> {
  return {
    phase: 'starting',
    until: after(at, HEARD_WITHIN),
    interrupted: false,
    visit: null,
    given: null,
    released: false,
    visits: 0,
    passages: 0,
    forcings: 0,
    sensors: {},
    exitArmDownSince: null,
    silent: [],
    weight: null,
    weightAt: null,
    offSince: null,
    zero: null,
    entryCommanded: 'unknown',
    exitCommanded: 'unknown',
    siren: false,
    timeline: [],
    left: null,
    waiting: { sightings: [], shown: null, tags: [] },
  }
}

/** The agent has started over this stored state: what the lane knew of iron and weight is forgotten, its vehicle is not. */
export function started(state: LaneState, { at, interrupted }: Extract<LaneInput, { kind: 'started' }>): Step {
  const gone = state.phase === 'clearing'
  return go({
    ...initialState(at),
    visits: state.visits,
    passages: state.passages,
    forcings: state.forcings,
    siren: state.siren,
    left: state.left,
    ...outlives(state),
    interrupted,
    visit: gone || !('visit' in state) ? null : state.visit,
    given: gone || !('given' in state) ? null : state.given,
    released: state.phase === 'released' || ('released' in state && state.released),
  })
}

/** A person who took the lane over still has it; a weight nobody may trust is no better after a start. */
function outlives({ attended = null, turned = false, untrusted = null, habits = {}, counts }: LaneState): Partial<Common> {
  return { attended, turned, untrusted, habits, ...(counts === undefined ? {} : { counts }) }
}

/**
 * Waits until scale and sensors have been heard. A known vehicle that had not been let go is weighed anew; one that had been, or that
 * nobody knows, gets no order at all: what its gate did is unknown, and a person must look.
 */
export function starting(state: InPhase<'starting'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  const heard = weightNow(state, at, rules) !== null && allHeard(state, rules) && !boardIsSilent(state)
  if (!heard) {
    if (at < state.until) return go(state)
    const unwatched = changeVisit(state, (visit) => ({ ...visit, blind: true }))
    return go(toBlocked(unwatched, weightNow(state, at, rules) === null ? 'scale-silent' : 'board-silent'))
  }
  const loaded = isLoaded(state, at, rules)
  const leftInTheDark = state.visit?.loaded === true && !state.released && !loaded
  const alarm = leftInTheDark ? [raise('dark-lane', `visit-${state.visit?.number}`, state, at, rules)] : []
  if (!loaded && !anyBusy(state) && !state.interrupted) return clearing(toClearing(state, at, rules, 'nobody'), input, rules)
  // Its release goes with it: whoever comes next must not leave on that. One that never drove on stands at the entry still, read already.
  const forgotten = { ...waitingAgain(state), visit: null, given: null, released: false }
  if (!loaded) return go(toBlocked(forgotten, state.released ? 'outcome-unknown' : 'interrupted'), ...alarm)
  // Not yet let go, so nothing was ever pulsed for it: it is weighed from the start, in the same visit, on a new tape.
  if (state.visit && !state.released && state.given?.verdict === 'hold') return stillHeld(state, state.visit, state.given, rules)
  if (state.visit && !state.released) return go(toBoarding(state, fromTheStart({ ...state.visit, loaded }, 'restart'), at, rules))
  const { common: kept, visit } = state.visit ? { common: common(state), visit: state.visit } : newVisit(state, at, rules)
  return go(toBlocked({ ...state, ...kept, visit: { ...visit, loaded } }, state.released ? 'outcome-unknown' : 'interrupted'))
}

/** What was decided on it holds: nobody is let go because the power was cut. Its way back is opened where an arm is known to bar it. */
function stillHeld(state: InPhase<'starting'>, visit: Visit, given: Given, rules: Rules): Step {
  const known = armsAsSeen(state, rules)
  const barred = known.sensors['entry-arm-down'] === true
  return go(
    { ...common(known), phase: 'held', visit: { ...visit, loaded: true, blind: false }, given, until: null },
    ...(barred ? openEntry(known, 'back-off', rules) : []),
    { kind: 'light', at: 'exit', colour: 'red' },
    { kind: 'tell-driver', say: 'reverse-off', facts: {} },
  )
}
