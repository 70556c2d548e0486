import { byteAt } from '../framing.ts'
import { bytesOfText, CR, LF, sumOf, textAt, ZERO } from './characters.ts'
import type { Reading, RejectReason } from './reading.ts'
import { numberOf, shownNumber, zeroFilled } from './shown-number.ts'

/**
 * What all General Measure (杰曼) serial frames share: a status of two bytes, 40 and the bits (6 always, 3 negative, 2 zero, 1 overflow,
 * 0 stable), six characters without a point, or "  OFL " beyond either end of the range; and as a check the last two decimal digits of
 * the sum of all bytes before it. M02 manual p.37 and p.48.
 */
export const GM_STATUS_BYTE = 0x40
const STABLE = 1
const OVERFLOW = 2
const AT_ZERO = 4
const NEGATIVE = 8

export type GmWeight = Pick<Reading, 'digits' | 'decimals' | 'stable' | 'overload' | 'zero'> & Pick<Reading, 'beside'>

/** The eight bytes from the 40 on. The point is set at the indicator and not sent: `decimals` is the profile's. */
export function gmWeight(bytes: Uint8Array, from: number, decimals: number): GmWeight | RejectReason {
  const status = byteAt(bytes, from + 1)
  if (byteAt(bytes, from) !== GM_STATUS_BYTE || (status & 0xc0) !== GM_STATUS_BYTE) return 'bad-status'
  const text = textAt(bytes, from + 2, from + 8)
  const stable = (status & STABLE) !== 0
  if (text.trim() === 'OFL') return { digits: null, decimals: null, stable, overload: true, zero: null }
  const shown = shownNumber(text.trimStart())
  if (shown === null || shown.decimals > 0 || shown.digits < 0) return 'bad-digit'
  const digits = (status & NEGATIVE) !== 0 && shown.digits > 0 ? -shown.digits : shown.digits
  if ((status & OVERFLOW) !== 0) {
    return { digits: null, decimals, stable, overload: true, zero: null, beside: { frameValue: { digits, decimals } } }
  }
  return { digits, decimals, stable, overload: false, zero: (status & AT_ZERO) !== 0 }
}

/** Throws a RangeError for what six characters and four decimals cannot hold. */
export function gmWeightText(reading: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>): string {
  const out = reading.overload === true || reading.underload === true
  const shown = out || reading.digits === null ? null : numberOf(reading, 4)
  const status =
    GM_STATUS_BYTE |
    (reading.stable === false || (out && reading.stable !== true) ? 0 : STABLE) |
    (shown === null ? OVERFLOW : 0) |
    (reading.zero === true ? AT_ZERO : 0) |
    (shown !== null && shown.digits < 0 ? NEGATIVE : 0)
  const field = shown === null ? '  OFL ' : String(Number(zeroFilled(shown.digits, 6))).padStart(6)
  return `@${String.fromCharCode(status)}${field}`
}

/** The two decimal digits before the line's end at `end` agree with the sum of all from `from`. */
export function gmChecks(bytes: Uint8Array, from: number, end: number): boolean {
  const check = sumOf(bytes, from, end - 2) % 100
  return byteAt(bytes, end - 2) === ZERO + Math.floor(check / 10) && byteAt(bytes, end - 1) === ZERO + (check % 10)
}

export const endsLine = (bytes: Uint8Array, at: number): boolean => byteAt(bytes, at) === CR && byteAt(bytes, at + 1) === LF

/** A whole frame from its 02 to CR LF. */
export function gmFramed(text: string): Uint8Array {
  const checked = bytesOfText(`\x02${text}`)
  return bytesOfText(`\x02${text}${String(sumOf(checked, 0, checked.length) % 100).padStart(2, '0')}\r\n`)
}
