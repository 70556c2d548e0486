import { after, hours, type Instant, Kilograms, toIso } from './units.ts'

/**
 * Legal gross limits of goods vehicles as dated data: transport ministry order 62/2016 (amended 2021), the figures of GB 1589-2016.
 * A truck whose axle count nobody knows gets the strictest limit that fits what it weighs, and a finding.
 */
export interface GrossLimit {
  readonly from: string
  readonly axles: number
  readonly combination: boolean
  readonly singleDrivenAxle: boolean
  readonly kg: number
}
const since = '2016-09-21'
export const GROSS_LIMITS: readonly GrossLimit[] = [
  { from: since, axles: 2, combination: false, singleDrivenAxle: false, kg: 18_000 },
  { from: since, axles: 3, combination: false, singleDrivenAxle: false, kg: 25_000 },
  { from: since, axles: 3, combination: true, singleDrivenAxle: false, kg: 27_000 },
  { from: since, axles: 4, combination: false, singleDrivenAxle: false, kg: 31_000 },
  { from: since, axles: 4, combination: true, singleDrivenAxle: false, kg: 36_000 },
  { from: since, axles: 5, combination: true, singleDrivenAxle: false, kg: 43_000 },
  { from: since, axles: 6, combination: true, singleDrivenAxle: false, kg: 49_000 },
  { from: since, axles: 6, combination: true, singleDrivenAxle: true, kg: 46_000 },
]

export interface Axles {
  readonly axles: number
  readonly drivenAxles: number
  readonly combination: boolean
}

/** The limits that may be in force on `day`. A clock that lost its battery shows a day before any of them: then the first ones, never none. */
export function limitsOn(day: string): readonly GrossLimit[] {
  const now = GROSS_LIMITS.filter(({ from }) => from <= day)
  return now.length > 0 ? now : GROSS_LIMITS.filter(({ from }) => from === since)
}

/** The limit in force on `day` (ISO date). 7 and more axles count as 6. `null` when no row fits: the caller must find, not guess. */
export function grossLimit(vehicle: Axles, day: string): Kilograms | null {
  const axles = Math.min(vehicle.axles, 6)
  const single = axles === 6 && vehicle.drivenAxles === 1
  const rows = GROSS_LIMITS.filter(
    (row) =>
      row.from <= day &&
      row.axles === axles &&
      row.singleDrivenAxle === single &&
      (row.combination === vehicle.combination || axles === 2 || axles >= 5),
  ).sort((a, b) => b.from.localeCompare(a.from))
  return rows[0] ? Kilograms(rows[0].kg) : null
}

/** With no axle count: the smallest limit a truck of this weight could still be within, or the highest of all. */
export function strictestLimit(grossKg: number, day: string): Kilograms {
  const all = limitsOn(day)
    .map((row) => row.kg)
    .sort((a, b) => a - b)
  return Kilograms(all.find((kg) => kg >= grossKg) ?? (all.at(-1) as number))
}

/** In-service error of a class III scale (OIML R 76 / JJG 539): ±1 e to 500 e, ±2 e to 2,000 e, ±3 e above. */
export function scaleError(weightKg: number, eKg: number): Kilograms {
  const divisions = Math.abs(weightKg) / eKg
  return Kilograms(eKg * (divisions <= 500 ? 1 : divisions <= 2_000 ? 2 : 3))
}
/** The worst honest difference of two weighings on one scale: the sum of both errors. */
export const netError = (grossKg: number, tareKg: number, eKg: number): Kilograms =>
  Kilograms(scaleError(grossKg, eKg) + scaleError(tareKg, eKg))

/** Day of the law at this moment: limits change at midnight in Shanghai. */
export const shanghaiDay = (at: Instant): string => toIso(after(at, hours(8))).slice(0, 10)

/**
 * The limit of a vehicle as far as its register or ticket row knows it; the strictest that fits its weight where it does not
 * (`known: false`). A semi-trailer makes a combination whatever the row says.
 */
export function legalLimit(
  vehicle: { readonly axles: number; readonly drivenAxles: number; readonly combination?: boolean } | null,
  hasTrailer: boolean,
  grossKg: number,
  day: string,
): { readonly kg: Kilograms; readonly known: boolean } {
  const limit =
    vehicle === null
      ? null
      : grossLimit(
          { axles: vehicle.axles, drivenAxles: vehicle.drivenAxles, combination: hasTrailer || (vehicle.combination ?? false) },
          day,
        )
  return limit === null ? { kg: strictestLimit(grossKg, day), known: false } : { kg: limit, known: true }
}
