import { finding } from '#edge/findings'
import { after, type Instant } from '#edge/units'
import type { Crossing, InPhase, LaneEffect, LaneState, Rules, Step, Visit } from '../vocabulary.ts'
import { raise, raiseOnce } from './alarms.ts'
import { andThen, exitLoopIsClear, go, isLoaded, sideIsClear, weightNow } from './lane.ts'
import { passed } from './leaving.ts'
import { newVisit, toBoarding, toClearing } from './moves.ts'

/**
 * A vehicle crosses the exit, and perhaps another one behind it. The crossing is over when the loop is clear and nothing stands on the
 * platform: a trailer lets go of the loop between its axles. A weight that rises again meanwhile is a second vehicle; where the exit is
 * seen clear and something still stands there, it is that one, to be weighed like any other, and never on the release of the first.
 */
type Crossed = InPhase<'released' | 'clearing'>

/** So long loop and beam of the exit must both be clear before what still stands on the platform is another vehicle, or the same one come back. */
const CLEAR_BETWEEN = 2_000

export function passing(before: Crossed, was: Crossing, at: Instant, rules: Rules): Step {
  const of = followed(before, was, at, rules)
  const state: Crossed = { ...before, crossing: of, until: null }
  if (of.second && !was.second) return andThen(followedClose(state, at, rules), (now) => overIn(now, of, at, rules))
  return overIn(state, of, at, rules)
}

function overIn(state: LaneState, of: Crossing, at: Instant, rules: Rules): Step {
  if (state.phase !== 'released' && state.phase !== 'clearing') return go(state)
  if (weightNow(state, at, rules) === null) return unweighed(state, of, at, rules)
  if (!isLoaded(state, at, rules)) return exitLoopIsClear(state, rules) ? allGone(state, of, at, rules) : go(state)
  if (of.clearSince == null || at - of.clearSince < CLEAR_BETWEEN) return go(state)
  return of.second || !isBack(state, of, rules) ? anotherIsHere(state, of, at, rules) : back(state, of, at, rules)
}

/** The scale is silent, and what is on the platform unknown: a trailer drops out of a loop, but no sensor is clear of it for so long. */
function unweighed(state: Crossed, of: Crossing, at: Instant, rules: Rules): Step {
  if (of.clearSince == null) return go(state)
  const until = after(of.clearSince, rules.boardWithin)
  return at < until ? go({ ...state, until }) : allGone(state, of, at, rules)
}

function followed(state: Crossed, of: Crossing, at: Instant, rules: Rules): Crossing {
  const weight = weightNow(state, at, rules)
  // A side's loop alone goes out between a trailer's axles; only with a beam is it known to be free.
  const standsBehind = weight === null || (rules.fitted.includes('exit-beam') && isLoaded(state, at, rules))
  const clear = sideIsClear(state, 'exit', rules) && standsBehind
  const clearSince = clear ? (of.clearSince ?? at) : null
  if (weight === null || of.lowKg === undefined) return { ...of, clearSince }
  const lowKg = of.lowKg === null || weight < of.lowKg ? weight : of.lowKg
  return { ...of, lowKg, clearSince, second: of.second === true || weight - lowKg >= secondFrom(state, rules) }
}

/** A truck that pulls away bounces by a few percent; an axle that comes on while somebody was seen at the entry is another vehicle's. */
export const secondFrom = (state: LaneState, { vehicleFrom }: Rules): number => {
  const visit = 'visit' in state ? state.visit : null
  const weight = ('given' in state ? state.given?.weight : null) ?? 0
  return visit?.noticedAt.entry ? Math.round(1.5 * vehicleFrom) : Math.max(2 * vehicleFrom, Math.round(weight / 8))
}

/** Told once for the vehicle in front. */
export function followedClose(state: LaneState, at: Instant, rules: Rules): Step {
  return andThen(raiseOnce('tailgate', state, at, rules, { why: 'followed' }), (now) => (now === state ? go(state) : go(now, ...WARNING)))
}
const WARNING: readonly LaneEffect[] = [
  { kind: 'siren', on: true },
  { kind: 'light', at: 'exit', colour: 'red' },
  { kind: 'tell-driver', say: 'one-at-a-time', facts: {} },
]

/** Nothing on the platform, nothing on the loop. Whoever followed has crossed on the same open arm, unless it was seen to back off. */
function allGone(state: Crossed, of: Crossing, at: Instant, rules: Rules): Step {
  return andThen(passed(state, of, at, rules), (now) => {
    const away: LaneState = { ...toClearing(now, at, rules), gone: 'by-exit' }
    if (!of.second || backedOffLast(state)) return go(away)
    const passage = state.passages + 1
    const nobody: InPhase<'clearing'> = { ...away, passages: passage, visit: null, given: null }
    const alarm = raise('escape', String(passage), nobody, at, rules, { passage, behind: of.passage })
    const through = passed(nobody, { passage, free: false }, at, rules)
    return go({ ...away, passages: passage }, alarm, ...through.effects, { kind: 'siren', on: true })
  })
}
const backedOffLast = ({ timeline }: LaneState): boolean =>
  timeline.findLast(([, sensor, on]) => on && !sensor.endsWith('-arm-down'))?.[1].startsWith('entry-') === true

/** The first one is through; the second is a visit of its own. */
function anotherIsHere(state: Crossed, of: Crossing, at: Instant, rules: Rules): Step {
  return andThen(
    andThen(followedClose(state, at, rules), (now) => passed(now as Crossed, of, at, rules)),
    (now) => {
      const { common, visit } = newVisit({ ...toClearing(now, at, rules), gone: 'by-exit' }, at, rules)
      return go(toBoarding({ ...now, ...common }, tailgating(visit, 'followed'), at, rules), { kind: 'light', at: 'exit', colour: 'red' })
    },
  )
}
export const tailgating = (visit: Visit, why: string): Visit => ({
  ...visit,
  loaded: true,
  noted: [...(visit.noted ?? []), finding('tailgate', { why })],
})

/** Its front touched the loop and it rolled back: as heavy as it was, the exit behind it clear. */
function isBack({ given }: Crossed, { lowKg = null }: Crossing, rules: Rules): boolean {
  if (lowKg === null) return true
  return given === null || given.weight - lowKg < rules.vehicleFrom
}
function back(state: Crossed, of: Crossing, at: Instant, rules: Rules): Step {
  if (state.phase === 'released') return go({ ...state, crossing: null, until: (at + rules.leaveWithin) as Instant })
  const { visit } = state
  if (of.free || visit === null) return go(state)
  return go(toBoarding(state, visit, at, rules))
}
