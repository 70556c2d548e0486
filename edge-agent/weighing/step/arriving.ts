import { finding } from '#edge/findings'
import { after, type Instant, minutes } from '#edge/units'
import type { InPhase, LaneEffect, LaneInput, Rules, Step, Visit } from '../vocabulary.ts'
import { isTrailerPlate } from './identifying.ts'
import {
  andThen,
  boardIsLate,
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
import { SAY_EVERY, sayAgain } from './standing.ts'
import { weighsNothing, zeroIsOff } from './trust.ts'

/** Nobody here. A vehicle at the entry, or one that has been read, starts a visit; one that simply rolls on does too. */
export function idle(state: InPhase<'idle'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  const deaf = deafness(state)
  if (deaf) return go(toBlocked(state, deaf))
  const oneWay = !rules.layout.bothWays
  if (isLoaded(state, at, rules)) {
    const { common, visit } = newVisit(state, at, rules)
    const wrongWay = oneWay && isBusy(state, 'exit') && !isBusy(state, 'entry') && hasSensors('entry', rules)
    return wrongWay ? cameByExit({ ...state, ...common }, visit) : go(toBoarding({ ...state, ...common }, visit, at, rules))
  }
  const off = zeroIsOff(state, at, rules)
  if (off) return off
  // Somebody stands at the exit of a lane with one direction: nobody is let in towards him.
  if (oneWay && isBusy(state, 'exit')) {
    const reached = input.kind === 'sensor' && input.on && (input.sensor === 'exit-loop' || input.sensor === 'exit-beam')
    return reached ? go(state, WRONG_WAY) : go(state)
  }
  if (!(isBusy(state, 'entry') || hasBeenRead(state, at, rules))) return go(state)
  if (weightNow(state, at, rules) === null) return go(toBlocked(state, 'scale-silent'))
  if (!isEmpty(state, at, rules)) return go(state)
  const { common, visit } = newVisit(state, at, rules)
  return go(
    { ...common, phase: 'arriving', visit, until: after(at, rules.boardWithin) },
    ...openEntry(state, 'arrival', rules),
    ...INVITATION,
  )
}
/** Read by a camera; where no loop could tell of it, a tag or a shown ticket is an arrival too. Who shows his tail does not come. */
function hasBeenRead({ waiting }: InPhase<'idle'>, at: Instant, rules: Rules): boolean {
  const fresh = (then: Instant): boolean => at - then <= rules.boardWithin
  if (waiting.sightings.some((seen) => seen.plate !== null && !isTrailerPlate(seen.plate) && fresh(seen.at))) return true
  if (hasSensors('entry', rules)) return false
  return (waiting.tags ?? []).some((read) => fresh(read.at)) || (waiting.shown !== null && fresh(waiting.shown.at))
}

const WRONG_WAY: LaneEffect = { kind: 'tell-driver', say: 'wrong-way', facts: {} }
/** It drove onto the platform from its exit: nobody is weighed that way, and it goes back out there. */
function cameByExit(state: InPhase<'idle'>, visit: Visit): Step {
  const noted = [...(visit.noted ?? []), finding('wrong-way', { side: 'exit' })]
  return go(
    toBlocked(
      { ...state, phase: 'blocked', visit: { ...visit, noted }, given: null, released: false, why: 'wrong-way', until: null },
      'wrong-way',
    ),
    WRONG_WAY,
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
  // Nobody is invited for ever: after so long a person must look at who stands there.
  if (at - state.visit.since >= LINGERS) return go(toBlocked(state, 'driver-waits'), { kind: 'light', at: 'entry', colour: 'red' }, LEAVE)
  // Somebody still stands at the entry: invite again rather than close on him.
  if (isBusy(state, 'entry')) return go({ ...state, until: after(at, rules.boardWithin) }, ...INVITATION)
  return go(toClearing(state, at, rules, 'nobody'), { kind: 'light', at: 'entry', colour: 'red' })
}

const LINGERS = minutes(20)
const LEAVE: LaneEffect = { kind: 'tell-driver', say: 'leave-now', facts: {} }

/** Its weight is on the platform. The entry closes once loop and beam have been clear together for a moment. */
export function boarding(state: InPhase<'boarding'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  const deaf = deafness(state)
  if (deaf) return go(toBlocked(state, deaf))
  if (isOff(state, at, rules)) return weighsNothing(state, at, rules)
  const clear = isLoaded(state, at, rules) && (sideIsClear(state, 'entry', rules) || !hasSensors('entry', rules))
  const clearSince = clear ? (state.clearSince ?? at) : null
  if (clearSince !== null && at - clearSince >= rules.clearFor && !boardIsLate(state)) {
    const closed = closeGate(state, 'entry', rules, 'vehicle-on')
    return andThen(closed, (now) =>
      go(
        toPositioning(now, { ...state.visit, noticedAt: NOT_NOTICED, blind: false }, after(at, rules.settleWithin)),
        { kind: 'light', at: 'entry', colour: 'red' },
        { kind: 'tell-driver', say: 'stop-and-switch-off', facts: {} },
      ),
    )
  }
  // At the edge of the platform: half of it is still outside, or another one is half on it.
  const atEdge = state.sensors['entry-beam'] === true
  if (at >= state.giveUpAt)
    return go(toBlocked(state, atEdge ? 'two-trucks' : 'driver-waits'), { kind: 'tell-driver', say: 'stand-between-beams', facts: {} })
  const until = clearSince === null || boardIsLate(state) ? state.giveUpAt : after(clearSince, rules.clearFor)
  const next = { ...state, clearSince, until: sooner(until, state.giveUpAt) }
  // Most drive straight on: only one that has stopped there needs to be told.
  const { said = { say: 'move-forward', at } } = state
  if (!atEdge || said === null) return go({ ...next, said: atEdge ? { say: 'move-forward', at } : null })
  const again = sayAgain(said, 'move-forward', at)
  return go({ ...next, said: again.said, until: sooner(sooner(until, after(again.said.at, SAY_EVERY)), state.giveUpAt) }, ...again.tell)
}
