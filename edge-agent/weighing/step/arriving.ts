import { after } from '#edge/units'
import type { InPhase, LaneEffect, LaneInput, Rules, Step } from '../vocabulary.ts'
import {
  andThen,
  closeGate,
  deafness,
  go,
  hasSensors,
  isBusy,
  isEmpty,
  isLoaded,
  isOff,
  openEntry,
  sideIsClear,
  weightNow,
} from './lane.ts'
import { NOT_NOTICED, newVisit, sooner, toBlocked, toBoarding, toClearing, toPositioning } from './moves.ts'

/** Nobody here. A vehicle at the entry, or one that has been read, starts a visit; one that simply rolls on does too. */
export function idle(state: InPhase<'idle'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  const deaf = deafness(state)
  if (deaf) return go(toBlocked(state, deaf))
  if (isLoaded(state, at, rules)) {
    const { common, visit } = newVisit(state, at, rules)
    return go(toBoarding({ ...state, ...common }, visit, at, rules))
  }
  const read = state.waiting.sightings.some((seen) => seen.plate !== null && at - seen.at <= rules.boardWithin)
  if (!(isBusy(state, 'entry') || read)) return go(state)
  if (weightNow(state, at, rules) === null) return go(toBlocked(state, 'scale-silent'))
  if (!isEmpty(state, at, rules)) return go(state)
  const { common, visit } = newVisit(state, at, rules)
  return go(
    { ...common, phase: 'arriving', visit, until: after(at, rules.boardWithin) },
    ...openEntry(state, 'arrival', rules),
    ...INVITATION,
  )
}
const INVITATION: readonly LaneEffect[] = [
  { kind: 'light', at: 'entry', colour: 'green' },
  { kind: 'tell-driver', say: 'drive-on', facts: {} },
]

/** The entry is open. The vehicle drives on, or turns away. */
export function arriving(state: InPhase<'arriving'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  const deaf = deafness(state)
  if (deaf) return go(toBlocked(state, deaf))
  if (isLoaded(state, at, rules)) return boarding(toBoarding(state, state.visit, at, rules), input, rules)
  if (at < state.until) return go(state)
  // Somebody still stands at the entry: invite again rather than close on him.
  if (isBusy(state, 'entry')) return go({ ...state, until: after(at, rules.boardWithin) }, ...INVITATION)
  return go(toClearing(state, at, rules, 'nobody'), { kind: 'light', at: 'entry', colour: 'red' })
}

/** Its weight is on the platform. The entry closes once loop and beam have been clear together for a moment. */
export function boarding(state: InPhase<'boarding'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  const deaf = deafness(state)
  if (deaf) return go(toBlocked(state, deaf))
  if (isOff(state, at, rules)) return go(toClearing(state, at, rules))
  const clear = isLoaded(state, at, rules) && (sideIsClear(state, 'entry', rules) || !hasSensors('entry', rules))
  const clearSince = clear ? (state.clearSince ?? at) : null
  if (clearSince !== null && at - clearSince >= rules.clearFor) {
    const closed = closeGate(state, 'entry', rules, 'vehicle-on')
    return andThen(closed, (now) =>
      go(
        toPositioning(now, { ...state.visit, noticedAt: NOT_NOTICED, blind: false }, after(at, rules.settleWithin)),
        { kind: 'light', at: 'entry', colour: 'red' },
        { kind: 'tell-driver', say: 'stop-and-switch-off', facts: {} },
      ),
    )
  }
  if (at >= state.giveUpAt) return go(toBlocked(state, 'driver-waits'), { kind: 'tell-driver', say: 'stand-between-beams', facts: {} })
  const until = clearSince === null ? state.giveUpAt : after(clearSince, rules.clearFor)
  return go({ ...state, clearSince, until: sooner(until, state.giveUpAt) })
}
