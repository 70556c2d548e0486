import Type from 'typebox'
import { byteAt, type Framing, type Judgement, scanner } from '../framing.ts'
import { NOTHING_SAID } from './characters.ts'
import { habit } from './habit.ts'
import type { DialectSettings, Reading, ScaleDialect, WeightUnit } from './reading.ts'
import { wordSetting, wordsSchema } from './settings.ts'
import { numberOf, zeroFilled } from './shown-number.ts'

/**
 * FF and three bytes of packed decimals, lowest pair first. Shaky: two makers, two meanings of the same bits, no capture.
 *
 *            JCS-B (悦升, 6 bytes)                              HT9800 (5 bytes)
 *   FF
 *   bits     2–0 decimals + 1 (1 none … 4 three)               2–0 decimals
 *            4–3 mode, 00 weighing; 5 negative                 4 stable; 5 negative
 *            6 stable; 7 overflow                              7 overflow
 *   BCD × 3
 *   unit     0 kg, 1 lb                                        none
 *
 * A profile says which (`bits`). Without, the length tells: five or six bytes between two FF, as FF can stand nowhere else; the first
 * whole frame sets the length, so that a longer frame which lost its last byte does not pass for the other maker's. JCS-B manual p.6,
 * a published protocol note, a comment in a program for the HT9800.
 */
const START = 0xff
const JCS_B = 6
const HT9800 = 5
type Bits = 'jcs-b' | 'ht9800'
const BITS = ['by-length', 'jcs-b', 'ht9800'] as const

function framing(settings?: DialectSettings): Framing<Reading> {
  const set = wordSetting(settings, 'bits', BITS, 'by-length')
  const heard = habit<Bits>(1)
  return {
    starts: [START],
    shortest: HT9800,
    longest: JCS_B,
    judge(bytes, from, to, over) {
      const follows = to > from + HT9800 ? byteAt(bytes, from + HT9800) : null
      if (placeBefore(START, bytes, from)) return 'bad-length'
      if (follows === null && !over && set !== 'ht9800') return 'need-more'
      const found: Bits = follows === 0 || follows === 1 ? 'jcs-b' : 'ht9800'
      const known = set === 'by-length' ? heard.known() : set
      const bits = set === 'ht9800' ? set : found
      if (follows !== null && follows > 1 && follows !== START && set !== 'ht9800') return 'bad-unit'
      if (known !== null && bits !== known) {
        heard.missed()
        return 'bad-length'
      }
      const judged = bits === 'jcs-b' ? jcsB(bytes, from) : ht9800(bytes, from)
      if (typeof judged === 'object') heard.seen(bits)
      return judged
    },
  }
}

const placeBefore = (byte: number, bytes: Uint8Array, from: number): boolean =>
  [1, 2, 3, 4].some((place) => byteAt(bytes, from + place) === byte)

function packed(bytes: Uint8Array, from: number): number | null {
  let value = 0
  for (let at = from + 4; at > from + 1; at--) {
    const high = byteAt(bytes, at) >> 4
    const low = byteAt(bytes, at) & 15
    if (high > 9 || low > 9) return null
    value = value * 100 + high * 10 + low
  }
  return value
}

function jcsB(bytes: Uint8Array, from: number): Judgement<Reading> {
  const status = byteAt(bytes, from + 1)
  // Counting and percent: the number is no weight.
  if ((status & 0x18) !== 0) return 'bad-status'
  const decimals = (status & 7) - 1
  return judged(bytes, from, {
    length: JCS_B,
    status,
    decimals: decimals <= 5 ? decimals : -1,
    stable: (status & 0x40) !== 0,
    unit: byteAt(bytes, from + 5) === 0 ? 'kg' : 'lb',
  })
}

function ht9800(bytes: Uint8Array, from: number): Judgement<Reading> {
  const status = byteAt(bytes, from + 1)
  const decimals = status & 7
  return judged(bytes, from, { length: HT9800, status, decimals: decimals <= 5 ? decimals : -1, stable: (status & 0x10) !== 0, unit: null })
}

function judged(
  bytes: Uint8Array,
  from: number,
  frame: {
    readonly length: number
    readonly status: number
    readonly decimals: number
    readonly stable: boolean
    readonly unit: WeightUnit | null
  },
): Judgement<Reading> {
  const { length, status, decimals, stable, unit } = frame
  if (decimals < 0) return 'decimal-position-out-of-range'
  const said = { ...NOTHING_SAID, unit, stable }
  // On overflow the pairs are nines or worse: no number at all.
  if ((status & 0x80) !== 0) return { length, said: { ...said, overload: true } }
  const value = packed(bytes, from)
  if (value === null) return 'bad-digit'
  return { length, said: { ...said, digits: (status & 0x20) !== 0 && value > 0 ? -value : value, decimals, overload: false } }
}

/** Throws a RangeError for what six digits, and the units of the maker, cannot say. */
function encode(reading: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>, settings?: DialectSettings): Uint8Array {
  const bits = wordSetting(settings, 'bits', BITS, 'by-length') === 'ht9800' ? 'ht9800' : 'jcs-b'
  const isOut = reading.overload === true || reading.underload === true || reading.digits === null
  const { digits, decimals } = isOut ? { digits: 0, decimals: 0 } : numberOf(reading, 5)
  if (bits === 'jcs-b' && reading.unit && reading.unit !== 'kg' && reading.unit !== 'lb')
    throw new RangeError(`${reading.unit} cannot be sent`)
  const pairs = isOut ? '999999' : zeroFilled(digits, 6)
  const stable = reading.stable === true ? (bits === 'jcs-b' ? 0x40 : 0x10) : 0
  const status = (bits === 'jcs-b' ? decimals + 1 : decimals) | (digits < 0 ? 0x20 : 0) | stable | (isOut ? 0x80 : 0)
  const frame = [START, status, ...[4, 2, 0].map((at) => Number.parseInt(pairs.slice(at, at + 2), 16))]
  return Uint8Array.from(bits === 'jcs-b' ? [...frame, reading.unit === 'lb' ? 1 : 0] : frame)
}

export const bcdFf: ScaleDialect = {
  name: 'bcd-ff',
  about: '悦升 JCS-B、HT9800 BCD 格式 / JCS-B and HT9800, FF and packed decimals',
  evidence: 'shaky',
  distrustFirst: 2,
  longestFrame: JCS_B,
  eightBit: true,
  usual: { baud: 9600, data: 8, parity: 'none', stop: 1 },
  settings: Type.Object({ bits: wordsSchema(BITS, 'by-length', 'whose status bits') }, { additionalProperties: false }),
  asking: null,
  decoder: (settings) => scanner(framing(settings)),
  encode,
}
