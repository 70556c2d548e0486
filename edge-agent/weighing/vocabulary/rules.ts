import type { LaneId, SiteId } from '#edge/ids'
import type { Kilograms, Span } from '#edge/units'
import type { ScaleRecord, Sensor } from '#edge/weighing'

/** What a lane is before anything happens there: its kind and its figures, from the configuration. */

/** What kind of lane this is, declared in the configuration; what is not there is never waited for, and the findings say so. */
export interface Layout {
  /** Barriers. Where one is missing the light alone tells the driver, and a vehicle that leaves without a release is an escape all the same. */
  readonly gates: { readonly entry: boolean; readonly exit: boolean }
  /** Vehicles come from either end, one at a time; the end that is not theirs is locked. The board's `entry` is the first end. */
  readonly bothWays: boolean
  /** Which weighings are made here: a site may have lanes for empty and lanes for loaded trucks. */
  readonly serves: 'both' | 'tare' | 'gross'
  /** One pass: a loaded truck's stored tare counts, as long and as far as the policy allows. */
  readonly storedTare: boolean
  /** Products loaded here, as `category` of a ticket; empty: all. */
  readonly products: readonly string[]
}

/** Everything about this lane that is configuration, in our units. Part of the tape: a re-run uses the same rules. */
export interface Rules {
  readonly site: SiteId
  readonly lane: LaneId
  /** The sensors this lane has. One that is missing says nothing: it is never busy and never waited for. */
  readonly fitted: readonly Sensor[]
  readonly layout: Layout
  readonly scale: ScaleRecord
  /** From this weight on there is a vehicle. */
  readonly vehicleFrom: Kilograms
  /** Below this, for `emptyFor`, the platform is empty. */
  readonly emptyBelow: Kilograms
  readonly emptyFor: Span
  /** Stable: readings within this many kilograms over `settleFor` (1–3 e). Used when the indicator has no flag of its own. */
  readonly settleBand: Kilograms
  readonly settleFor: Span
  /** At least so many readings in that time: a slow indicator must not settle on two. */
  readonly settleReadings: number
  readonly settleWithin: Span
  readonly positionedFor: Span
  /** Loop and beam of a side clear for this long before a gate there may be closed: trailers drop out of loops between axles. */
  readonly clearFor: Span
  readonly boardWithin: Span
  readonly leaveWithin: Span
  /** The same plate again within this time is the same arrival. */
  readonly repeatWithin: Span
  /** No reading for this long: there is no weight. */
  readonly staleAfter: Span
  readonly gatePulse: Span
  /** A zero further off than this is a finding. */
  readonly zeroBand: Kilograms
}
