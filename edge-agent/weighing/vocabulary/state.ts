import type { TagSeen } from '#edge/tag'
import type { Instant, Kilograms } from '#edge/units'
import type { CameraSide, Sensor } from '#edge/weighing'
import type { Gate, LaneEffect } from './ordered.ts'
import type { Sighting } from './told.ts'
import type { Crossing, Given, Said, Settled, TagRead, Visit, Window } from './visit.ts'

/** Where the lane stands: what it remembers in every phase, and the phases. */

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

/** What the machine remembers in every phase. */
export interface Common {
  readonly visits: number
  readonly passages: number
  /** Times an arm of either side went up without an order: they name the alarm. */
  readonly forcings: number
  readonly sensors: Readonly<Partial<Record<Sensor, boolean>>>
  /** Since when the exit arm has been down; null while it is not. */
  readonly exitArmDownSince: Instant | null
  /** The same of the entry arm. Older states have none. */
  readonly entryArmDownSince?: Instant | null
  /** Since when an arm that had only just come to rest has been away from it without an order. Older states have none. */
  readonly strayingSince?: Readonly<Partial<Record<Gate, Instant | null>>>
  /** What has happened so far at this lane; the numbers name the alarms. */
  readonly counts?: Counts
  /** Devices that are silent now. */
  readonly silent: readonly string[]
  /** The board's answer is overdue: what its sensors said last may be long past. */
  readonly boardLate?: boolean
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
  /** The agent's disk has no room for a weighing: a person lets it go, or has it weighed once there is room. */
  | 'store-full'

export type Gone = 'by-exit' | 'by-entry' | 'unnoticed' | 'nobody'

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

export type Phase = LaneState['phase']

export type InPhase<P extends Phase> = Extract<LaneState, { phase: P }>

export interface Step {
  readonly state: LaneState
  readonly effects: readonly LaneEffect[]
}
