import { type BareFinding, finding } from '#edge/findings'
import type { ScaleState } from '#edge/scale-state'
import type { Rules } from '../vocabulary.ts'
import type { Measured } from './measured.ts'
import { DRIFT_HOURS, driftBand, returnBand } from './thresholds.ts'

const HOUR = 3_600_000

/** The empty platform does not show again what it showed before the vehicle: coal on it, or a chip that was left on. */
export function notReturned(before: number | null, after: number | null, { scale: { eKg } }: Rules): Measured[] {
  if (before === null || after === null) return []
  const bandKg = returnBand(eKg)
  return [{ size: Math.abs(after - before), least: bandKg, ...finding('zero-not-returned', { beforeKg: before, afterKg: after, bandKg }) }]
}

/** The zero wandered over the hours, truck by truck too little to be noticed. */
export function drifting(at: number, zero: number | null, scale: ScaleState | undefined, { scale: { eKg } }: Rules): BareFinding[] {
  if (zero === null || !scale) return []
  const bandKg = driftBand(eKg)
  const since = scale.zeros.find(([then]) => at - Date.parse(then) <= DRIFT_HOURS * HOUR)
  if (!since || Math.abs(zero - since[1]) < bandKg || Math.abs(zero) < bandKg) return []
  const hours = Math.max(0, Math.round((at - Date.parse(since[0])) / HOUR))
  return [finding('zero-drifting', { zeroKg: zero, bandKg, hours })]
}
