import { after, type Instant } from '#edge/units'
import type { Decision } from '#edge/weighing'
import type { AgainBecause, BlockedWhy, Common, Given, InPhase, LaneEffect, LaneState, Rules, Step, Visit } from '../vocabulary.ts'
import { andThen, boardIsSilent, closeGate, common, go, isLoaded, visitOf } from './lane.ts'
import { notedOnArrival } from './remote.ts'

/** The states a lane moves into, each made in one place. */

export const NOT_NOTICED: Visit['noticedAt'] = { entry: false, exit: false }
/** A beam that is dark already notices it. */
const noticedNow = ({ sensors }: LaneState): Visit['noticedAt'] => ({
  entry: sensors['entry-beam'] === true,
  exit: sensors['exit-beam'] === true,
})

/** A new visit with what was seen of the waiting vehicle; it has a number and no phase yet. */
export function newVisit(state: LaneState, at: Instant, rules: Rules): { readonly common: Common; readonly visit: Visit } {
  const fresh = (since: Instant): boolean => at - since <= rules.boardWithin
  const { sightings, shown, tags = [] } = state.waiting
  const number = state.visits + 1
  // Where vehicles come from both ends, what the other end's camera has read is the one that waits there.
  const theirs = rules.layout.bothWays ? sightings.filter(({ camera }) => camera === 'rear') : []
  return {
    common: { ...common(state), visits: number, waiting: { sightings: theirs, shown: null, tags: [] } },
    visit: {
      number,
      since: at,
      sightings: sightings.filter((seen) => fresh(seen.at) && !theirs.includes(seen)),
      tags: tags.filter((read) => fresh(read.at)),
      shown: shown && fresh(shown.at) ? shown.number : null,
      loaded: isLoaded(state, at, rules),
      noticedAt: { entry: noticedNow(state).entry, exit: false },
      blind: boardIsSilent(state),
      ...notedOnArrival(state),
    },
  }
}

/** The vehicle has left the platform, or never came: what remains is to see the lane empty. */
export function toClearing(state: LaneState, at: Instant, rules: Rules, gone?: 'nobody'): InPhase<'clearing'> {
  const visit = visitOf(state)
  const backedOff = visit?.noticedAt.entry === true
  return {
    ...common(state),
    phase: 'clearing',
    visit,
    given: 'given' in state ? state.given : null,
    released: state.phase === 'released' || ('released' in state && state.released),
    crossing: null,
    gone: gone ?? (visit?.loaded ? (backedOff ? 'by-entry' : 'unnoticed') : 'nobody'),
    patientUntil: backedOff ? ((at + rules.boardWithin) as Instant) : null,
    emptySince: null,
    until: null,
  }
}

/**
 * A vehicle that never reached the platform still stands at the entry, read and with its ticket shown; nobody reads it a second time.
 * Where another plate has been read since, that one has taken its place.
 */
export function waitingAgain<S extends InPhase<'blocked' | 'starting'>>(state: S): S {
  const { visit, waiting } = state
  if (visit === null || visit.loaded || waiting.sightings.length > 0) return state
  const shown = waiting.shown ?? (visit.shown === null ? null : { number: visit.shown, at: visit.since })
  const tags = [...(visit.tags ?? []), ...(waiting.tags ?? [])].slice(-MOST_KEPT)
  return { ...state, visit: null, waiting: { sightings: visit.sightings.slice(-MOST_KEPT), shown, tags } }
}
/** However often devices fall silent over one vehicle. */
const MOST_KEPT = 8

/** On the platform, its rear perhaps still at the entry. */
export function toBoarding(state: LaneState, visit: Visit, at: Instant, rules: Rules): InPhase<'boarding'> {
  const giveUpAt = after(at, rules.boardWithin)
  return { ...common(state), phase: 'boarding', visit, clearSince: null, giveUpAt, until: giveUpAt }
}

export const toPositioning = (
  state: LaneState,
  visit: Visit,
  giveUpAt: Instant,
  { said = null, baseKg = state.weight }: Pick<InPhase<'positioning'>, 'said' | 'baseKg'> = {},
): InPhase<'positioning'> => ({
  ...common(state),
  phase: 'positioning',
  visit,
  clearSince: null,
  giveUpAt,
  until: giveUpAt,
  said,
  baseKg,
})

/**
 * The same vehicle, to be weighed from the start: how it drove on is known, and what its weight did since then belongs to what went
 * before.
 */
export function fromTheStart(visit: Visit, because: AgainBecause): Visit {
  const { watch } = visit
  if (watch === undefined || !('rests' in watch)) return { ...visit, because }
  return { ...visit, because, watch: { ...watch, ...NOT_STOOD } }
}
const NOT_STOOD = {
  level: null,
  groups: null,
  rests: [],
  unrest: null,
  entered: false,
  top: 0,
  topAfter: 0,
  downs: [],
  judgedAt: null,
  reachedExit: false,
  atExit: null,
  behind: 0,
}

/** The vehicle that is here is weighed once more, on `ink`; every weighing before stays on record. */
export function weighAgain(
  state: LaneState,
  visit: Visit,
  because: AgainBecause,
  at: Instant,
  rules: Rules,
  ink: readonly LaneEffect[] = [],
): Step {
  const anew = fromTheStart({ ...visit, noticedAt: noticedNow(state), blind: false }, because)
  // An entry that was opened for it to back off is closed behind it first.
  const shut = state.entryCommanded === 'closed' || !rules.layout.gates.entry
  const next = shut ? toPositioning(state, anew, after(at, rules.settleWithin)) : toBoarding(state, anew, at, rules)
  const told: readonly LaneEffect[] = [
    { kind: 'light', at: 'exit', colour: 'red' },
    { kind: 'tell-driver', say: 'stop-and-switch-off', facts: {} },
  ]
  return andThen(go(next, ...ink, ...told), (now) => closeGate(now, 'exit', rules, 'weighed-again'))
}

/** Let go: the exit has been ordered open in the step that made this state. */
export const toReleased = (state: LaneState, visit: Visit, given: Given, at: Instant, rules: Rules): InPhase<'released'> => ({
  ...common(state),
  phase: 'released',
  visit: { ...visit, noticedAt: NOT_NOTICED, blind: false, letGoAt: at },
  given,
  crossing: null,
  until: after(at, rules.leaveWithin),
})

/** Who stands behind a decision, and with what. */
export type Behind = Pick<Decision, 'reason' | 'operator' | 'note' | 'second' | 'photo' | 'gate' | 'plate'>
export const AUTOMATIC: Behind = { reason: '', operator: 'automatic' }

export function decision(visit: Visit | null, { lane }: Rules, act: Decision['act'], behind: Behind): LaneEffect {
  const { reason, operator, note, second, photo, gate, plate } = behind
  const body = {
    lane,
    visit: visit?.number ?? null,
    act,
    reason,
    operator,
    ...(note === undefined ? {} : { note }),
    ...(second === undefined ? {} : { second }),
    ...(photo === undefined ? {} : { photo }),
    ...(gate === undefined ? {} : { gate }),
    ...(plate === undefined ? {} : { plate }),
  }
  return { kind: 'write', record: { kind: 'decision', body } }
}

/** Nothing is ordered any more until what is named in `why` is over or a person acts. */
export function toBlocked(state: LaneState, why: BlockedWhy): InPhase<'blocked'> {
  return {
    ...common(state),
    phase: 'blocked',
    visit: 'visit' in state ? state.visit : null,
    given: 'given' in state ? state.given : null,
    released: state.phase === 'released' || ('released' in state && state.released),
    why,
    until: null,
  }
}

/** The sooner of two moments. */
export const sooner = (a: Instant, b: Instant): Instant => (a < b ? a : b)
