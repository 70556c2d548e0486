import Type from 'typebox'
import { byteAt, type Framing, type Judgement, scanner } from '../framing.ts'
import type { Reading, ScaleDialect } from './reading.ts'

/**
 * Continuous output of Yaohua XK3190 indicators (上海耀华 A1, A9, A12, A23p, A26, DS1, DS3 and their many copies; parameter tF = 0):
 *
 *   02 │ + or − │ six digits │ decimals 0–4 │ XOR of bytes 1–8 as two upper-case hexadecimal characters │ 03
 *
 * It carries no unit, no stability and no mode: the unit is configuration, stability is computed from several readings. What an
 * overloaded indicator sends is documented nowhere; a stopped stream is silence, and encoding "no number" gives no bytes.
 * The XOR does not notice exchanged digits (001560 and 001650 agree), so one frame alone should decide nothing.
 */
const LENGTH = 12
const STX = 0x02
const ETX = 0x03
const PLUS = 0x2b
const MINUS = 0x2d
const ZERO = 0x30
const NINE = 0x39
const MOST_DECIMALS = 4
const HEX = '0123456789ABCDEF'

const framing: Framing<Reading> = {
  starts: [STX],
  shortest: LENGTH,
  longest: LENGTH,
  judge,
}

function judge(bytes: Uint8Array, from: number): Judgement<Reading> {
  const sign = byteAt(bytes, from + 1)
  const last = byteAt(bytes, from + LENGTH - 1)
  // Between two marks and yet without a sign it is a frame gone wrong; else 02 began none.
  if (sign !== PLUS && sign !== MINUS) return last === ETX && isPrintable(sign) ? 'bad-number' : 'noise'
  let xor = sign
  let digits = 0
  for (let at = from + 2; at < from + 8; at++) {
    const digit = byteAt(bytes, at)
    if (digit < ZERO || digit > NINE) return isEdge(digit) ? 'bad-length' : 'bad-digit'
    xor ^= digit
    digits = digits * 10 + (digit - ZERO)
  }
  const decimals = byteAt(bytes, from + 8)
  if (decimals < ZERO || decimals > NINE) return isEdge(decimals) ? 'bad-length' : 'bad-digit'
  if (decimals > ZERO + MOST_DECIMALS) return 'decimal-position-out-of-range'
  xor ^= decimals
  const high = byteAt(bytes, from + 9)
  const low = byteAt(bytes, from + 10)
  if (isEdge(high) || isEdge(low)) return 'bad-length'
  const isRight = high === HEX.charCodeAt(xor >> 4) && low === HEX.charCodeAt(xor & 15)
  // Neither the check nor the end where they belong: a byte too many or too few.
  if (last !== ETX) return isRight && last !== STX ? 'bad-frame' : 'bad-length'
  if (!isRight) return 'bad-checksum'
  return {
    length: LENGTH,
    said: reading(sign === MINUS && digits > 0 ? -digits : digits, decimals - ZERO),
  }
}

/** 02 and 03 occur at a frame's ends only: one inside means that bytes were lost. */
const isEdge = (byte: number): boolean => byte === STX || byte === ETX
const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f

const reading = (digits: number, decimals: number): Reading => ({
  digits,
  decimals,
  unit: null,
  stable: null,
  mode: null,
  overload: null,
  underload: null,
  zero: null,
  tare: null,
})

/** Throws a RangeError for what the six digits and the decimals byte cannot hold. */
function encode({ digits, decimals: point }: Pick<Reading, 'digits' | 'decimals'>): Uint8Array {
  if (digits === null) return new Uint8Array(0)
  const decimals = point ?? 0
  if (!Number.isInteger(digits) || Math.abs(digits) > 999_999) throw new RangeError(`${digits} does not fit six digits`)
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > MOST_DECIMALS) throw new RangeError(`${decimals} decimals cannot be sent`)
  const checked = `${digits < 0 ? '-' : '+'}${String(Math.abs(digits)).padStart(6, '0')}${decimals}`
  const frame = new Uint8Array(LENGTH)
  let xor = 0
  for (let i = 0; i < checked.length; i++) {
    frame[i + 1] = checked.charCodeAt(i)
    xor ^= checked.charCodeAt(i)
  }
  frame[0] = STX
  frame[9] = HEX.charCodeAt(xor >> 4)
  frame[10] = HEX.charCodeAt(xor & 15)
  frame[11] = ETX
  return frame
}

/** The XOR lets frames be believed from the first one on. */
export const yaohuaTf0: ScaleDialect = {
  name: 'yaohua-tf0',
  about: '上海耀华 XK3190 连续方式 tF=0 / Yaohua XK3190 continuous, and its many copies',
  evidence: 'solid',
  distrustFirst: 0,
  longestFrame: LENGTH,
  eightBit: false,
  usual: { baud: 9600, data: 8, parity: 'none', stop: 1 },
  settings: Type.Object({}, { additionalProperties: false }),
  asking: null,
  decoder: () => scanner(framing),
  encode,
}
