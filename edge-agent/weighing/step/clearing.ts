import { after, type Instant } from '#edge/units'
import { habitsAfter } from '../suspicion.ts'
import type { Gate, InPhase, LaneEffect, LaneInput, LaneState, Rules, Step } from '../vocabulary.ts'
import { raiseOnce } from './alarms.ts'
import { idle } from './arriving.ts'
import { unfreely } from './escape.ts'
import {
  andThen,
  beamsAreClear,
  boardIsLate,
  closeGate,
  common,
  exitLoopIsClear,
  go,
  hasSensors,
  isBusy,
  isEmpty,
  isLoaded,
} from './lane.ts'
import { passed, zeroBehind } from './leaving.ts'
import { takenBack } from './letting-go.ts'
import { AUTOMATIC, decision, newVisit, toBoarding } from './moves.ts'
import { followedClose, passing, tailgating } from './passing.ts'
import { stillStands, weighsNothing, zeroIsOff } from './trust.ts'
import { wayOut } from './way-out.ts'

/**
 * The vehicle is off the platform. The lane is idle again once the platform has been empty for a while with exit loop and beams
 * clear: two signals that do not depend on one another, before any arm is asked to come down.
 */
export function clearing(state: InPhase<'clearing'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  if (state.crossing) {
    const done = passing(state, state.crossing, at, rules)
    const over = done.state.phase === 'clearing' && done.state.crossing === null
    return over ? andThen(done, (now) => (now.phase === 'clearing' ? seen(now, input, rules) : go(now))) : done
  }
  return seen(state, input, rules)
}

function seen(state: InPhase<'clearing'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  if (isLoaded(state, at, rules)) return nextIsOn(state, at, rules)
  if (leftUnseen(state, rules)) return unfreely(state, at, rules)
  if (zeroIsOff(state, at, rules))
    return andThen(explained(state, at, rules), (now) => zeroIsOff({ ...now, visit: null, given: null } as LaneState, at, rules) ?? go(now))
  const gone = state.gone === 'unnoticed' && state.visit?.noticedAt.entry ? 'by-entry' : state.gone
  const patientUntil = gone === 'by-entry' ? (state.patientUntil ?? after(at, rules.boardWithin)) : null
  const waits = patientUntil !== null && at < patientUntil && isBusy(state, 'entry')
  const empty = isEmpty(state, at, rules) && exitIsFree(state, rules) && beamsAreClear(state, rules) && !waits
  if (!empty) return go({ ...state, gone, patientUntil, emptySince: null, until: waits ? patientUntil : null })
  if (gone === 'unnoticed' && !state.released && stillStands(state, rules)) return weighsNothing(state, at, rules)
  const emptySince = state.emptySince ?? at
  const until = after(emptySince, rules.emptyFor)
  if (at < until || boardIsLate(state)) return go({ ...state, gone, patientUntil, emptySince, until: at < until ? until : null })
  const told = andThen(explained({ ...state, gone }, at, rules), (now) => (now.phase === 'clearing' ? zeroBehind(now, at, rules) : go(now)))
  return andThen(
    andThen(told, (now) => toIdle(now, at, rules)),
    next,
  )

  /** Somebody may be waiting at the entry already. */
  function next(now: LaneState): Step {
    return now.phase === 'idle' && !rules.layout.bothWays ? idle(now, input, rules) : go(now)
  }
}

/** Where vehicles come from both ends the next one may stand on that loop, before an arm that nobody has opened. */
const exitIsFree = (state: InPhase<'clearing'>, rules: Rules): boolean => rules.layout.bothWays || exitLoopIsClear(state, rules)

/** A vehicle is on the platform before the lane was clear. Behind one that has just left, past an entry that was shut, it came in on its bumper. */
function nextIsOn(state: InPhase<'clearing'>, at: Instant, rules: Rules): Step {
  const followed = state.gone === 'by-exit' && state.visit !== null && rules.layout.gates.entry && state.entryCommanded === 'closed'
  const told = followed ? followedClose(state, at, rules) : go(state)
  return andThen(told, (now) => {
    const { common: kept, visit } = newVisit(now, at, rules)
    return go(toBoarding({ ...now, ...kept }, followed ? tailgating(visit, 'before-clear') : visit, at, rules))
  })
}

/**
 * A lane whose exit is seen by a beam alone, or whose exit loop somebody keeps busy: over that beam, off the platform, and nobody had let
 * it go.
 */
function leftUnseen({ visit, released, gone, sensors }: InPhase<'clearing'>, rules: Rules): boolean {
  const loopTells = rules.fitted.includes('exit-loop') && sensors['exit-loop'] !== true
  if (loopTells || released || gone !== 'unnoticed' || !visit?.loaded) return false
  return visit.noticedAt.exit && !visit.noticedAt.entry
}

/**
 * A vehicle was on the platform and is gone without having crossed the loop. One that was let go and reversed off has not left: its
 * ticket comes back. Where nobody could notice one that was let go, nothing is said.
 */
function explained(state: InPhase<'clearing'>, at: Instant, rules: Rules): Step {
  const { visit, gone, released, given } = state
  if (!visit?.loaded || gone === 'by-exit' || gone === 'nobody') return go(state)
  if (!released) return gone === 'by-entry' ? go(state) : raiseOnce('drive-off', state, at, rules)
  const way = wayOut(state, rules)
  if (way === 'entry' && given) {
    const back = takenBack(given)
    return go({ ...state, given: back.given, gone: 'by-entry' }, decision(visit, rules, 'turned-back', AUTOMATIC), ...back.ink)
  }
  if (way === 'exit' || (gone === 'unnoticed' && visit.noticedAt.exit) || !hasSensors('exit', rules)) {
    const passages = state.passages + 1
    return passed({ ...state, passages, gone: 'by-exit' }, { passage: passages, free: true }, at, rules)
  }
  if (gone === 'by-entry' || visit.blind) return go(state)
  return raiseOnce('drive-off', state, at, rules)
}

function toIdle(state: LaneState, at: Instant, rules: Rules): Step {
  const visit = 'visit' in state ? state.visit : null
  const given = 'given' in state ? state.given : null
  const gone = 'gone' in state ? state.gone : 'nobody'
  const plates = [given?.plate ?? null, ...(visit?.sightings.map(({ plate }) => plate) ?? [])].filter((plate) => plate !== null)
  const tags = (visit?.tags ?? []).map(({ by, tag }) => ({ by, tag }))
  const rest: LaneState = {
    ...common(state),
    phase: 'idle',
    zero: state.weight,
    habits: habitsAfter(state, visit, gone, rules),
    left: plates.length > 0 || tags.length > 0 ? { plates: [...new Set(plates)], tags, at } : state.left,
    timeline: [],
  }
  const red = (gate: Gate): LaneEffect => ({ kind: 'light', at: gate, colour: 'red' })
  return andThen(closeGate(rest, 'exit', rules, 'lane-empty'), (afterExit) =>
    andThen(closeGate(afterExit, 'entry', rules, 'lane-empty'), (both) =>
      go(both, red('exit'), red('entry'), ...(both.siren ? [{ kind: 'siren', on: false } as const] : [])),
    ),
  )
}
