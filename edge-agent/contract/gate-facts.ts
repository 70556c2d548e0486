import type { KnownTare } from './history.ts'
import type { Match } from './match-ticket.ts'
import type { Policy } from './policy.ts'
import type { ClockQuality } from './records.ts'
import type { ScaleState } from './scale-state.ts'
import type { Instant, Kilograms, Span } from './units.ts'
import type { ScaleRecord, Sensor } from './weighing.ts'

/** Everything a verdict at the gate rests on. */
export interface GateFacts {
  readonly at: Instant
  readonly site: string
  readonly lane: string
  readonly layout: LaneServes
  /** Sensors this lane has. */
  readonly fitted: readonly Sensor[]
  readonly weight: Kilograms
  readonly scale: ScaleRecord
  /** Weight of the empty platform before; null if none was seen. */
  readonly zero: Kilograms | null
  readonly zeroBand: Kilograms
  readonly match: Match
  readonly policy: Policy
  readonly policyAge: Span
  readonly clock: ClockQuality
  /** Tares of this tractor, newest first; null where nobody remembers (a tape of before they were kept). */
  readonly tares: readonly KnownTare[] | null
  /** Released this month, and the limit where there is one; null where nobody keeps count. */
  readonly quota: { readonly usedKg: number; readonly limitKg: number | null } | null
  /** Checks of this lane's scale; null or missing where nobody keeps them. */
  readonly scaleState?: ScaleState | null
}

/** What a lane is for, as far as a load is concerned. */
export interface LaneServes {
  readonly serves: 'both' | 'tare' | 'gross'
  readonly storedTare: boolean
  readonly products: readonly string[]
}
