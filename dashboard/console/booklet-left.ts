import type { ConsoleBooklet } from '#edge/console'
import { fromIso, type Instant } from '#edge/units'

/** What is left of a booklet: numbers, tonnes and time, each from 0 to 1. */
export interface BookletLeft {
  readonly numbers: number
  readonly load: number
  readonly time: number
}
/** Below this a bar is a warning: ask for the next booklet while the network is there. */
export const LOW = 0.1

export function bookletLeft(booklet: ConsoleBooklet, now: Instant | null): BookletLeft {
  const { count, left, mostKg, leftKg, validFrom, validUntil } = booklet
  const [from, until] = [fromIso(validFrom), fromIso(validUntil)]
  const timed = from !== null && until !== null && now !== null
  return { numbers: part(left, count), load: part(leftKg, mostKg), time: timed ? part(until - now, until - from) : 0 }
}

const part = (of: number, all: number): number => (all <= 0 ? 0 : Math.min(1, Math.max(0, of / all)))

/** Those something can be drawn from stand first; of as many, the one that ends first is used up first. */
export const inOrder = (booklets: readonly ConsoleBooklet[]): readonly ConsoleBooklet[] =>
  [...booklets].sort(
    (a, b) =>
      Number(a.refusal !== null) - Number(b.refusal !== null) || (a.validUntil < b.validUntil ? -1 : a.validUntil > b.validUntil ? 1 : 0),
  )
