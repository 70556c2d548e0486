import { type Clock, realSpan } from '#edge/clock'
import { seconds } from '#edge/units'

/**
 * How much one address of the site's network may ask: a screen that starts asks for some dozens of things at once and for a few a second
 * from then on. Who asks for far more is a program, and a program must not keep the lanes waiting.
 */
export interface RequestBudget {
  /** One request more. False: it is one too many. */
  spend(from: string): boolean
  /** True while nothing is left to this address. */
  spent(from: string): boolean
}

const BURST = 200
const PER_SECOND = 50
/** What is asked beyond the budget counts, too, up to ten seconds of it. */
const DEEPEST_DEBT = 10 * PER_SECOND
const MOST_ADDRESSES = 1_000

export function requestBudget(clock: Clock): RequestBudget {
  const second = realSpan(clock, seconds(1))
  /** In the order of their last request: the one longest silent is forgotten first. */
  const left = new Map<string, { readonly requests: number; readonly at: number }>()
  function now(from: string): number {
    const before = left.get(from)
    return before === undefined ? BURST : Math.min(BURST, before.requests + ((clock.monotonic() - before.at) / second) * PER_SECOND)
  }
  return {
    spend(from) {
      const requests = Math.max(now(from) - 1, -DEEPEST_DEBT)
      left.delete(from)
      left.set(from, { requests, at: clock.monotonic() })
      for (const silent of left.keys()) if (left.size > MOST_ADDRESSES) left.delete(silent)
      return requests >= 0
    },
    spent: (from) => now(from) < 1,
  }
}
