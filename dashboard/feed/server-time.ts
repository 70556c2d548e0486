import type { Clock } from '#edge/clock'
import { Instant } from '#edge/units'

/**
 * The cloud's time as this browser knows it. Data ages are differences of the cloud's own moments, so an office PC whose clock is
 * an hour off must not make every weight look stale: each answer's `Date` header (whole seconds) says how far off we are.
 */
export interface ServerTime {
  now(): Instant
  /** Told by every HTTP answer. */
  heard(dateHeader: string | null): void
}

export function serverTime(clock: Clock): ServerTime {
  let offset = 0
  return {
    now: () => Instant(clock.now() + offset),
    heard(dateHeader) {
      const said = dateHeader === null ? Number.NaN : Date.parse(dateHeader)
      if (Number.isNaN(said)) return
      // The header cuts the fraction off: half a second is its middle.
      const seen = said + 500 - clock.now()
      // Within the header's own coarseness nothing is learnt; following it would only make ages tremble.
      if (Math.abs(seen - offset) > 1_000) offset = seen
    },
  }
}
