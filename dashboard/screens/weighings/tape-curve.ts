import type { Instant } from '#edge/units'
import { decodeTape } from '#weighing/tape'

/** One reading of the visit: milliseconds from the settled moment (mostly negative), kilograms. */
export interface CurvePoint {
  readonly ms: number
  readonly kg: number
}

/** The readings of a tape as a curve around its weighing; null for a text that is no tape of ours. */
export function curveOf(text: string, weighedAt: Instant): readonly CurvePoint[] | null {
  const read = decodeTape(text)
  if (!read.ok) return null
  return read.tape.inputs.flatMap((input) => (input.kind === 'reading' ? [{ ms: input.at - weighedAt, kg: input.weight }] : []))
}
