import type { Instant } from '#edge/units'
import type { AgainBecause, InPhase, LaneEffect, LaneInput, LaneState, Rules, Step } from '../vocabulary.ts'
import {
  allClear,
  armsAsSeen,
  beamsAreClear,
  boardIsSilent,
  exitLoopIsClear,
  go,
  isBusy,
  isEmpty,
  isLoaded,
  isOff,
  sideIsClear,
  weightNow,
} from './lane.ts'
import { takenBack } from './letting-go.ts'
import { fromTheStart, newVisit, toBlocked, toBoarding, toClearing, waitingAgain, weighAgain } from './moves.ts'
import { secondFrom } from './passing.ts'
import { weighsNothing } from './trust.ts'
import { isAlone } from './two-trucks.ts'

/**
 * The lane orders nothing by itself. Left when the silent devices speak again, when the lane is seen empty, or by a person: a
 * vehicle that had been let go may be let go once more, any other one is weighed again. Nobody is waved through unweighed.
 */
export function blocked(state: InPhase<'blocked'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  switch (state.why) {
    case 'scale-silent':
    case 'board-silent':
      return resume(state, input, rules)
    case 'interrupted':
    case 'outcome-unknown':
      if (isAnother(state, at, rules)) return go(whoCameInTheDark(state, at, rules))
      if (state.visit?.loaded && isOff(state, at, rules)) return go(toClearing(state, at, rules))
      if (!isEmpty(state, at, rules) || !(allClear(state, rules) || waitsAtEntry(state, rules))) return go(state)
      return go(toClearing(armsAsSeen({ ...state, visit: null }, rules), at, rules))
    case 'zero-off':
      return zeroIsBack(state, at, rules)
    case 'remote-control':
      if ((state.remoteSince ?? null) === null) return resume(state, input, rules)
      return state.visit?.loaded && isOff(state, at, rules) ? weighsNothing(state, at, rules) : go(state)
    case 'two-trucks':
      if (state.visit && isAlone(state, at, rules)) return go(toBoarding(state, fromTheStart(state.visit, 'moved'), at, rules))
      return isOff(state, at, rules) ? weighsNothing(state, at, rules) : go(state)
    case 'wrong-way':
      return isOff(state, at, rules) ? go(toClearing({ ...state, visit: null }, at, rules)) : go(state)
    case 'weight-untrusted':
      if (showsItAgain(state, at, rules)) return resume(state, input, rules)
      return goneUnweighed(state, at, rules) ? go(toClearing(state, at, rules)) : go(state)
    case 'driver-waits':
      // What kept it half on, the next truck at its bumper perhaps, is gone.
      if (state.visit && !state.released && isLoaded(state, at, rules) && sideIsClear(state, 'entry', rules))
        return go(toBoarding(state, state.visit, at, rules))
      // One that never drove on stands at the entry still.
      if (state.visit?.loaded === false && isBusy(state, 'entry')) return go(state)
      return isOff(state, at, rules) ? weighsNothing(state, at, rules) : go(state)
    case 'never-settled':
    case 'barrier-hit':
    case 'store-full':
      return isOff(state, at, rules) ? weighsNothing(state, at, rules) : go(state)
  }
}

/**
 * Nobody but the next vehicle before the entry, whose arm says itself where it is: after a power cut it is let in like any other, and an
 * arm that is up already gets no second pulse.
 */
const waitsAtEntry = (state: InPhase<'blocked'>, rules: Rules): boolean =>
  rules.fitted.includes('entry-arm-down') && isBusy(state, 'entry') && beamsAreClear(state, rules) && exitLoopIsClear(state, rules)

/**
 * Where one was let go before a power cut, what stands wholly on the platform now and weighs quite something else is the next one, come
 * over two open arms: it must not leave on that release.
 */
function isAnother(state: InPhase<'blocked'>, at: Instant, rules: Rules): boolean {
  const weight = weightNow(state, at, rules)
  if (!state.released || state.given === null || weight === null || !isLoaded(state, at, rules) || !allClear(state, rules)) return false
  // Nobody had heard what it weighs when a person lifted for it.
  if (state.given.weight < rules.vehicleFrom) return false
  return Math.abs(weight - state.given.weight) >= secondFrom(state, rules)
}
function whoCameInTheDark(state: InPhase<'blocked'>, at: Instant, rules: Rules): InPhase<'blocked'> {
  const { common: kept, visit } = newVisit(state, at, rules)
  return { ...toBlocked({ ...state, ...kept, visit }, 'interrupted'), given: null, released: false }
}

/** Swept, or set to zero by a person; the alarm returns. */
function zeroIsBack(state: InPhase<'blocked'>, at: Instant, rules: Rules): Step {
  if ((state.offZeroSince ?? null) !== null || !isEmpty(state, at, rules)) return go(state)
  const occurrence = `${rules.lane}/zero-${state.counts?.zeros ?? 0}`
  return go(toClearing({ ...state, visit: null }, at, rules), {
    kind: 'write',
    record: { kind: 'alarm-returned', body: { kind: 'zero-drift', occurrence } },
  })
}

/** The indicator was off and shows again what it showed before: nobody has set it to nothing. */
const showsItAgain = ({ untrusted = null, ...state }: InPhase<'blocked'>, at: Instant, rules: Rules): boolean =>
  untrusted?.shownKg != null && isLoaded(state, at, rules) && Math.abs((state.weight ?? 0) - untrusted.shownKg) <= rules.settleBand

/** The scale cannot say so: it backed off past the entry's sensors, or what it took away shows as a weight below nothing. */
function goneUnweighed(state: InPhase<'blocked'>, at: Instant, rules: Rules): boolean {
  const below = (weightNow(state, at, rules) ?? 0) <= -rules.vehicleFrom
  const backedOff = state.visit?.noticedAt.entry === true && isEmpty(state, at, rules)
  return (below || backedOff) && allClear(state, rules)
}

/** Once nobody is silent any more, back to where the vehicle is: on the platform it is weighed from the start, before it it waits. */
function resume(state: InPhase<'blocked'>, { at }: LaneInput, rules: Rules): Step {
  const silent = boardIsSilent(state) ? 'board-silent' : weightNow(state, at, rules) === null ? 'scale-silent' : null
  if (silent !== null) return go(silent === state.why ? state : toBlocked(state, silent))
  if (!isLoaded(state, at, rules)) return weighsNothing(waitingAgain(state), at, rules)
  if (state.released) return go(toBlocked(state, 'outcome-unknown'))
  if (state.visit) return go(toBoarding(state, fromTheStart(state.visit, 'silence'), at, rules))
  const { common: kept, visit } = newVisit(state, at, rules)
  return go(toBlocked({ ...state, ...kept, visit }, 'interrupted'))
}

/** A person may have the lane go on: what kept it is not still there. */
export function mayResume(state: LaneState, rules: Rules): state is InPhase<'blocked'> {
  if (state.phase !== 'blocked' || boardIsSilent(state) || state.silent.includes('scale') || state.weight === null) return false
  const loaded = state.weight >= rules.vehicleFrom
  if (state.why === 'remote-control') return (state.remoteSince ?? null) === null
  return state.why !== 'zero-off' || loaded
}

/** A person has looked, on `ink`: an empty lane is cleared, a vehicle is weighed anew whatever was decided on it before. */
export function resumed(state: InPhase<'blocked'>, at: Instant, rules: Rules, because: AgainBecause, ink: readonly LaneEffect[]): Step {
  if (!isLoaded(state, at, rules)) {
    // He has seen it empty, whatever the sensors have not.
    const nobody = state.why === 'weight-untrusted' ? 'nobody' : undefined
    return go(toClearing(waitingAgain(state), at, rules, nobody), ...ink)
  }
  const back = state.released && state.given ? takenBack(state.given).ink : []
  if (state.visit) return weighAgain(state, { ...state.visit, loaded: true }, because, at, rules, [...ink, ...back])
  const { common: kept, visit } = newVisit(state, at, rules)
  return weighAgain({ ...state, ...kept }, visit, because, at, rules, ink)
}
