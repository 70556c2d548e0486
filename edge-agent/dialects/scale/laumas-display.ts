import Type from 'typebox'
import { byteAt, type Framing, scanner } from '../framing.ts'
import { bytesOfText, CR, hexOf, isHexAt, NOTHING_SAID, placeOf, textAt, xorOf } from './characters.ts'
import { type LaumasWeight, laumasText, laumasWeight } from './laumas-number.ts'
import type { DialectSettings, Reading, ScaleDialect } from './reading.ts'
import { decimalsSchema, numberSetting, wordSetting, wordsSchema } from './settings.ts'

/**
 * Remote display string of Laumas instruments (TLB, TLU, W100, LCB; also Bosche WTS, Rice Lake SCT-20), ten times a second:
 *
 *   & N │ net, six characters │ L │ gross, six │ \ │ XOR of all between & and \ as two upper-case hexadecimal characters │ 0D
 *
 * Both fields as in laumas-number.ts; with a point they are seven characters. TLU manual p.26.
 */
const FIELD = 6
const SHORTEST = 19
const LONGEST = 21
const AMPERSAND = 0x26
const BACKSLASH = 0x5c

function framing(settings?: DialectSettings): Framing<Reading> {
  const decimals = numberSetting(settings, 'decimals', 0)
  const wanted = wordSetting(settings, 'weight', ['net', 'gross'], 'net')
  return {
    starts: [AMPERSAND],
    shortest: SHORTEST,
    longest: LONGEST,
    judge(bytes, from, to) {
      if (textAt(bytes, from + 1, from + 2) !== 'N') return 'noise'
      const end = placeOf(CR, bytes, from + 2, to)
      if (placeOf(AMPERSAND, bytes, from + 2, end < 0 ? to : end) >= 0) return 'bad-length'
      if (end < 0) return to - from < LONGEST ? 'need-more' : 'bad-length'
      const mark = end - 3
      if (end + 1 - from < SHORTEST) return 'bad-length'
      if (byteAt(bytes, mark) !== BACKSLASH) return 'bad-frame'
      if (!isHexAt(xorOf(bytes, from + 1, mark), bytes, mark + 1)) return 'bad-checksum'
      // The letter, not a width, parts the fields: each may have a point or none.
      const middle = [from + 2 + FIELD, from + 3 + FIELD].find((at) => textAt(bytes, at, at + 1) === 'L' && isField(mark - at - 1))
      if (middle === undefined) return 'bad-frame'
      const net = laumasWeight(textAt(bytes, from + 2, middle), decimals)
      const gross = laumasWeight(textAt(bytes, middle + 1, mark), decimals)
      if (typeof net === 'string') return net
      if (typeof gross === 'string') return gross
      const [shown, other, name] = wanted === 'net' ? [net, gross, 'gross' as const] : [gross, net, 'net' as const]
      return {
        length: end + 1 - from,
        said: { ...NOTHING_SAID, ...shown, mode: wanted, beside: { ...shown.beside, ...beside(name, other) } },
      }
    },
  }
}

const isField = (width: number): boolean => width === FIELD || width === FIELD + 1
const beside = (name: 'gross' | 'net', { digits, decimals }: LaumasWeight): Reading['beside'] =>
  digits === null ? {} : { [name]: { digits, decimals: decimals ?? 0 } }

/** Throws a RangeError for what six digits cannot hold. */
function encode(reading: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>, settings?: DialectSettings): Uint8Array {
  const point = settings?.point === true
  const net = reading.mode === 'gross' ? (reading.beside?.net ?? reading) : reading
  const gross = reading.mode === 'gross' ? reading : (reading.beside?.gross ?? reading)
  const checked = `N${laumasText(net, point)}L${laumasText(gross, point)}`
  const bytes = bytesOfText(checked)
  return bytesOfText(`&${checked}\\${hexOf(xorOf(bytes, 0, bytes.length))}\r`)
}

export const laumasDisplay: ScaleDialect = {
  name: 'laumas-display',
  about: 'Laumas TLB/TLU/W100、Bosche WTS 远程显示 / Laumas remote display string',
  evidence: 'solid',
  distrustFirst: 0,
  longestFrame: LONGEST,
  eightBit: false,
  usual: { baud: 9600, data: 8, parity: 'none', stop: 1 },
  settings: Type.Object(
    {
      weight: wordsSchema(['net', 'gross'], 'net', 'which of the two'),
      decimals: decimalsSchema(5),
      point: Type.Optional(Type.Boolean({ default: false, description: 'a simulated instrument sends the point' })),
    },
    { additionalProperties: false },
  ),
  asking: null,
  decoder: (settings) => scanner(framing(settings)),
  encode,
}
