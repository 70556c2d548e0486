import type { Instant } from '#edge/units'
import type { Crossing, InPhase, LaneEffect, LaneInput, LaneState, Rules, Step } from '../vocabulary.ts'
import { raise } from './alarms.ts'
import { common, exitLoopIsClear, go, isLoaded, plateOf, visitOf, weightNow } from './lane.ts'
import { toClearing } from './moves.ts'

/**
 * A vehicle has reached the exit loop. One that was let go crosses freely; any other is an escape, and the alarm is raised at this
 * instant, once per passage (I11). Null where no vehicle of this lane can be meant, or where this crossing is known already.
 */
export function crossing(state: LaneState, at: Instant, rules: Rules): Step | null {
  const visit = visitOf(state)
  const loaded = isLoaded(state, at, rules)
  switch (state.phase) {
    case 'released':
      return state.crossing ? null : freely(state)
    case 'clearing':
      if (state.crossing) return null
      // A short vehicle is off the platform before it reaches the loop.
      if (visit?.loaded && state.gone !== 'by-exit' && state.gone !== 'nobody')
        return state.released ? freely(state) : unfreely(state, at, rules)
      return loaded ? unfreely({ ...state, visit: null, given: null }, at, rules) : null
    case 'starting':
    case 'blocked':
      if (state.released && visit) return freely(state)
      return visit?.loaded || loaded ? unfreely(state, at, rules) : null
    case 'idle':
    case 'arriving':
      return loaded ? unfreely(state, at, rules) : null
    case 'boarding':
    case 'positioning':
    case 'settling':
    case 'asking':
    case 'held':
      return unfreely(state, at, rules)
  }
}

function freely(state: InPhase<'released' | 'clearing' | 'starting' | 'blocked'>): Step {
  const passage = state.passages + 1
  const kept = { ...common(state), passages: passage }
  const free: Crossing = { passage, free: true }
  if (state.visit && state.given)
    return go({ ...kept, phase: 'released', visit: state.visit, given: state.given, crossing: free, until: null })
  return go(state)
}

function unfreely(state: LaneState, at: Instant, rules: Rules): Step {
  const passage = state.passages + 1
  const held = 'given' in state && state.given?.verdict === 'hold'
  const alarm = raise(held ? 'held-vehicle-left' : 'escape', String(passage), state, at, rules, { passage })
  const after: LaneState = {
    ...toClearing(state, at, rules),
    passages: passage,
    crossing: { passage, free: false },
    gone: 'by-exit',
    released: false,
    patientUntil: null,
  }
  return go(after, alarm, { kind: 'siren', on: true }, { kind: 'light', at: 'exit', colour: 'red' })
}

/**
 * The passage is over when the loop is clear and nothing stands on the platform: a trailer lets go of the loop between its axles.
 * Null while it is not.
 */
export function crossed(state: InPhase<'released' | 'clearing'>, of: Crossing, at: Instant, rules: Rules): Step | null {
  if (!exitLoopIsClear(state, rules) || isLoaded(state, at, rules)) return null
  return go(state, passage(state, of, at, rules))
}

export function passage(state: InPhase<'released' | 'clearing'>, of: Crossing, at: Instant, rules: Rules): LaneEffect {
  const weight = weightNow(state, at, rules)
  const body = {
    lane: rules.lane,
    passage: of.passage,
    visit: state.visit?.number ?? null,
    plate: plateOf(state),
    ticket: state.given?.ticket ?? null,
    zeroAfterKg: weight !== null && weight < rules.emptyBelow ? weight : null,
  }
  return { kind: 'write', record: { kind: 'passage', body, free: of.free } }
}

/** The exit arm went up and nobody had ordered it. During an escape it is part of that alarm, and a chattering contact is none. */
export function forced(before: LaneState, now: LaneState, input: LaneInput, rules: Rules): Step {
  if (input.kind !== 'sensor' || input.sensor !== 'exit-arm-down' || input.on || before.exitArmDownSince === null) return go(now)
  const escaping = before.phase === 'clearing' && before.crossing !== null && !before.crossing.free
  if (before.exitCommanded !== 'closed' || escaping || input.at - before.exitArmDownSince < rules.clearFor) return go(now)
  const forcings = now.forcings + 1
  return go({ ...now, forcings }, raise('forced-gate', `forced-${forcings}`, now, input.at, rules))
}
