import type { Match } from './match-ticket.ts'
import type { Policy } from './policy.ts'
import type { ClockQuality } from './records.ts'
import type { Instant, Kilograms, Span } from './units.ts'
import type { ScaleRecord } from './weighing.ts'

/** Everything a verdict at the gate rests on. */
export interface GateFacts {
  readonly at: Instant
  readonly site: string
  readonly weight: Kilograms
  readonly scale: ScaleRecord
  /** Weight of the empty platform before; null if none was seen. */
  readonly zero: Kilograms | null
  readonly zeroBand: Kilograms
  readonly match: Match
  readonly policy: Policy
  readonly policyAge: Span
  readonly clock: ClockQuality
}
