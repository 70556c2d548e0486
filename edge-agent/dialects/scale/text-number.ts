import { byteAt } from '../framing.ts'
import { decimalText } from './exact.ts'
import type { Exact } from './reading.ts'

/** How a number stands in its columns. */
export interface NumberShape {
  /** The least significant character first. */
  readonly reversed: boolean
  /** Where blanks may stand: nowhere, before the number, before and behind it, or anywhere (they are passed over). */
  readonly blanks: 'none' | 'leading' | 'around' | 'inside'
  /** Whether a sign may stand among the characters, in front of the first digit. */
  readonly signed: boolean
  /** The characters a decimal mark may be: `.`, `,` or both; empty where there is never one. */
  readonly marks: string
  /** What fills the columns in front when written. */
  readonly pad: '0' | ' '
  /** What stands last in a number without decimals: nothing of the kind, a blank, or its mark. */
  readonly whole: 'plain' | 'blank' | 'mark'
}

export const PLAIN_NUMBER: NumberShape = {
  reversed: false,
  blanks: 'leading',
  signed: false,
  marks: '.',
  pad: ' ',
  whole: 'plain',
}

const POINT = 0x2e
const COMMA = 0x2c
const PLUS = 0x2b
const MINUS = 0x2d
const BLANK = 0x20
const ZERO = 0x30
const NINE = 0x39

/**
 * The number in `width` columns from `from` on. `bad-digit`: a character no number of this shape has; `bad-number`: they are of the
 * right kind and make no number. Minus zero is zero.
 */
export function readNumber(bytes: Uint8Array, from: number, width: number, shape: NumberShape): Exact | 'bad-digit' | 'bad-number' {
  const { reversed, blanks, marks, signed } = shape
  let digits = 0
  let count = 0
  let decimals = -1
  let negative = false
  let signs = 0
  let ended = false
  let wellMade = true
  for (let i = 0; i < width; i++) {
    const byte = byteAt(bytes, reversed ? from + width - 1 - i : from + i)
    if (byte >= ZERO && byte <= NINE) {
      if (ended) wellMade = false
      digits = digits * 10 + (byte - ZERO)
      count++
      if (decimals >= 0) decimals++
    } else if (byte === BLANK) {
      if (blanks === 'none') return 'bad-digit'
      if (blanks !== 'inside' && (count > 0 || decimals >= 0)) {
        ended = true
        if (blanks !== 'around') wellMade = false
      }
    } else if (byte === POINT || byte === COMMA) {
      if (!marks.includes(byte === POINT ? '.' : ',')) return 'bad-digit'
      if (decimals >= 0 || ended) wellMade = false
      decimals = 0
    } else if (byte === MINUS || byte === PLUS) {
      if (!signed || signs > 0 || count > 0 || decimals >= 0) wellMade = false
      signs++
      negative = byte === MINUS
    } else return 'bad-digit'
  }
  if (!wellMade || count === 0) return 'bad-number'
  return { digits: negative && digits > 0 ? -digits : digits, decimals: Math.max(0, decimals) }
}

/** The number in exactly `width` columns. Throws a RangeError for one that does not fit. */
export function writeNumber(exact: Exact, width: number, { reversed, signed, marks, pad, whole }: NumberShape): string {
  const { digits, decimals } = exact
  if (!Number.isSafeInteger(digits) || !Number.isInteger(decimals) || decimals < 0 || (decimals > 0 && marks === ''))
    throw new RangeError(`${digits} with ${decimals} decimals cannot be sent`)
  const minus = digits < 0 ? '-' : ''
  if (minus && !signed) throw new RangeError(`${digits} has no place for its sign`)
  const plain = decimalText({ digits: Math.abs(digits), decimals }).replace('.', marks.slice(0, 1))
  const body = decimals > 0 || whole === 'plain' ? plain : plain + (whole === 'blank' ? ' ' : marks.slice(0, 1))
  const text = pad === '0' ? minus + body.padStart(width - minus.length, '0') : (minus + body).padStart(width)
  if (text.length > width) throw new RangeError(`${decimalText(exact)} does not fit ${width} characters`)
  return reversed ? [...text].reverse().join('') : text
}
