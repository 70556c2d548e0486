import type { AlarmKind } from '#edge/alarm'
import type { BareFinding, Finding, FindingCode, Mode } from '#edge/findings'
import type { TicketNumber } from '#edge/ids'
import type { TagSeen } from '#edge/tag'
import type { Instant, Kilograms } from '#edge/units'
import type { AGAIN_BECAUSE, VerdictWord } from '#edge/weighing'
import type { SayCode } from '#edge/words/words'
import type { Watch } from '../suspicion/watch.ts'
import type { UseTicket } from './ordered.ts'
import type { Sighting } from './told.ts'

/** What is known of the vehicle that is here: what was seen of it, what it weighed, what was said about it. */

/** A tag or card, and when it was read. */
export interface TagRead extends TagSeen {
  readonly at: Instant
}

export type AgainBecause = (typeof AGAIN_BECAUSE)[number]

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

/** A vehicle on the exit loop. `free`: it was let go. */
export interface Crossing {
  readonly passage: number
  readonly free: boolean
  /** The lowest weight since it began; null while none was heard. */
  readonly lowKg?: Kilograms | null
  /** The weight has risen again since: a second vehicle is on the platform. */
  readonly second?: boolean
  /** Since when loop and beam of the exit have both been clear while something stood on the platform, or nobody knew whether. */
  readonly clearSince?: Instant | null
}

/** Words the driver was told about where he stands, and when: they are repeated while they are true. */
export interface Said {
  readonly say: SayCode
  readonly at: Instant
}
