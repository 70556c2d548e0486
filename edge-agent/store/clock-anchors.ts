import { type Clock, elapsed, realSpan } from '#edge/clock'
import type { Verifier } from '#edge/seal'
import { type TimeAnchor, type Told, timeIsSigned } from '#edge/time-anchor'
import { fromIso, type Instant, milliseconds, type Span, seconds } from '#edge/units'

/**
 * The cloud's time, pinned to what has passed in this start (`elapsed`): at `mono` it was `at`, give or take `uncertainty`, and surely
 * no less than `least`.
 */
export interface Anchor {
  readonly at: Instant
  readonly least: Instant
  readonly mono: number
  readonly uncertainty: Span
}

/** What came as an answer: the time, or why it is none. `replayed`: nobody asked, or it was answered before, or that is too long ago. */
export type AnchorReading = { readonly kind: 'anchor'; readonly anchor: Anchor } | { readonly kind: 'unsigned' | 'replayed' }

export interface Anchors {
  /** Whether anything is asked at all. */
  readonly asks: boolean
  /** The question for the next hello. Null where the clock is a demonstration's: its time is nobody's. */
  ask(): string | null
  read(said: TimeAnchor): AnchorReading
  counts(): AnchorCounts
}
export interface AnchorCounts {
  readonly taken: number
  readonly unsigned: number
  readonly replayed: number
}

/** A slow line answers some hellos later. */
const WAITING_AT_MOST = 8
/** An answer that was held back any longer tells a time that is long over. */
const ANSWERED_WITHIN = seconds(60)
/** How wrong a steady clock goes: 100 parts in a million, nine seconds in a day. */
export const DRIFT = 1 / 10_000

/** Whether an answer tells more than the present one carried on to it: it is no less exact, or both cannot be right. */
export function tellsMore(newest: Anchor, present: Anchor): boolean {
  const passed = newest.mono - present.mono
  const uncertain = present.uncertainty + passed * DRIFT
  return newest.uncertainty <= uncertain || Math.abs(newest.at - present.at - passed) > newest.uncertainty + uncertain
}

/**
 * Asks the cloud for the time and judges what comes back: signed by the issuer, for this agent, to a question that was asked in this
 * start within the last minute, of which neither it nor a later one was answered yet. The answer was given somewhere between question
 * and arrival: half of that is its uncertainty.
 */
export function anchorsOf(parts: {
  readonly told: Told
  readonly issuer: Verifier
  readonly clock: Pick<Clock, 'monotonic' | 'slept' | 'speed'>
  /** 32 hexadecimal digits nobody can guess. */
  readonly newNonce: () => string
}): Anchors {
  const { told, issuer, clock, newNonce } = parts
  const asked = new Map<string, number>()
  let counts: AnchorCounts = { taken: 0, unsigned: 0, replayed: 0 }
  const refused = (kind: 'unsigned' | 'replayed'): AnchorReading => {
    counts = { ...counts, [kind]: counts[kind] + 1 }
    return { kind }
  }
  const asks = clock.speed === 1
  return {
    asks,
    ask() {
      if (!asks) return null
      const nonce = newNonce()
      asked.set(nonce, elapsed(clock))
      for (const oldest of asked.keys()) if (asked.size > WAITING_AT_MOST) asked.delete(oldest)
      return nonce
    },
    read(said) {
      const askedAt = asked.get(said.nonce)
      const mono = elapsed(clock)
      if (askedAt === undefined || mono - askedAt > realSpan(clock, ANSWERED_WITHIN)) return refused('replayed')
      const least = fromIso(said.at)
      if (least === null || !timeIsSigned(told, said, issuer)) return refused('unsigned')
      for (const earlier of asked.keys()) {
        asked.delete(earlier)
        if (earlier === said.nonce) break
      }
      counts = { ...counts, taken: counts.taken + 1 }
      const uncertainty = milliseconds((mono - askedAt) / 2)
      return { kind: 'anchor', anchor: { at: (least + uncertainty) as Instant, least, mono, uncertainty } }
    },
    counts: () => counts,
  }
}
