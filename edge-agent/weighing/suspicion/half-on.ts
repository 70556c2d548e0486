import { finding } from '#edge/findings'
import type { Rules } from '../vocabulary.ts'
import type { Measured } from './measured.ts'
import { halfOnLeast, SECOND_VEHICLE_KG } from './thresholds.ts'
import type { Watch } from './watch.ts'

/** Wheels off the deck, whatever the beams say: the truck once weighed more, by an axle at least, before it came to rest. */
export function frontOff({ top }: Watch, weight: number, { scale: { eKg } }: Rules): Measured[] {
  const least = halfOnLeast(eKg, weight)
  return [{ size: top - weight, least, ...finding('half-on', { why: 'fell-before-rest', weightKg: weight }) }]
}

/** Or it weighs more as it drives off: the wheels that stood before the deck climb on. */
export function rearOff({ topAfter, judgedAt }: Watch, weight: number, { scale: { eKg } }: Rules): Measured[] {
  if (judgedAt === null) return []
  const least = halfOnLeast(eKg, weight)
  return [{ size: topAfter - weight, least, ...finding('half-on', { why: 'rose-when-leaving', weightKg: weight }) }]
}

/** Its rear has passed the exit beam and something still stands there. */
export function leftBehind({ behind }: Watch, weight: number): Measured[] {
  return [{ size: behind, least: SECOND_VEHICLE_KG, ...finding('two-trucks', { why: 'left-behind', weightKg: weight }) }]
}
