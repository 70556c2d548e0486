import type { Instant, Span } from '#edge/units'

/** A stretch of readings that stayed within a band. */
export interface Level {
  readonly from: Instant
  readonly to: Instant
  readonly readings: number
  readonly sum: number
  readonly low: number
  readonly high: number
}
/** A weight at rest: its mean, and what happened between the rest before and this one. */
export interface Rest {
  readonly from: Instant
  readonly to: Instant
  readonly kg: number
  /** Lowest and highest weight in between; null where it went straight over. */
  readonly unrest: readonly [low: number, high: number] | null
  /** Something was at the entry in between. */
  readonly entered: boolean
}

export const startLevel = (at: Instant, kg: number): Level => ({ from: at, to: at, readings: 1, sum: kg, low: kg, high: kg })

/** The level with this reading in it, or null where that is out of its band or comes after a gap or a clock that stepped back. */
export function stretch(level: Level, at: Instant, kg: number, band: number): Level | null {
  const low = Math.min(level.low, kg)
  const high = Math.max(level.high, kg)
  if (high - low > band || at < level.to || at - level.to > LONGEST_GAP) return null
  return { from: level.from, to: at, readings: level.readings + 1, sum: level.sum + kg, low, high }
}
/** Milliseconds: slower indicators than two readings a second show no curve. */
const LONGEST_GAP = 1_000

export const lasts = ({ from, to, readings }: Level, atLeast: Span, least: number): boolean => to - from >= atLeast && readings >= least

export const restOf = ({ from, to, sum, readings }: Level, unrest: Rest['unrest'], entered: boolean): Rest => ({
  from,
  to,
  kg: Math.round(sum / readings),
  unrest,
  entered,
})
