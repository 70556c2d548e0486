import { after, type Instant } from '#edge/units'
import { habitsAfter } from '../suspicion.ts'
import type { InPhase, LaneEffect, LaneInput, LaneState, Rules, Step } from '../vocabulary.ts'
import { raise } from './alarms.ts'
import { idle } from './arriving.ts'
import { crossed, passage } from './escape.ts'
import { andThen, beamsAreClear, closeGate, common, exitLoopIsClear, go, isBusy, isEmpty, isLoaded } from './lane.ts'
import { newVisit, toBoarding } from './moves.ts'

/**
 * The vehicle is off the platform. The lane is idle again once the platform has been empty for a while with exit loop and beams
 * clear: two signals that do not depend on one another, before any arm is asked to come down.
 */
export function clearing(state: InPhase<'clearing'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  if (state.crossing) {
    const done = crossed(state, state.crossing, at, rules)
    return done ? andThen(done, () => seen({ ...state, crossing: null }, input, rules)) : go(state)
  }
  return seen(state, input, rules)
}

function seen(state: InPhase<'clearing'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  if (isLoaded(state, at, rules)) {
    const { common: kept, visit } = newVisit(state, at, rules)
    return go(toBoarding({ ...state, ...kept }, visit, at, rules))
  }
  const gone = state.gone === 'unnoticed' && state.visit?.noticedAt.entry ? 'by-entry' : state.gone
  const patientUntil = gone === 'by-entry' ? (state.patientUntil ?? after(at, rules.boardWithin)) : null
  const waits = patientUntil !== null && at < patientUntil && isBusy(state, 'entry')
  const empty = isEmpty(state, at, rules) && exitLoopIsClear(state, rules) && beamsAreClear(state, rules) && !waits
  if (!empty) return go({ ...state, gone, patientUntil, emptySince: null, until: waits ? patientUntil : null })
  const emptySince = state.emptySince ?? at
  const until = after(emptySince, rules.emptyFor)
  if (at < until) return go({ ...state, gone, patientUntil, emptySince, until })
  return andThen(unexplained({ ...state, gone }, at, rules), (now) => andThen(toIdle(now, at, rules), next))

  /** Somebody may be waiting at the entry already. */
  function next(now: LaneState): Step {
    return now.phase === 'idle' ? idle(now, input, rules) : go(now)
  }
}

/** A vehicle was on the platform, is gone, and no loop noticed it. Where nobody could notice one that was let go, nothing is said. */
function unexplained(state: InPhase<'clearing'>, at: Instant, rules: Rules): Step {
  const { visit, gone, released } = state
  if (gone !== 'unnoticed' || !visit?.loaded) return go(state)
  if (released && visit.noticedAt.exit) {
    const passages = state.passages + 1
    return go({ ...state, passages }, passage(state, { passage: passages, free: true }, at, rules))
  }
  if (released && visit.blind) return go(state)
  return go(state, raise('drive-off', `visit-${visit.number}`, state, at, rules))
}

function toIdle(state: LaneState, at: Instant, rules: Rules): Step {
  const visit = 'visit' in state ? state.visit : null
  const given = 'given' in state ? state.given : null
  const plates = [given?.plate ?? null, ...(visit?.sightings.map(({ plate }) => plate) ?? [])].filter((plate) => plate !== null)
  const tags = (visit?.tags ?? []).map(({ by, tag }) => ({ by, tag }))
  const rest: LaneState = {
    ...common(state),
    phase: 'idle',
    habits: state.phase === 'clearing' ? habitsAfter(state, visit, state.gone, rules) : (state.habits ?? {}),
    zero: state.weight,
    left: plates.length > 0 || tags.length > 0 ? { plates: [...new Set(plates)], tags, at } : state.left,
    timeline: [],
  }
  const red = (gate: 'entry' | 'exit'): LaneEffect => ({ kind: 'light', at: gate, colour: 'red' })
  return andThen(closeGate(rest, 'exit', rules, 'lane-empty'), (afterExit) =>
    andThen(closeGate(afterExit, 'entry', rules, 'lane-empty'), (both) =>
      go(both, red('exit'), red('entry'), ...(both.siren ? [{ kind: 'siren', on: false } as const] : [])),
    ),
  )
}
