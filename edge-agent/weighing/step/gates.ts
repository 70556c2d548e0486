import type { Instant } from '#edge/units'
import type { Gate, LaneInput, LaneState, Rules, Step } from '../vocabulary.ts'
import { raise } from './alarms.ts'
import { armsAsSeen, closeGate, go, isBusy, visitOf } from './lane.ts'

/** The arms themselves: one that moves without an order, and one that stands open for nobody. */

const downSince = (state: LaneState, gate: Gate): Instant | null =>
  gate === 'exit' ? state.exitArmDownSince : (state.entryArmDownSince ?? null)

/**
 * An arm that was down has left its contact and nobody had ordered it: forced open, hit or swung off. The lane no longer trusts its own
 * iron, so every opening waits for a person from now on. During an escape it is part of that alarm; a truck that pushes its way out is
 * no doubt of the iron; a chattering contact is none of these.
 */
export function forced(before: LaneState, now: LaneState, input: LaneInput, rules: Rules): Step {
  const gate = input.kind === 'sensor' && !input.on ? GATE_OF[input.sensor] : undefined
  if (gate === undefined || !rules.layout.gates[gate]) return go(now)
  const since = downSince(before, gate)
  const commanded = gate === 'exit' ? before.exitCommanded : before.entryCommanded
  const escaping = before.phase === 'clearing' && before.crossing !== null && !before.crossing.free
  if (since === null || commanded !== 'closed' || escaping || isChatter(since, input.at, rules)) return go(now)
  const forcings = now.forcings + 1
  const pushed = gate === 'exit' && visitOf(now)?.loaded === true && isBusy(now, 'exit')
  const attended = now.attended ?? (pushed ? null : { since: input.at, why: 'barrier-hit' })
  return go({ ...now, forcings, attended }, raise('forced-gate', `forced-${forcings}`, now, input.at, rules, { gate }))
}
/** It had only just come down. Of a clock that was set back since then nobody knows, and an arm that was down was down. */
const isChatter = (since: Instant, at: Instant, { clearFor }: Rules): boolean => since <= at && at - since < clearFor
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
