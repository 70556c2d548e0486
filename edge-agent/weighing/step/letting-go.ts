import type { Instant } from '#edge/units'
import type { Given, LaneEffect, LaneState, Rules, Step, Visit } from '../vocabulary.ts'
import { go, openGate, plateOf, weightNow } from './lane.ts'
import { toReleased } from './moves.ts'

/** A vehicle is let go, or that is taken back: its ticket goes with it, and comes back with it. */

/** What decides it (`ink`) first, then its ticket, then the iron. */
export function letGo(
  state: LaneState,
  visit: Visit,
  given: Given,
  { at, rules, why, ink }: { at: Instant; rules: Rules; why: string; ink: readonly LaneEffect[] },
): Step {
  const use = given.use !== null && given.used !== true ? [given.use] : []
  return go(
    toReleased(state, visit, given.use === null ? given : { ...given, used: true }, at, rules),
    ...ink,
    ...use,
    ...openGate('exit', why, rules),
    { kind: 'light', at: 'exit', colour: 'green' },
    { kind: 'tell-driver', say: 'go', facts: { plate: given.plate, weightKg: given.weight } },
  )
}

/** It does not leave after all: its ticket is what it was before. */
export function takenBack(given: Given): { readonly given: Given; readonly ink: readonly LaneEffect[] } {
  const { use, used } = given
  if (use === null || used !== true) return { given, ink: [] }
  return {
    given: { ...given, used: false },
    ink: [{ ...use, from: use.to, to: use.from, tare: 'give-back' }],
  }
}

/** What there is to say of a vehicle that no verdict was given on: nothing speaks for it, and its leaving uses no ticket. */
export const unjudged = (state: LaneState, at: Instant, rules: Rules): Given => ({
  verdict: 'ask',
  findings: [],
  plate: plateOf(state),
  ticket: null,
  weight: weightNow(state, at, rules) ?? state.weight ?? (0 as Given['weight']),
  use: null,
})
