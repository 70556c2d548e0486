import { type Summary, summarise } from './summary.ts'
import { type Told, tellVisit } from './told.ts'

export interface StudyOptions {
  /** Visits that are reported: odd numbers. Half as many even ones are for choosing thresholds. */
  readonly visits: number
  readonly seed: number
  readonly onProgress?: (done: number, of: number) => void
}
export interface Study {
  readonly visits: number
  readonly seed: number
  /** Thresholds were chosen looking at these … */
  readonly tuning: Summary
  /** … and are reported on these. */
  readonly reported: Summary
}

/** The same numbers tell the same study on every computer. */
export function runStudy({ visits, seed, onProgress = () => undefined }: StudyOptions): Study {
  const first = seed * 1_000_000
  const even = Math.ceil(visits / 2)
  const play = (count: number, odd: 0 | 1): Told[] =>
    Array.from({ length: count }, (_, at) => {
      if (at % 250 === 0) onProgress(at + odd * even, even + visits)
      return tellVisit(first + 2 * at + odd)
    })
  return { visits, seed, tuning: summarise(play(even, 0)), reported: summarise(play(visits, 1)) }
}
