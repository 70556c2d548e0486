import { type Clock, elapsed, realSpan } from '#edge/clock'
import type { ClockQuality } from '#edge/records'
import { days, fromIso, hours, Instant, minutes, type Span, seconds } from '#edge/units'
import { type Anchor, DRIFT, tellsMore } from './clock-anchors.ts'

/**
 * How far the computer's clock is believed, and what time it surely is at least: the floor (rule R2).
 *
 * The floor is the greatest of: the day this software was made, what an earlier start kept, the newest record's time, and the cloud's
 * newest signed time. Between its witnesses it goes on with the steady clock, asleep too, so a wall clock set back by anybody is found
 * out at once and makes nothing valid again: whoever asks for the time gets the floor then.
 *
 * What lifts it:
 * - the cloud's signed time sets it, up or down: its word counts more than that of any clock here. Nothing else lowers it;
 * - a clock that follows a time server lifts it to what it shows;
 * - a clock that runs freely lifts it once in a start, by the time the computer was off, and afterwards to no more than five minutes
 *   beyond where the steady clock carries that. So a clock that jumps to 2038 and back leaves no floor of 2038;
 * - a clock in doubt does not lift it, nor does any clock here once the cloud has told the time.
 *
 * A clock is in doubt, and what it stamps `untrusted`, while it is
 * - `clock-behind`: more than a minute before the floor;
 * - `clock-ahead`: more than a minute after the cloud's time, carried on by the steady clock;
 * - `clock-leapt`: without the cloud's word, further ahead of the floor than a computer is ever off (at the start), or than a person
 *   corrects a clock by (later).
 */
export interface ClockTrust {
  floor(): Instant
  /** Of the computer's clock now, or of what it, or another, might show now. */
  judge(shown?: Instant): ClockJudgement
  /** The computer's clock is not in doubt, nor near it: the next word of the cloud, a little off, brings no doubt either. */
  surelyRight(): boolean
  /** The moment to go by: what is shown where it is believed, else what was carried on where that is, else the floor; never before it. */
  best(shown: Instant, carried: Instant): Instant
  /** Something is written now: the clock's word for the time lifts the floor as far as it may. */
  witnessed(): void
  /** The cloud's word counts where it tells more than the one before (`tellsMore`). */
  anchored(anchor: Anchor): void
  newestAnchor(): Anchor | null
}

export type ClockDoubt = 'clock-behind' | 'clock-ahead' | 'clock-leapt'
export interface ClockJudgement {
  readonly quality: ClockQuality
  /** Why it is `untrusted`; null where it is not. */
  readonly why: ClockDoubt | null
}

export interface ClockTrustParts {
  readonly clock: Pick<Clock, 'monotonic' | 'slept' | 'speed'>
  /** The computer's clock as it stands, steps and all. */
  readonly wall: () => Instant
  /** What the operating system says of it. */
  readonly quality: () => ClockQuality
  /** The floor an earlier start kept; null where there was none. */
  readonly kept: Instant | null
  readonly keep: (floor: Instant) => void
}

/** The year this version was made in: no copy of it ran earlier. */
const MADE = fromIso('2026-01-01T00:00:00Z') ?? Instant(0)
/** A clock that follows a server is moved by less; nobody gains anything by less. */
const TOLERATED = minutes(1)
const SURELY_RIGHT_WITHIN = seconds(30)
const AGREES_WITHIN = seconds(2)
const ANCHOR_VOUCHES_FOR = hours(24)
const OFF_AT_MOST = days(400)
/** From the making of this software to its first start. */
const UNUSED_AT_MOST = days(3_650)
const CORRECTED_AT_MOST = hours(2)
const LIFTED_FREELY = minutes(5)
/** A start may know a floor this much lower than it was. */
const KEPT_EVERY = minutes(1)

export function clockTrust({ clock, wall, quality, kept, keep }: ClockTrustParts): ClockTrust {
  const since = (mono: number): number => elapsed(clock) - mono
  let low = { at: Math.max(MADE, kept ?? 0), mono: elapsed(clock) }
  let written = { at: kept ?? 0, mono: Number.NEGATIVE_INFINITY }
  let anchor: Anchor | null = null
  /** Where this start began to lift by itself; null until a clock was believed. */
  let begun: { readonly at: number; readonly mono: number } | null = null

  const floor = (): Instant => Instant(low.at + since(low.mono) * (1 - DRIFT))
  const inReal = (span: Span): Span => realSpan(clock, span)
  const carriedOn = ({ at, mono }: Anchor): number => at + since(mono)
  const driftSince = (mono: number): number => since(mono) * DRIFT

  function doubtIn(shown: Instant, within = TOLERATED): ClockDoubt | null {
    const ahead = shown - floor()
    if (ahead < -inReal(within)) return 'clock-behind'
    if (anchor) {
      const tolerated = inReal(within) + anchor.uncertainty + driftSince(anchor.mono)
      return shown - carriedOn(anchor) > tolerated ? 'clock-ahead' : null
    }
    if (ahead > (kept === null ? UNUSED_AT_MOST : OFF_AT_MOST)) return 'clock-leapt'
    return begun && ahead > inReal(CORRECTED_AT_MOST) && quality() !== 'synchronised' ? 'clock-leapt' : null
  }

  function qualityOf(shown: Instant): ClockQuality {
    if (anchor === null || since(anchor.mono) > ANCHOR_VOUCHES_FOR) return quality()
    const off = Math.abs(shown - carriedOn(anchor))
    if (off + anchor.uncertainty <= AGREES_WITHIN) return 'synchronised'
    return off - anchor.uncertainty > AGREES_WITHIN ? 'free-running' : quality()
  }

  function judge(shown = wall()): ClockJudgement {
    const why = doubtIn(shown)
    return { quality: why === null ? qualityOf(shown) : 'untrusted', why }
  }

  function lift(): void {
    const follows = begun === null || quality() === 'synchronised'
    const most = begun === null || follows ? Number.POSITIVE_INFINITY : begun.at + since(begun.mono) * (1 + DRIFT) + inReal(LIFTED_FREELY)
    const at = Math.max(floor(), Math.min(wall(), most))
    low = { at, mono: elapsed(clock) }
    if (follows) begun = low
  }

  /** At once where it has gone down: the next start must not begin with what has been taken back. */
  function keepIt(): void {
    const now = { at: floor(), mono: elapsed(clock) }
    if (now.mono - written.mono < inReal(KEPT_EVERY) && now.at > written.at - inReal(TOLERATED)) return
    written = now
    keep(now.at)
  }

  return {
    floor,
    judge,
    surelyRight: () => doubtIn(wall(), SURELY_RIGHT_WITHIN) === null,
    best(shown, carried) {
      const believed = [shown, carried].find((it) => doubtIn(it) === null)
      return Instant(Math.max(floor(), believed ?? 0))
    },
    witnessed() {
      if (anchor === null && doubtIn(wall()) === null) lift()
      keepIt()
    },
    anchored(newest) {
      if (anchor && !tellsMore(newest, anchor)) return
      anchor = newest
      low = { at: newest.least, mono: newest.mono }
      keepIt()
    },
    newestAnchor: () => anchor,
  }
}
