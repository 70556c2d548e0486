import type { Instant } from '#edge/units'
import type { Crossing, InPhase, LaneInput, LaneState, Rules, Step } from '../vocabulary.ts'
import { raise } from './alarms.ts'
import { common, go, isLoaded, visitOf, weightNow } from './lane.ts'
import { toClearing } from './moves.ts'
import { hasTurnedBack } from './way-out.ts'

/**
 * Whether this input says that a vehicle has reached the exit loop. Where vehicles come from both ends the next one may wait on that
 * loop: there it must have come over the platform's edge, past the beam.
 */
export function reachesExit({ sensors }: LaneState, input: LaneInput, { layout }: Rules): boolean {
  if (input.kind !== 'sensor' || input.sensor !== 'exit-loop' || !input.on || sensors['exit-loop'] !== false) return false
  return !layout.bothWays || sensors['exit-beam'] === true
}

/**
 * A vehicle has reached the exit loop. One that was let go crosses freely; any other is an escape, and the alarm is raised at this
 * instant, once per passage (I11). Null where no vehicle of this lane can be meant, or where this crossing is known already.
 */
export function crossing(state: LaneState, at: Instant, rules: Rules): Step | null {
  const visit = visitOf(state)
  const loaded = isLoaded(state, at, rules)
  switch (state.phase) {
    case 'released':
      return state.crossing ? null : freely(state, at, rules)
    case 'clearing':
      if (state.crossing || (state.released && hasTurnedBack(state, rules))) return null
      // A short vehicle is off the platform before it reaches the loop.
      if (visit?.loaded && state.gone !== 'by-exit' && state.gone !== 'nobody')
        return state.released ? freely(state, at, rules) : unfreely(state, at, rules)
      return loaded ? unfreely({ ...state, visit: null, given: null }, at, rules) : null
    case 'starting':
    case 'blocked':
      // It stands where it came in, and goes back out there.
      if (state.phase === 'blocked' && state.why === 'wrong-way') return null
      if (state.released && visit) return freely(state, at, rules)
      return visit?.loaded || loaded || crossedUnweighed(state, at, rules) ? unfreely(state, at, rules) : null
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

/**
 * No scale says what is on the platform, but a body is over its edge as it reaches the loop, and no person has opened for it. Who comes up
 * from outside is on the loop first.
 */
const crossedUnweighed = (state: LaneState, at: Instant, rules: Rules): boolean =>
  weightNow(state, at, rules) === null && state.sensors['exit-beam'] === true && state.exitCommanded !== 'open'

function freely(state: InPhase<'released' | 'clearing' | 'starting' | 'blocked'>, at: Instant, rules: Rules): Step {
  const passage = state.passages + 1
  const kept = { ...common(state), passages: passage }
  if (!state.visit || !state.given) return go(state)
  const free: Crossing = { passage, free: true, ...watched(state, at, rules) }
  return go({ ...kept, phase: 'released', visit: state.visit, given: state.given, crossing: free, until: null })
}

/** Only of a vehicle that stood wholly on the platform is it known that a weight that rises is not its own. */
const WHOLLY_ON: ReadonlySet<LaneState['phase']> = new Set(['positioning', 'settling', 'asking', 'held', 'released'])
function watched(state: LaneState, at: Instant, rules: Rules): Pick<Crossing, 'lowKg'> {
  if (!WHOLLY_ON.has(state.phase)) return {}
  return { lowKg: ('given' in state ? state.given?.weight : null) ?? weightNow(state, at, rules) }
}

export function unfreely(state: LaneState, at: Instant, rules: Rules): Step {
  const passage = state.passages + 1
  const held = 'given' in state && state.given?.verdict === 'hold'
  const alarm = raise(held ? 'held-vehicle-left' : 'escape', String(passage), state, at, rules, { passage })
  const after: LaneState = {
    ...toClearing(state, at, rules),
    passages: passage,
    crossing: { passage, free: false, ...watched(state, at, rules) },
    gone: 'by-exit',
    released: false,
    patientUntil: null,
  }
  return go(after, alarm, { kind: 'siren', on: true }, { kind: 'light', at: 'exit', colour: 'red' })
}
