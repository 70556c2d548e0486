import { isDigit, MINUS, PLUS, POINT, ZERO } from './characters.ts'
import type { Exact, Reading } from './reading.ts'

/**
 * A number as a display shows it: digits, at most one point among them, a sign in front where there is one ("-00020", "0013.45",
 * "+123."). Null for all else, blanks too. Minus zero is zero. By hand, because it is asked of every frame of a dozen families.
 */
export function shownNumber(text: string): Exact | null {
  const first = text.charCodeAt(0)
  let digits = 0
  let count = 0
  let point = -1
  for (let at = first === PLUS || first === MINUS ? 1 : 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (isDigit(character)) {
      digits = digits * 10 + character - ZERO
      count++
    } else if (character === POINT && point < 0) point = count
    else return null
  }
  if (count === 0 || !Number.isSafeInteger(digits)) return null
  return { digits: first === MINUS && digits > 0 ? -digits : digits, decimals: point < 0 ? 0 : count - point }
}

/** Why such text is no number: `bad-digit` for a character no number has, `bad-number` for the right ones put together wrongly. */
export const whyNotShown = (text: string): 'bad-digit' | 'bad-number' => (/[^0-9.+-]/.test(text.trimStart()) ? 'bad-digit' : 'bad-number')

/** The number of a reading to be sent. Throws a RangeError where there is none, or none that a display shows. */
export function numberOf({ digits, decimals }: Pick<Reading, 'digits' | 'decimals'>, mostDecimals: number): Exact {
  const places = decimals ?? 0
  if (digits === null || !Number.isSafeInteger(digits)) throw new RangeError(`${digits} is no number on a display`)
  if (!Number.isInteger(places) || places < 0 || places > mostDecimals) throw new RangeError(`${decimals} decimals cannot be sent`)
  return { digits, decimals: places }
}

/** So many digits with leading zeros, no sign and no point. Throws a RangeError for more. */
export function zeroFilled(digits: number, width: number): string {
  const text = String(Math.abs(digits)).padStart(width, '0')
  if (text.length > width) throw new RangeError(`${digits} does not fit ${width} digits`)
  return text
}

/** In so many characters, zero filled, the point among them where there are decimals, a minus in place of the first digit. */
export function shownText({ digits, decimals }: Exact, width: number): string {
  const places = width - (decimals > 0 ? 1 : 0)
  const text = digits < 0 ? `-${zeroFilled(digits, places - 1)}` : zeroFilled(digits, places)
  return decimals > 0 ? `${text.slice(0, -decimals)}.${text.slice(-decimals)}` : text
}
