import type { Clock } from '#edge/clock'
import type { Span } from '#edge/units'

/**
 * At most so many within a time: what a device may cause in the store and in a lane is bounded, whatever it sends. The count begins
 * anew with each stretch of `within`.
 */
export function allowance(clock: Clock, most: number, within: Span): { take(): boolean } {
  let since = clock.monotonic()
  let taken = 0
  return {
    take: () => {
      const now = clock.monotonic()
      if (now - since >= within) {
        since = now
        taken = 0
      }
      taken += 1
      return taken <= most
    },
  }
}
