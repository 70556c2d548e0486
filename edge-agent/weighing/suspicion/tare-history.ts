import { finding } from '#edge/findings'
import type { KnownTare } from '#edge/history'
import type { Rules } from '../vocabulary.ts'
import type { Measured } from './measured.ts'
import { TARES_NEEDED, tareBand } from './thresholds.ts'

/** A tare against the tares of the same tractor with the same trailer: a water tank, a spare load, or another truck under this plate. */
export function tareOffHistory(
  weight: number,
  vehicle: { readonly plate: string | null; readonly trailer: string | null },
  tares: readonly KnownTare[],
  { scale: { eKg } }: Rules,
): Measured[] {
  const known = tares.filter(
    ({ plate, trailer, approved }) =>
      approved && plate === vehicle.plate && (trailer === null || vehicle.trailer === null || trailer === vehicle.trailer),
  )
  if (known.length < TARES_NEEDED) return []
  const usualKg = median(known.map(({ kg }) => kg))
  const scatter = Math.round(known.reduce((sum, { kg }) => sum + Math.abs(kg - usualKg), 0) / known.length)
  const bandKg = tareBand(eKg, known.length, scatter)
  const facts = { weightKg: weight, usualKg, bandKg, weighings: known.length }
  return [{ size: Math.abs(weight - usualKg), least: bandKg, ...finding('tare-off-history', facts) }]
}

function median(of: readonly number[]): number {
  const sorted = [...of].sort((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const [below = 0, above = 0] = sorted.length % 2 === 0 ? [sorted[half - 1], sorted[half]] : [sorted[half], sorted[half]]
  return Math.round((below + above) / 2)
}
