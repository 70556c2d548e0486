import type { ManualAct } from '#edge/acts'
import type { Alarm, AlarmKind, AlarmReturned } from '#edge/alarm'
import type { BookTicket } from '#edge/book-ticket'
import type { BareFinding, Facts, Finding, FindingCode, Mode } from '#edge/findings'
import type { KnownTare, RecentWeighing } from '#edge/history'
import type { LaneId, SiteId, TicketNumber } from '#edge/ids'
import type { RegisteredVehicle } from '#edge/orders'
import type { PlateColour } from '#edge/plate'
import type { Policy } from '#edge/policy'
import type { ClockQuality } from '#edge/records'
import type { ScaleState } from '#edge/scale-state'
import type { TagSeen } from '#edge/tag'
import type { TicketState } from '#edge/ticket'
import type { Instant, Kilograms, Span } from '#edge/units'
import type {
  AGAIN_BECAUSE,
  CameraSide,
  Decision,
  Passage,
  ScaleRecord,
  Seen,
  Sensor,
  Tare,
  VerdictWord,
  WeighingDraft,
} from '#edge/weighing'
import type { SayCode } from '#edge/words/words'
import type { Watch } from './suspicion/watch.ts'

export type { BookTicket }

/** The words of the lane's machine: what it is (`LaneState`), what it is told (`LaneInput`), what it orders (`LaneEffect`). */

export type Gate = 'entry' | 'exit'
export type LightColour = 'red' | 'green'

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

/** Effects are orders. Ink (`write`, `use-ticket`) is committed in one transaction with the new state before any iron moves. */
export type LaneEffect =
  | {
      readonly kind: 'fetch-dossier'
      readonly plates: readonly string[]
      /** Tags and cards that were read: the vehicles registered with them are wanted too, and their tickets. */
      readonly tags: readonly TagSeen[]
      readonly shown: string | null
    }
  /* ink */
  | { readonly kind: 'write'; readonly record: LaneRecord }
  | {
      readonly kind: 'use-ticket'
      readonly number: TicketNumber
      readonly from: TicketState
      readonly to: TicketState
      /**
       * `this-weighing`: the weighing of this visit, written in this step or, when an operator released it, in an earlier one. `give-back`:
       * the vehicle did not leave after all, so the ticket becomes what it was before, without the tare this visit gave it. A ticket that
       * is no longer `from` stays as it is then.
       */
      readonly tare: 'this-weighing' | 'keep' | 'give-back'
      /** The tare it had before this weighing replaced it, for the giving back. Older states have none. */
      readonly before?: Tare
    }
  /* iron: only after the ink is dry */
  | {
      readonly kind: 'gate'
      readonly gate: Gate
      readonly move: 'open' | 'close'
      readonly why: string
    }
  | { readonly kind: 'light'; readonly at: Gate; readonly colour: LightColour }
  | { readonly kind: 'siren'; readonly on: boolean }
  /** Every camera of the lane takes a picture now. */
  | { readonly kind: 'photograph'; readonly why: 'weighing' | 'alarm' | 'act' }
  /** A fresh one-time code for the sign: the shell answers with `code-made` at once. */
  | { readonly kind: 'make-code' }
  /** Words for the driver's sign and voice: a code of `words` with its facts. */
  | {
      readonly kind: 'tell-driver'
      readonly say: SayCode
      readonly facts: Facts
    }

/**
 * What the machine wants in the ledger. `weighing: 'this'` in a later record of the same step is filled in by the shell with the
 * sequence number the weighing got. A passage's token is the one minted with the release; the shell fills it in.
 */
export type LaneRecord =
  | { readonly kind: 'weighing'; readonly body: WeighingDraft }
  | { readonly kind: 'decision'; readonly body: Omit<Decision, 'weighing'> }
  | {
      readonly kind: 'passage'
      readonly body: Omit<Passage, 'token' | 'weighing'>
      readonly free: boolean
    }
  | { readonly kind: 'alarm'; readonly body: Alarm }
  | { readonly kind: 'alarm-returned'; readonly body: AlarmReturned }

/** What the machine remembers in every phase. */
export interface Common {
  readonly visits: number
  readonly passages: number
  /** Times the exit arm went up without an order: they name the alarm. */
  readonly forcings: number
  readonly sensors: Readonly<Partial<Record<Sensor, boolean>>>
  /** Since when the exit arm has been down; null while it is not. */
  readonly exitArmDownSince: Instant | null
  /** The same of the entry arm. Older states have none. */
  readonly entryArmDownSince?: Instant | null
  /** What has happened so far at this lane; the numbers name the alarms. */
  readonly counts?: Counts
  /** Devices that are silent now. */
  readonly silent: readonly string[]
  readonly weight: Kilograms | null
  readonly weightAt: Instant | null
  /** Since when the scale has shown no vehicle; null while it shows one or says nothing. */
  readonly offSince: Instant | null
  /** Settled weight of the empty platform, newest; null until one was seen since the scale was last silent under a vehicle. */
  readonly zero: Kilograms | null
  readonly entryCommanded: Commanded
  readonly exitCommanded: Commanded
  readonly siren: boolean
  /** Since when an empty platform has shown a weight that is too far from zero. */
  readonly offZeroSince?: Instant | null
  /** Sensor changes of the present visit, newest last, at most 40. */
  readonly timeline: readonly (readonly [Instant, Sensor, boolean])[]
  /** Since when and why every opening waits for a person; null or missing: the lane works by itself. */
  readonly attended?: Attended | null
  /** The vehicles of this lane come from the second end at present (`Layout.bothWays`). */
  readonly turned?: boolean
  /** Since when the remote-control detector has heard something. */
  readonly remoteSince?: Instant | null
  /** The indicator was off or set to zero under a vehicle: no weight counts until the empty platform has shown a zero. */
  readonly untrusted?: Untrusted | null
  /** How the sensors behaved over the last vehicles; `weighing/suspicion/` keeps and reads it. */
  readonly habits?: Habits
  /** Plates of the visit that ended last, and when: the same plate soon after is the same vehicle. */
  readonly left: {
    readonly plates: readonly string[]
    /** A reader hears a truck's tag until it is far away. Older states have none. */
    readonly tags?: readonly TagSeen[]
    readonly at: Instant
  } | null
  /** Seen or shown while no visit could have them: they belong to the vehicle that waits. */
  readonly waiting: {
    readonly sightings: readonly Sighting[]
    readonly shown: { readonly number: string; readonly at: Instant } | null
    /** Older states have none. */
    readonly tags?: readonly TagRead[]
  }
}
/** A tag or card, and when it was read. */
export interface TagRead extends TagSeen {
  readonly at: Instant
}
export type Commanded = 'open' | 'closed' | 'unknown'

/** `shownKg`: what stood there when the indicator fell silent; the same weight afterwards was not zeroed away. Null: nobody knows. */
export interface Untrusted {
  readonly since: Instant
  readonly why: 'power-cycled' | 'zeroed'
  readonly shownKg: Kilograms | null
}

export interface Counts {
  /** Openings by a person that no verdict allowed. */
  readonly lifts: number
  /** Times a remote control was heard. */
  readonly remotes: number
  /** Times the empty platform was too far from zero to weigh anybody. */
  readonly zeros: number
}

export interface Attended {
  readonly since: Instant
  /** An operator's reason, or what the lane itself gave up over. */
  readonly why: string
}

/** Vehicles in a row over which a sensor did not change although it should have, and those a camera saw and did not read. */
export type Habits = Readonly<Partial<Record<Sensor | `camera-${CameraSide}`, number>>>

/** What is known of the vehicle of the present visit. */
export interface Visit {
  readonly number: number
  readonly since: Instant
  readonly sightings: readonly Sighting[]
  /** Each tag and card once. Older visits have none. */
  readonly tags?: readonly TagRead[]
  readonly shown: string | null
  /** It has been on the platform. */
  readonly loaded: boolean
  /** Where a sensor has noticed it since it stood wholly on the platform. */
  readonly noticedAt: { readonly entry: boolean; readonly exit: boolean }
  /** The board was silent for a while since then: nobody could notice. */
  readonly blind: boolean
  /** When it was let go last. */
  readonly letGoAt?: Instant | null
  /** A person typed this plate. */
  readonly typed?: { readonly plate: string; readonly by: string } | null
  /** The one-time code on the sign, and the ticket its driver claimed with it. */
  readonly code?: { readonly value: string; readonly until: Instant } | null
  readonly claimed?: string | null
  /** Wrong codes sent so far. */
  readonly wrongCodes?: number
  /** What was noticed before the verdict and speaks against this weighing: each code once. */
  readonly noted?: readonly BareFinding[]
  /** Alarms raised in this visit that are raised once only. */
  readonly alarmed?: readonly AlarmKind[]
  /** Weighings of this visit so far, and why there will be another. */
  readonly weighed?: number
  readonly because?: AgainBecause | null
  /** What its weight and the sensors did since it arrived, as `weighing/suspicion/` needs it: bounded, whatever happens. */
  readonly watch?: Watch
}
export type AgainBecause = (typeof AGAIN_BECAUSE)[number]

/** Readings of the stability window, oldest first. */
export type Window = readonly (readonly [Instant, Kilograms, boolean | null])[]

/** A weight at rest, with the evidence that it was. */
export interface Settled {
  readonly weight: Kilograms
  readonly at: Instant
  readonly by: 'indicator' | 'computed'
  readonly spreadKg: number
  readonly readings: number
  readonly overMs: number
}

/** A verdict as it was given; kept while the vehicle is still here, so that screens and the next step need not ask again. */
export interface Given {
  readonly verdict: VerdictWord
  readonly findings: readonly Finding[]
  readonly plate: string | null
  readonly ticket: TicketNumber | null
  readonly weight: Kilograms
  /** What becomes of the ticket when this vehicle is let go, now or by an operator. */
  readonly use: UseTicket | null
  /** That has happened. */
  readonly used?: boolean
  /** In which mode the policy counts what may still be noticed as it leaves. */
  readonly modes?: Readonly<Partial<Record<FindingCode, Mode>>>
  /** A person said that this weighing does not count: nobody is let go on it. */
  readonly voided?: boolean
}
export type UseTicket = Extract<LaneEffect, { kind: 'use-ticket' }>

/** A vehicle on the exit loop. `free`: it was let go. */
export interface Crossing {
  readonly passage: number
  readonly free: boolean
  /** The lowest weight since it began; null while none was heard. */
  readonly lowKg?: Kilograms | null
  /** The weight has risen again since: a second vehicle is on the platform. */
  readonly second?: boolean
  /** Since when loop and beam of the exit have both been clear with a vehicle on the platform. */
  readonly clearSince?: Instant | null
}

export type BlockedWhy =
  | 'never-settled'
  | 'scale-silent'
  | 'board-silent'
  | 'outcome-unknown'
  | 'interrupted'
  | 'driver-waits'
  /** Remote control heard at the load cells. */
  | 'remote-control'
  /** Empty, but the zero is too far off to weigh anybody. */
  | 'zero-off'
  /** A vehicle came in from the wrong end. */
  | 'wrong-way'
  /** An arm moved or broke by itself. */
  | 'barrier-hit'
  /** A second vehicle is on the platform, or half of one. */
  | 'two-trucks'
  /** The weight vanished under a vehicle that has not left. */
  | 'weight-untrusted'

/** `until` is a timer as a fact: the shell arms one timer for it and feeds `deadline`. */
export type LaneState = Common &
  (
    | {
        readonly phase: 'starting'
        readonly until: Instant
        readonly interrupted: boolean
        readonly visit: Visit | null
        readonly given: Given | null
        /** The vehicle of that visit had been let go before the interruption. */
        readonly released: boolean
      }
    | { readonly phase: 'idle' }
    | {
        readonly phase: 'arriving'
        readonly visit: Visit
        readonly until: Instant
      }
    | {
        readonly phase: 'boarding'
        readonly visit: Visit
        readonly clearSince: Instant | null
        readonly giveUpAt: Instant
        readonly until: Instant
        readonly said?: Said | null
      }
    | {
        readonly phase: 'positioning'
        readonly visit: Visit
        readonly clearSince: Instant | null
        readonly giveUpAt: Instant
        readonly until: Instant
        readonly said?: Said | null
        /** What stood on the platform when the entry had closed behind it. */
        readonly baseKg?: Kilograms | null
      }
    | {
        readonly phase: 'settling'
        readonly visit: Visit
        readonly window: Window
        /** Settled; the dossier has been asked for. */
        readonly settled: Settled | null
        readonly until: Instant
        readonly said?: Said | null
        readonly baseKg?: Kilograms | null
      }
    | {
        readonly phase: 'asking'
        readonly visit: Visit
        readonly given: Given
        readonly until: Instant
      }
    | {
        readonly phase: 'released'
        readonly visit: Visit
        readonly given: Given
        readonly crossing: Crossing | null
        readonly until: Instant | null
      }
    | {
        readonly phase: 'held'
        readonly visit: Visit
        readonly given: Given
        readonly until: null
      }
    | {
        readonly phase: 'blocked'
        readonly visit: Visit | null
        readonly given: Given | null
        readonly released: boolean
        readonly why: BlockedWhy
        readonly until: null
        /** Of `two-trucks`: what the first one weighs alone, where that is known. */
        readonly baseKg?: Kilograms | null
      }
    | {
        readonly phase: 'clearing'
        readonly visit: Visit | null
        readonly given: Given | null
        readonly released: boolean
        readonly crossing: Crossing | null
        /** How the vehicle went, as far as anybody noticed; `nobody` when there was none on the platform. */
        readonly gone: Gone
        /** After a vehicle backed off: so long the entry loop may stay busy before it counts as the next vehicle. */
        readonly patientUntil: Instant | null
        readonly emptySince: Instant | null
        readonly until: Instant | null
      }
  )
/** Words the driver was told about where he stands, and when: they are repeated while they are true. */
export interface Said {
  readonly say: SayCode
  readonly at: Instant
}
export type Gone = 'by-exit' | 'by-entry' | 'unnoticed' | 'nobody'
export type Phase = LaneState['phase']
export type InPhase<P extends Phase> = Extract<LaneState, { phase: P }>

export interface Step {
  readonly state: LaneState
  readonly effects: readonly LaneEffect[]
}
