import { decimalText } from '#dialects/scale/exact'
import type { Beside, Exact, Reading, WeightUnit } from '#dialects/scale/reading'
import { UNITS } from '#dialects/scale/to-kilograms'

/** A reading in the words of the conformance kit: plain numbers, as a vendor's own program would print them. */
export interface ExpectedReading {
  readonly value: number | null
  readonly unit: WeightUnit | null
  /** Null without a unit in the frame; pounds are rounded to the milligram, all else is exact. */
  readonly weightKg: number | null
  readonly decimals: number | null
  readonly stable: boolean | null
  readonly mode: Reading['mode']
  readonly overload: boolean | null
  readonly underload: boolean | null
  readonly zero: boolean | null
  readonly tare: number | null
  /** What else the frame says: `division`, `frameValue`, `address` … */
  readonly [beside: string]: unknown
}

const asNumber = (exact: Exact): number => Number(decimalText(exact))

export function expectedReading(reading: Reading): ExpectedReading {
  const { digits, decimals, unit, stable, mode, overload, underload, zero, tare, beside } = reading
  const value = digits === null ? null : { digits, decimals: decimals ?? 0 }
  return {
    value: value && asNumber(value),
    unit,
    weightKg: value && unit && kilograms(value, unit),
    decimals,
    stable,
    mode,
    overload,
    underload,
    zero,
    tare: tare && asNumber(tare),
    ...(beside && plain(beside)),
  }
}

const isExact = (value: unknown): value is Exact => typeof value === 'object' && value !== null && 'digits' in value
const plain = (beside: Beside): Record<string, unknown> =>
  Object.fromEntries(Object.entries(beside).map(([name, value]) => [name, isExact(value) ? asNumber(value) : value]))

/**
 * Fractions and all, unlike `toKilograms`: here nothing is decided, the number is only shown beside the one it came from. Beyond six
 * decimals it is rounded as any program rounds a double, half a unit of the last place included: the published figures were made so.
 */
function kilograms({ digits, decimals }: Exact, unit: WeightUnit): number {
  const { times, shift } = UNITS[unit]
  const places = decimals + shift
  const parts = BigInt(digits) * times
  if (places <= 6) return Number(decimalText({ digits: Number(parts), decimals: places }))
  return Number((asNumber({ digits, decimals }) * (Number(times) / 10 ** shift)).toFixed(6))
}
