import type { Instant } from '#edge/units'
import type { Commanded, Gate, LaneInput, LaneState, Rules, Step } from '../vocabulary.ts'
import { raise } from './alarms.ts'
import { andThen, armsAsSeen, closeGate, go, isBusy, visitOf } from './lane.ts'

/** The arms themselves: one that moves without an order, and one that stands open for nobody. */

const downSince = (state: LaneState, gate: Gate): Instant | null =>
  gate === 'exit' ? state.exitArmDownSince : (state.entryArmDownSince ?? null)

/**
 * An arm that was down has left its contact and nobody had ordered it: forced open, hit or swung off. The lane no longer trusts its own
 * iron, so every opening waits for a person from now on. During an escape it is part of that alarm; a truck that pushes its way out is
 * no doubt of the iron; a contact that bounces as the arm comes to rest is none of these, unless the arm stays away.
 */
export function forced(before: LaneState, now: LaneState, input: LaneInput, rules: Rules): Step {
  const left = input.kind === 'sensor' && !input.on ? GATE_OF[input.sensor] : undefined
  const moved = ARMS.filter((gate) => rules.layout.gates[gate] && (gate === left || awaySince(now, gate) !== null))
  return moved.reduce((step, gate) => {
    const restedSince = left === gate ? downSince(before, gate) : null
    return andThen(step, (state) => {
      if (restedSince === null) return strayed(state, gate, input.at, rules)
      return isBounce(restedSince, input.at, rules) ? go(straying(state, gate, input.at)) : told(state, gate, input.at, rules)
    })
  }, go(now))
}
const ARMS: readonly Gate[] = ['entry', 'exit']
const awaySince = (state: LaneState, gate: Gate): Instant | null => state.strayingSince?.[gate] ?? null

/** Away from its rest so soon that it may only bounce: told when it has been away for a while, forgotten when it is back or was ordered. */
function strayed(state: LaneState, gate: Gate, at: Instant, rules: Rules): Step {
  const since = awaySince(state, gate)
  if (since === null) return go(state)
  if (state.sensors[`${gate}-arm-down`] !== false || commandedOf(state, gate) !== 'closed') return go(straying(state, gate, null))
  return isBounce(since, at, rules) ? go(state) : told(straying(state, gate, null), gate, at, rules)
}
const straying = (state: LaneState, gate: Gate, since: Instant | null): LaneState => ({
  ...state,
  strayingSince: { ...state.strayingSince, [gate]: since },
})

function told(state: LaneState, gate: Gate, at: Instant, rules: Rules): Step {
  const escaping = state.phase === 'clearing' && state.crossing !== null && !state.crossing.free
  if (commandedOf(state, gate) !== 'closed' || escaping) return go(state)
  const forcings = state.forcings + 1
  const pushed = gate === 'exit' && visitOf(state)?.loaded === true && isBusy(state, 'exit')
  const attended = state.attended ?? (pushed ? null : { since: at, why: 'barrier-hit' })
  return go({ ...state, forcings, attended }, raise('forced-gate', `forced-${forcings}`, state, at, rules, { gate }))
}
const commandedOf = (state: LaneState, gate: Gate): Commanded => (gate === 'exit' ? state.exitCommanded : state.entryCommanded)
/** Shorter than a while. Of a clock that was set back since then nobody knows, and what was so was so for a while. */
const isBounce = (since: Instant, at: Instant, { clearFor }: Rules): boolean => since <= at && at - since < clearFor
const GATE_OF: Partial<Record<string, Gate>> = { 'exit-arm-down': 'exit', 'entry-arm-down': 'entry' }

const FOR_NOBODY: ReadonlySet<LaneState['phase']> = new Set(['boarding', 'positioning', 'settling', 'asking', 'held'])

/**
 * An exit that stands open while the vehicle on the platform has not been let go comes down as soon as its side is clear, also one that
 * was left open before a power cut.
 */
export function shutForNobody(state: LaneState, rules: Rules): Step {
  if (!FOR_NOBODY.has(state.phase)) return go(state)
  const seen = armsAsSeen(state, rules)
  return seen.exitCommanded === 'open' ? closeGate(seen, 'exit', rules, 'not-let-go') : go(seen)
}
