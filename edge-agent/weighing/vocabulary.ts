import type { Alarm, AlarmReturned } from '#edge/alarm'
import type { BareFinding, Facts, Finding } from '#edge/findings'
import type { LaneId, TicketNumber } from '#edge/ids'
import type { RegisteredVehicle } from '#edge/orders'
import type { PlateColour } from '#edge/plate'
import type { Policy } from '#edge/policy'
import type { ClockQuality } from '#edge/records'
import type { Ticket, TicketState } from '#edge/ticket'
import type { Instant, Kilograms, Span } from '#edge/units'
import type { Decision, Passage, ScaleRecord, Seen, Sensor, Tare, VerdictWord, WeighingDraft } from '#edge/weighing'

/** The words of the lane's machine: what it is (`LaneState`), what it is told (`LaneInput`), what it orders (`LaneEffect`). */

export type Gate = 'entry' | 'exit'
export type LightColour = 'red' | 'green'

/** Everything about this lane that is configuration, in our units. Part of the tape: a re-run uses the same rules. */
export interface Rules {
  readonly lane: LaneId
  readonly scale: ScaleRecord
  /** From this weight on there is a vehicle. */
  readonly vehicleFrom: Kilograms
  /** Below this, for `emptyFor`, the platform is empty. */
  readonly emptyBelow: Kilograms
  readonly emptyFor: Span
  /** Stable: readings within this many kilograms over `settleFor` (1–3 e). Used when the indicator has no flag of its own. */
  readonly settleBand: Kilograms
  readonly settleFor: Span
  readonly settleWithin: Span
  readonly positionedFor: Span
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

/** One ticket as this site's book knows it, with what has happened to it here. */
export interface BookTicket {
  readonly ticket: Ticket
  readonly state: TicketState
  readonly sealGood: boolean
  readonly tare: Tare | null
  /** Where and when it was used up, for the words "already used at …". */
  readonly usedAt: string | null
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
}

export interface Sighting extends Omit<Seen, 'at'> {
  readonly at: Instant
  readonly colour: PlateColour
  /** Backfilled from a camera's memory: history, never the start of anything. */
  readonly backfill: boolean
  /** Printed or displayed plate suspected by the camera. */
  readonly fake: boolean
}

export type LaneInput =
  | { readonly kind: 'reading'; readonly at: Instant; readonly weight: Kilograms; readonly stable: boolean | null }
  | { readonly kind: 'sighting'; readonly at: Instant; readonly sighting: Sighting }
  | { readonly kind: 'sensor'; readonly at: Instant; readonly sensor: Sensor; readonly on: boolean }
  /** A device spoke again, fell silent or was lost; `device` is `scale`, `board`, `camera-front`, … */
  | { readonly kind: 'device'; readonly at: Instant; readonly device: string; readonly heard: boolean }
  | { readonly kind: 'ticket-shown'; readonly at: Instant; readonly number: string }
  | { readonly kind: 'dossier'; readonly at: Instant; readonly dossier: Dossier }
  /** The moment in `state.until` has come. */
  | { readonly kind: 'deadline'; readonly at: Instant }
  | {
      readonly kind: 'operator-act'
      readonly at: Instant
      readonly act: 'release' | 'refuse'
      readonly reason: string
      readonly operator: string
    }
  /** First input after every start; `interrupted` when the stored state was not idle. */
  | { readonly kind: 'started'; readonly at: Instant; readonly interrupted: boolean }

/** Effects are orders. Ink (`write`, `use-ticket`) is committed in one transaction with the new state before any iron moves. */
export type LaneEffect =
  | { readonly kind: 'fetch-dossier'; readonly plates: readonly string[]; readonly shown: string | null }
  /* ink */
  | { readonly kind: 'write'; readonly record: LaneRecord }
  | {
      readonly kind: 'use-ticket'
      readonly number: TicketNumber
      readonly from: TicketState
      readonly to: TicketState
      readonly tare: 'this-weighing' | 'keep'
    }
  /* iron: only after the ink is dry */
  | { readonly kind: 'gate'; readonly gate: Gate; readonly move: 'open' | 'close'; readonly why: string }
  | { readonly kind: 'light'; readonly at: Gate; readonly colour: LightColour }
  | { readonly kind: 'siren'; readonly on: boolean }
  /** Words for the driver's sign and voice: a code of `words` with its facts. */
  | { readonly kind: 'tell-driver'; readonly say: string; readonly facts: Facts }

/**
 * What the machine wants in the ledger. `weighing: 'this'` in a later record of the same step is filled in by the shell with the
 * sequence number the weighing got. A passage's token is the one minted with the release; the shell fills it in.
 */
export type LaneRecord =
  | { readonly kind: 'weighing'; readonly body: WeighingDraft }
  | { readonly kind: 'decision'; readonly body: Omit<Decision, 'weighing'> }
  | { readonly kind: 'passage'; readonly body: Omit<Passage, 'token' | 'weighing'>; readonly free: boolean }
  | { readonly kind: 'alarm'; readonly body: Alarm }
  | { readonly kind: 'alarm-returned'; readonly body: AlarmReturned }

/** What the machine remembers in every phase. */
export interface Common {
  readonly visits: number
  readonly passages: number
  readonly sensors: Readonly<Partial<Record<Sensor, boolean>>>
  /** Devices that are silent now. */
  readonly silent: readonly string[]
  readonly weight: Kilograms | null
  readonly weightAt: Instant | null
  /** Settled weight of the empty platform, newest. */
  readonly zero: Kilograms | null
  readonly entryCommanded: 'open' | 'closed' | 'unknown'
  readonly exitCommanded: 'open' | 'closed' | 'unknown'
  readonly siren: boolean
  /** Sensor changes of the present visit, newest last, at most 40. */
  readonly timeline: readonly (readonly [Instant, Sensor, boolean])[]
}

/** What is known of the vehicle of the present visit. */
export interface Visit {
  readonly number: number
  readonly since: Instant
  readonly sightings: readonly Sighting[]
  readonly shown: string | null
}

/** Readings of the stability window, oldest first. */
export type Window = readonly (readonly [Instant, Kilograms, boolean | null])[]

/** A verdict as it was given; kept while the vehicle is still here, so that screens and the next step need not ask again. */
export interface Given {
  readonly verdict: VerdictWord
  readonly findings: readonly Finding[]
  readonly plate: string | null
  readonly ticket: TicketNumber | null
  readonly weight: Kilograms
}

export type BlockedWhy =
  | 'never-settled'
  | 'scale-silent'
  | 'board-silent'
  | 'outcome-unknown'
  | 'interrupted'
  | 'two-vehicles'
  | 'driver-waits'
  | 'weighed-nobody'

/** `until` is a timer as a fact: the shell arms one timer for it and feeds `deadline`. */
export type LaneState = Common &
  (
    | { readonly phase: 'starting'; readonly until: Instant }
    | { readonly phase: 'idle' }
    | { readonly phase: 'arriving'; readonly visit: Visit; readonly until: Instant }
    | { readonly phase: 'boarding'; readonly visit: Visit; readonly until: Instant }
    | { readonly phase: 'positioning'; readonly visit: Visit; readonly clearSince: Instant | null; readonly until: Instant }
    | { readonly phase: 'settling'; readonly visit: Visit; readonly window: Window; readonly giveUpAt: Instant; readonly until: Instant }
    | { readonly phase: 'asking'; readonly visit: Visit; readonly given: Given; readonly until: Instant }
    | { readonly phase: 'released'; readonly visit: Visit; readonly given: Given; readonly onExitLoop: boolean; readonly until: Instant }
    | { readonly phase: 'held'; readonly visit: Visit; readonly given: Given; readonly until: Instant | null }
    | { readonly phase: 'blocked'; readonly visit: Visit | null; readonly why: BlockedWhy; readonly until: Instant | null }
    | { readonly phase: 'clearing'; readonly visit: Visit | null; readonly emptySince: Instant | null; readonly until: Instant }
  )

export interface Step {
  readonly state: LaneState
  readonly effects: readonly LaneEffect[]
}

/** What a check says before the policy has spoken. */
export type Findings = readonly BareFinding[]
