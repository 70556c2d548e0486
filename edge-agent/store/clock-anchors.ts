import type { Clock } from '#edge/clock'
import type { Verifier } from '#edge/seal'
import { type TimeAnchor, type Told, timeIsSigned } from '#edge/time-anchor'
import { fromIso, type Instant, milliseconds, type Span } from '#edge/units'

/** The cloud's time, pinned to the steady clock of this start: at `mono` it was `at`, give or take `uncertainty`, and surely no less than `least`. */
export interface Anchor {
  readonly at: Instant
  readonly least: Instant
  readonly mono: number
  readonly uncertainty: Span
}

/** What came as an answer: the time, or why it is none. `replayed`: nobody asked, or it was answered before. */
export type AnchorReading = { readonly kind: 'anchor'; readonly anchor: Anchor } | { readonly kind: 'unsigned' | 'replayed' }

export interface Anchors {
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

/**
 * Asks the cloud for the time and judges what comes back: signed by the issuer, for this agent, to a question that was asked in this
 * start and not answered yet. The answer was given somewhere between question and arrival: half of that is its uncertainty.
 */
export function anchorsOf(parts: {
  readonly told: Told
  readonly issuer: Verifier
  readonly clock: Pick<Clock, 'monotonic' | 'speed'>
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
  return {
    ask() {
      if (clock.speed !== 1) return null
      const nonce = newNonce()
      asked.set(nonce, clock.monotonic())
      for (const oldest of asked.keys()) if (asked.size > WAITING_AT_MOST) asked.delete(oldest)
      return nonce
    },
    read(said) {
      const askedAt = asked.get(said.nonce)
      if (askedAt === undefined) return refused('replayed')
      const least = fromIso(said.at)
      if (least === null || !timeIsSigned(told, said, issuer)) return refused('unsigned')
      asked.delete(said.nonce)
      counts = { ...counts, taken: counts.taken + 1 }
      const mono = clock.monotonic()
      const uncertainty = milliseconds((mono - askedAt) / 2)
      return { kind: 'anchor', anchor: { at: (least + uncertainty) as Instant, least, mono, uncertainty } }
    },
    counts: () => counts,
  }
}
