import type { Instant } from '#edge/units'

/** One reading of the visit: milliseconds from the settled moment, kilograms. */
export interface CurvePoint {
  readonly ms: number
  readonly kg: number
}

/** TEMP */
export function curveOf(tape: string, weighedAt: Instant): readonly CurvePoint[] | null {
  return (JSON.parse(tape) as [number, number][]).map(([at, kg]) => ({ ms: at - weighedAt, kg }))
}
