import { finding } from '#edge/findings'
import type { KnownTare } from '#edge/history'
import type { Rules } from '../vocabulary.ts'
import type { Measured } from './measured.ts'
import { FRONT_WITHIN, pairsWithin, REARS_NEEDED, rearBand, TARES_NEEDED, tareBand } from './thresholds.ts'

/** An empty vehicle on the platform; `groupsKg` as `axleGroups` saw it come on. */
interface Empty {
  readonly kg: number
  readonly groupsKg: readonly [front: number, rear: number] | null
  readonly plate: string | null
  readonly trailer: string | null
}

/**
 * A tare against the tares of the same tractor with the same trailer: a water tank, a spare load, or another truck under this plate. The
 * whole of it, and its rear axles alone: fuel and people, which make a tare scatter, are on the tractor, what is hidden mostly is not.
 */
export function tareOffHistory(now: Empty, tares: readonly KnownTare[], { scale: { eKg } }: Rules): Measured[] {
  const known = tares.filter(
    ({ plate, trailer, approved }) =>
      approved && plate === now.plate && (trailer === null || now.trailer === null || trailer === now.trailer),
  )
  const kgs = known.map(({ kg }) => kg)
  const whole = compared('whole', now.kg, kgs, TARES_NEEDED, (of, scatter, lighter) => tareBand(eKg, now.kg, of, scatter, lighter))
  return [...whole, ...trailerAxles(now, known, eKg)].sort((a, b) => b.size / b.least - a.size / a.least).slice(0, 1)
}

/** Of a combination only: a single truck's fuel hangs between its axles, and both of them carry it. */
function trailerAxles({ kg, groupsKg, trailer }: Empty, known: readonly KnownTare[], eKg: number): Measured[] {
  if (groupsKg === null || (trailer === null && known.every((one) => one.trailer === null))) return []
  const [front, rear] = groupsKg
  const rears = landedAlike(
    known.flatMap((one) => one.groupsKg?.at(-1) ?? []),
    kg,
  )
  const fronts = landedAlike(
    known.flatMap((one) => one.groupsKg?.[0] ?? []),
    kg,
  )
  // More than fuel and people: its driver halted elsewhere and another axle was on, or half on the edge. That is no comparison.
  if (Math.abs(front - median(fronts)) >= FRONT_WITHIN) return []
  return compared('rear-axles', rear, rears, REARS_NEEDED, (of, scatter, lighter) => rearBand(eKg, of, scatter, lighter))
}

function compared(
  group: 'whole' | 'rear-axles',
  weightKg: number,
  known: readonly number[],
  needed: number,
  bandOf: (known: number, scatter: number, lighter: boolean) => number,
): Measured[] {
  if (known.length < needed) return []
  const usualKg = median(known)
  const scatter = Math.round(known.reduce((sum, kg) => sum + Math.abs(kg - usualKg), 0) / known.length)
  const bandKg = bandOf(known.length, scatter, weightKg < usualKg)
  const facts = { group, weightKg, usualKg, bandKg, weighings: known.length }
  return [{ size: Math.abs(weightKg - usualKg), least: bandKg, ...finding('tare-off-history', facts) }]
}

/** Those that landed between the same axles as most. */
function landedAlike(rears: readonly number[], weight: number): number[] {
  const usual = median(rears)
  return rears.filter((kg) => Math.abs(kg - usual) < pairsWithin(weight))
}

function median(of: readonly number[]): number {
  const sorted = [...of].sort((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const [below = 0, above = 0] = sorted.length % 2 === 0 ? [sorted[half - 1], sorted[half]] : [sorted[half], sorted[half]]
  return Math.round((below + above) / 2)
}
