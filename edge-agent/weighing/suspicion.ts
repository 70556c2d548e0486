import type { BareFinding, Finding } from '#edge/findings'
import type { Match } from '#edge/match-ticket'
import type { GateCheck } from '#edge/ticket-check'
import type { Instant, Kilograms } from '#edge/units'
import type { Common, Dossier, Rules, Settled, Visit } from './vocabulary.ts'

/**
 * How people cheat, and the signal (DOMAIN.md section 7): findings drawn from what the weight and the sensors did, not from papers. Each
 * has a threshold with a reason (`suspicion/thresholds.ts`) and was tuned and measured on simulated cheats (`npm run study`).
 */
export interface Suspect {
  readonly at: Instant
  readonly visit: Visit
  readonly lane: Common
  readonly settled: Settled
  readonly dossier: Dossier
  readonly match: Match
  readonly check: GateCheck
  readonly rules: Rules
}

/** At the verdict: what speaks against this weight or this vehicle. */
export function suspicions(_facts: Suspect): BareFinding[] {
  return []
}

/** A vehicle that was let go has left the platform: what was noticed only then. `zero` is the empty platform's weight, once it is at rest. */
export interface Left {
  readonly at: Instant
  readonly visit: Visit
  readonly lane: Common
  readonly weight: Kilograms
  readonly given: readonly Finding[]
  readonly zero: Kilograms | null
  readonly rules: Rules
}
export function afterLeaving(_facts: Left): BareFinding[] {
  return []
}
