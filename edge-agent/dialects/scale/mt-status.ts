import { byteAt } from '../framing.ts'
import { BLANK, isDigit, ZERO } from './characters.ts'
import type { Beside, Exact, Reading, RejectReason, WeightUnit } from './reading.ts'

/**
 * Where a maker says the unit: `codes`: bits 2–0 of status C, and for 000 bit 4 of status B; `pound-bit`: bit 0 of C is pounds, B says
 * nothing (Flintec, LIDEN); `kilogram-bit`: bit 4 of B alone (IND310 sends the code of grams though it weighs kilograms).
 */
export type MtUnits = 'codes' | 'pound-bit' | 'kilogram-bit'

export const INCREMENTS = [null, 1, 2, 5] as const

/** The frame from its start byte on, `body` long with its CR (17, short form 11). */
export function mtReading(bytes: Uint8Array, from: number, body: number, units: MtUnits): Reading | RejectReason {
  const a = byteAt(bytes, from + 1)
  const b = byteAt(bytes, from + 2)
  const c = byteAt(bytes, from + 3)
  // Bit 5 of A is 1, on Flintec bit 6 as well. Of B a Fairbanks table says that bit 5 is 0, so nothing is asked of it.
  if (a < BLANK || a > 0x7f || b > 0x7f || c < BLANK || c > 0x7f) return 'bad-status'
  const unit = unitOf(b, c, units)
  if (unit === null) return 'bad-unit'
  const weight = sixDigits(bytes, from + 4)
  const tare = body > 11 ? sixDigits(bytes, from + 10) : null
  if (weight === 'bad-digit' || tare === 'bad-digit') return 'bad-digit'

  const code = a & 7
  const decimals = Math.max(0, code - 2)
  const increment = INCREMENTS[(a >> 3) & 3] ?? null
  const negative = (b & 2) !== 0
  const outOfRange = (b & 4) !== 0
  const shown: Exact | null = weight === null ? null : { digits: negative && weight > 0 ? -weight : weight, decimals }
  const division: Exact | null = increment === null ? null : { digits: increment * 10 ** Math.max(0, 2 - code), decimals }
  return {
    digits: outOfRange || shown === null ? null : shown.digits,
    decimals,
    unit,
    stable: (b & 8) === 0,
    mode: (b & 1) === 0 ? 'gross' : 'net',
    overload: outOfRange,
    underload: null,
    zero: null,
    tare: tare === null ? null : { digits: tare, decimals },
    beside: besideOf(division, outOfRange ? shown : null),
  }
}

const besideOf = (division: Exact | null, frameValue: Exact | null): Beside =>
  division === null ? (frameValue === null ? {} : { frameValue }) : frameValue === null ? { division } : { division, frameValue }

function unitOf(b: number, c: number, units: MtUnits): WeightUnit | null {
  const ofB = (b & 0x10) === 0 ? 'lb' : 'kg'
  if (units === 'kilogram-bit') return ofB
  if (units === 'pound-bit') return (c & 1) === 0 ? 'kg' : 'lb'
  switch (c & 7) {
    case 0:
      return ofB
    case 1:
      return 'g'
    case 2:
      return 't'
    default:
      // 011 is the ounce of some; none of the rest is verified anywhere.
      return null
  }
}

/** Blanks, then digits; null where all six are blank. */
function sixDigits(bytes: Uint8Array, from: number): number | null | 'bad-digit' {
  let value: number | null = null
  for (let at = from; at < from + 6; at++) {
    const byte = byteAt(bytes, at)
    if (isDigit(byte)) value = (value ?? 0) * 10 + byte - ZERO
    else if (byte !== BLANK || value !== null) return 'bad-digit'
  }
  return value
}
