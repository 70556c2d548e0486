import { areConfusable } from './confusable.ts'
import { PROVINCES } from './plate.ts'

/**
 * What one reading error costs. Of a parking operator's errors 45 % were look-alikes, 25 % a lost tail of one or two letters, 12 %
 * arbitrary letters, 8 % a lost middle, 6 % province or city: the likelier the error, the cheaper. An arbitrary letter is dearest,
 * because it is spread over thirty letters and because a fleet's plates are consecutive numbers.
 */
export const READING_ERRORS = { lookAlike: 1, province: 2, lostEnd: 2, lostMiddle: 3, arbitrary: 4 } as const

/**
 * How many reading errors apart two plate texts are, weighed by `READING_ERRORS`: nothing for the same text and for no other, the
 * same both ways. For texts of a plate's length, normalised: the work is the product of the lengths.
 */
export function plateDistance(a: string, b: string): number {
  const [from, to] = [[...a], [...b]]
  let row = [0, ...sums(to.map((_, at) => lossOf(at, to.length)))]
  for (const [at, letter] of from.entries()) {
    const loss = lossOf(at, from.length)
    const next = [(row[0] ?? 0) + loss]
    for (const [on, other] of to.entries()) {
      const swapped = (row[on] ?? 0) + swapOf(letter, other)
      const lost = (row[on + 1] ?? 0) + loss
      const gained = (next[on] ?? 0) + lossOf(on, to.length)
      next.push(Math.min(swapped, lost, gained))
    }
    row = next
  }
  return row[to.length] ?? 0
}

/** The province and the last two letters are lost more easily than what stands between them. */
const lossOf = (at: number, length: number): number => (at === 0 || at >= length - 2 ? READING_ERRORS.lostEnd : READING_ERRORS.lostMiddle)

function swapOf(a: string, b: string): number {
  if (a === b) return 0
  if (areConfusable(a, b)) return READING_ERRORS.lookAlike
  return PROVINCES.includes(a) && PROVINCES.includes(b) ? READING_ERRORS.province : READING_ERRORS.arbitrary
}

function sums(costs: readonly number[]): number[] {
  let sum = 0
  return costs.map((cost) => {
    sum += cost
    return sum
  })
}
