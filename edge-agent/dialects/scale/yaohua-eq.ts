import Type from 'typebox'
import { byteAt, type Framing, type Judgement, scanner } from '../framing.ts'
import { bytesOfText, isDigit, MINUS, NOTHING_SAID, POINT, textAt } from './characters.ts'
import type { Reading, ScaleDialect, WeightUnit } from './reading.ts'
import { numberSetting } from './settings.ts'
import { USUAL_LINE } from './text-dialect.ts'
import { type NumberShape, PLAIN_NUMBER, readNumber, writeNumber } from './text-number.ts'

/**
 * The `=` formats of Yaohua XK3190 indicators (A12, A23p p. 21, A26 p. 10–11, DS1 …), 9 bytes, the number with its point:
 *
 *   reversed   = │ seven characters, the least significant first, zero filled │ 0 or −        `=00.1000-` is −1.00
 *   forward    = │ 0 or − │ seven characters, the most significant first                      `=-0001.00` is −1.00
 *
 * Price variants add `kg;unit price;amount`. No checksum, no status, no unit. Which of the two it is cannot be seen in a frame: every
 * positive weight that ends in 0 reads both ways (`=08654000` is 45680 or 8654000), so they are two dialects and the choice is the
 * profile's. The number of the format in the indicator's menu differs between models (1 on the A26, 2 on the A23p).
 *
 * A frame has no end of its own. It is believed when the byte behind it could not be part of the number, or the line is quiet: nine
 * characters of a joined or lengthened one are no weight.
 */
export const EQUALS = 0x3d
const LONGEST_FIELD = 9
const SEMICOLON = 0x3b
const PRICED = /^(kg|lb|t|g)?;[0-9.]{1,9};[0-9.]{1,9}$/
const LONGEST_PRICES = 2 + 2 * (1 + LONGEST_FIELD)

const FORWARD: NumberShape = { ...PLAIN_NUMBER, blanks: 'none', signed: true, pad: '0' }
/** Zero filled, the sign foremost, read from the end. */
export const REVERSED: NumberShape = { ...FORWARD, reversed: true }

export const isNumeric = (byte: number): boolean => isDigit(byte) || byte === POINT || byte === MINUS

const leading = (shape: NumberShape, width: number): Framing<Reading> => ({
  starts: [EQUALS],
  shortest: width + 1,
  longest: 1 + width + LONGEST_PRICES + 1,
  judge(bytes, from, to, over): Judgement<Reading> {
    const end = from + 1 + width
    for (let at = from + 1; at < end; at++) if (byteAt(bytes, at) === EQUALS) return 'bad-length'
    const exact = readNumber(bytes, from + 1, width, shape)
    if (typeof exact === 'string') return exact
    if (end === to) return over ? { length: width + 1, said: { ...NOTHING_SAID, ...exact } } : 'need-more'
    if (isNumeric(byteAt(bytes, end))) return 'bad-length'
    const priced = pricesAt(bytes, end, to, over)
    if (priced === null) return 'need-more'
    return { length: width + 1 + priced.length, said: { ...NOTHING_SAID, ...exact, unit: priced.unit } }
  },
})

/** `kg;unit price;amount` behind a weight: its length, 0 where there is none, null while that cannot be known. */
function pricesAt(bytes: Uint8Array, from: number, to: number, over: boolean): { length: number; unit: WeightUnit | null } | null {
  let at = from
  while (
    at < to &&
    at - from < LONGEST_PRICES &&
    (isNumeric(byteAt(bytes, at)) || byteAt(bytes, at) === SEMICOLON || isUnitLetter(byteAt(bytes, at)))
  )
    at++
  if (at === to && at - from < LONGEST_PRICES && !over) return null
  const [, spelt] = PRICED.exec(textAt(bytes, from, at)) ?? []
  const is = spelt === 'kg' || spelt === 'lb' || spelt === 't' || spelt === 'g' ? spelt : null
  return { length: PRICED.test(textAt(bytes, from, at)) ? at - from : 0, unit: is }
}
const isUnitLetter = (byte: number): boolean => byte === 0x6b || byte === 0x67 || byte === 0x6c || byte === 0x62 || byte === 0x74

export const NO_STATUS = { distrustFirst: 1, eightBit: false, usual: USUAL_LINE, asking: null } as const
const WIDTH = 8

const leadingDialect = (name: string, about: string, shape: NumberShape): ScaleDialect => ({
  ...NO_STATUS,
  name,
  about,
  evidence: 'solid',
  longestFrame: WIDTH + 1,
  settings: Type.Object(
    { numberWidth: Type.Optional(Type.Integer({ minimum: 6, maximum: 10, default: WIDTH, description: 'Characters behind the =' })) },
    { additionalProperties: false },
  ),
  decoder: (settings) => scanner(leading(shape, numberSetting(settings, 'numberWidth', WIDTH))),
  encode: ({ digits, decimals }, settings) =>
    digits === null
      ? new Uint8Array(0)
      : bytesOfText(`=${writeNumber({ digits, decimals: decimals ?? 0 }, numberSetting(settings, 'numberWidth', WIDTH), shape)}`),
})

export const yaohuaEqReversed = leadingDialect('yaohua-eq-reversed', '上海耀华 = 反序 / Yaohua =, least significant first', REVERSED)
export const yaohuaEqForward = leadingDialect('yaohua-eq-forward', '上海耀华 = 正序 / Yaohua =, most significant first', FORWARD)
