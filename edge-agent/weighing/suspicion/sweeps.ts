import { after, type Instant } from '#edge/units'
import { SWEEP_EVERY, sweepRise } from './thresholds.ts'

/** How steep the curve is, looked at now and then: `peak` and `dip` of the rise in that time, and how many sweeps there were. */
export interface Sweeps {
  readonly at: Instant | null
  readonly kg: number
  readonly peak: number
  readonly dip: number | null
  readonly count: number
  /** The first and the last time it was clearly rising. */
  readonly from: Instant | null
  readonly until: Instant | null
}
export const NO_SWEEPS: Sweeps = { at: null, kg: 0, peak: 0, dip: null, count: 0, from: null, until: null }

/** A sweep begins when the curve is clearly steeper again than in the dip after the sweep before. */
export function swept(before: Sweeps, at: Instant, kg: number): Sweeps {
  if (before.at === null) return { ...NO_SWEEPS, at, kg, dip: 0 }
  if (at < after(before.at, SWEEP_EVERY)) return before
  const rise = kg - before.kg
  const { peak, dip, count } = before
  const rising = rise > sweepRise(kg)
  const looked = { ...before, at, kg, from: before.from ?? (rising ? before.at : null), until: rising ? at : before.until }
  if (dip !== null && rising && rise > dip * 2 + sweepRise(kg)) return { ...looked, peak: rise, dip: null, count: Math.min(99, count + 1) }
  if (dip !== null) return { ...looked, dip: Math.max(0, Math.min(dip, rise)) }
  return rise * 2 < peak ? { ...looked, dip: Math.max(0, rise) } : { ...looked, peak: Math.max(peak, rise) }
}
