import type { Claim } from '#edge/orders'
import type { Instant } from '#edge/units'
import type { LaneState } from '#weighing/vocabulary'
import type { Lane } from './lane.ts'

/**
 * Hands drivers' claims to their lanes. One that names no lane goes to the lane whose sign shows its code, and is a wrong code nowhere: a
 * driver at another lane must not lose his own code by it.
 */
export function giveClaims(claims: readonly Claim[], lanes: readonly Pick<Lane, 'rules' | 'state' | 'tell'>[], now: () => Instant): void {
  for (const { lane: at, number, code } of claims) {
    const lane = lanes.find(({ rules, state }) => (at === null ? shownCode(state()) === code : rules.lane === at))
    lane?.tell({ kind: 'ticket-claimed', at: now(), number, code })
  }
}

const shownCode = (state: LaneState): string | null => ('visit' in state ? (state.visit?.code?.value ?? null) : null)
