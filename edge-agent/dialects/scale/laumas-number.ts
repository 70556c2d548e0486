import type { Reading } from './reading.ts'
import { numberOf, shownNumber, shownText, whyNotShown } from './shown-number.ts'

export type LaumasWeight = Pick<Reading, 'digits' | 'decimals' | 'overload' | 'beside'>

/**
 * A weight field of Laumas instruments: zero filled, a minus in place of the first digit, the point among the digits only where the
 * instrument is set so (else `decimals` of the profile says where it stands). `O-L` is more than 9 divisions or 110 % above the range,
 * `O-F` a load cell fault or another alarm. Below −99999 the instrument shows minus and first digit in
 * turn, which no single frame betrays. LCB manual p.66, Rice Lake SCT-20 p.51.
 */
export function laumasWeight(text: string, decimals: number): LaumasWeight | 'bad-digit' | 'bad-number' {
  const word = text.trim()
  if (word === 'O-L') return { digits: null, decimals: null, overload: true }
  if (word === 'O-F') return { digits: null, decimals: null, overload: null, beside: { valid: false } }
  const shown = shownNumber(text.trimStart())
  if (shown === null) return whyNotShown(text)
  return { ...shown, decimals: text.includes('.') ? shown.decimals : decimals, overload: null }
}

/** Six digits; with `point` a seventh character for it. Throws a RangeError for what they cannot hold. */
export function laumasText(reading: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>, point: boolean): string {
  if (reading.overload === true || reading.underload === true) return '  O-L '
  if (reading.digits === null) return '  O-F '
  const { digits, decimals } = numberOf(reading, 5)
  return point && decimals > 0 ? shownText({ digits, decimals }, 7) : shownText({ digits, decimals: 0 }, 6)
}
