import type { ManualAct } from '#edge/acts'
import type { BookTicket } from '#edge/book-ticket'
import type { KnownTare, RecentWeighing } from '#edge/history'
import type { RegisteredVehicle } from '#edge/orders'
import type { PlateColour } from '#edge/plate'
import type { Policy } from '#edge/policy'
import type { ClockQuality } from '#edge/records'
import type { ScaleState } from '#edge/scale-state'
import type { Instant, Kilograms, Span } from '#edge/units'
import type { Seen, Sensor } from '#edge/weighing'
import type { Gate } from './ordered.ts'

/** What the lane's machine is told: readings, sensors, reads of plates and tags, people, and the papers it has asked for. */

/** Null where the camera said nothing of the kind. `plateType` and `direction` are followed by our word where the maker sends numbers. */
export interface CameraWords {
  /** The camera's idea of the time, milliseconds since 1970; it may be years off. */
  readonly deviceAt: number | null
  readonly record: string | null
  readonly colour: string | null
  readonly plateType: string | null
  readonly direction: string | null
  readonly confidence: string | null
}

export interface Sighting extends Omit<Seen, 'at'> {
  readonly at: Instant
  readonly colour: PlateColour
  /** Backfilled from a camera's memory: history, never the start of anything. */
  readonly backfill: boolean
  /** Printed or displayed plate suspected by the camera. */
  readonly fake: boolean
  /** The camera's own words beside ours: they stand on the tape, and nothing is decided by them. Older tapes have none. */
  readonly said?: CameraWords
}

/** Answer to `fetch-dossier`: all a verdict needs that is not in the lane itself. Kept on the tape, so a re-run needs no store. */
export interface Dossier {
  /** Tickets of this site whose plate is the same as or confusable with a seen one, in any state; and the one shown, if any. */
  readonly tickets: readonly BookTicket[]
  readonly shown: { readonly number: string; readonly known: boolean } | null
  readonly register: readonly RegisteredVehicle[]
  readonly policy: Policy
  /** Milliseconds since the cloud last confirmed the policy. */
  readonly policyAge: Span
  readonly clock: ClockQuality
  /** Tares of the tractors asked for, newest first, at most ten of each. Older tapes have none of what follows. */
  readonly tares?: readonly KnownTare[]
  /** Their last weighings at this site, newest first, at most twelve. */
  readonly recent?: readonly RecentWeighing[]
  readonly scale?: ScaleState
  /** Of this month: released so far, and the limit where there is one. */
  readonly quota?: { readonly usedKg: number; readonly limitKg: number | null }
  /** The disk has no room left for weighings; said only then. */
  readonly storeFull?: true
}

export interface OperatorAct {
  readonly kind: 'operator-act'
  readonly at: Instant
  readonly act: ManualAct
  /** An `ActReason`; older tapes have free words. */
  readonly reason: string
  readonly operator: string
  readonly note?: string
  readonly second?: string | null
  readonly photo?: string | null
  /** Of a `lift`; the exit where nothing is said. */
  readonly gate?: Gate
  /** Of a `plate`: normalised. */
  readonly plate?: string
}

/**
 * `at` should come from the agent's steady clock anchored to the wall clock once at start: a wall clock that steps back in the
 * middle of a visit would otherwise stretch every wait by the step.
 */
export type LaneInput =
  | {
      readonly kind: 'reading'
      readonly at: Instant
      readonly weight: Kilograms
      readonly stable: boolean | null
    }
  | {
      readonly kind: 'sighting'
      readonly at: Instant
      readonly sighting: Sighting
    }
  | {
      readonly kind: 'sensor'
      readonly at: Instant
      readonly sensor: Sensor
      readonly on: boolean
      /** It may have happened so long before: the board was not heard in between. Nothing where it was heard in its usual turn. */
      readonly lateBy?: Span
    }
  /** A device spoke again, fell silent or was lost; `device` is `scale`, `board`, `camera-front`, … */
  | {
      readonly kind: 'device'
      readonly at: Instant
      readonly device: string
      readonly heard: boolean
    }
  /** The board's answer is overdue, or has come: until then what its sensors said last may be long past. */
  | {
      readonly kind: 'board-late'
      readonly at: Instant
      readonly late: boolean
    }
  | {
      readonly kind: 'ticket-shown'
      readonly at: Instant
      readonly number: string
    }
  /** A tag on the truck or a card in the driver's hand: `tag` in upper-case hexadecimal as the tag has it, or a card's printed digits. */
  | {
      readonly kind: 'tag-read'
      readonly at: Instant
      readonly tag: string
      readonly by: 'tag' | 'card'
    }
  | {
      readonly kind: 'dossier'
      readonly at: Instant
      readonly dossier: Dossier
    }
  /** The moment in `state.until` has come. */
  | { readonly kind: 'deadline'; readonly at: Instant }
  /** A person acted at the console. Who he is and whether he may has been proved before it gets here. */
  | OperatorAct
  /** The shell made the one-time code that was wanted. */
  | {
      readonly kind: 'code-made'
      readonly at: Instant
      readonly code: string
    }
  /** A driver sent the code of this lane's sign with his ticket. */
  | {
      readonly kind: 'ticket-claimed'
      readonly at: Instant
      readonly number: string
      readonly code: string
    }
  /** The remote-control detector at the load cells hears something, or no longer. */
  | {
      readonly kind: 'remote-control'
      readonly at: Instant
      readonly heard: boolean
    }
  /** First input after every start, given to the stored state (or `initialState`); `interrupted` when that was not idle. */
  | {
      readonly kind: 'started'
      readonly at: Instant
      readonly interrupted: boolean
    }
