import Type from 'typebox'
import { byteAt, type Framing, type Judgement } from '../framing.ts'
import { newestQuestion } from './asked.ts'
import { BLANK, bytesOfText, ETX, hexOf, isCapital, isHexAt, NOTHING_SAID, placeOf, STX, textAt, xorOf, ZERO } from './characters.ts'
import { decoderOf } from './decoder-of.ts'
import type { DialectSettings, Reading, Remark, ScaleDialect, WeightMode } from './reading.ts'
import { textSetting, wordSetting, wordsSchema } from './settings.ts'
import { numberOf, shownNumber, whyNotShown, zeroFilled } from './shown-number.ts'

/**
 * Command mode of Yaohua XK3190 indicators (上海耀华 A9+, A23p, A26, DS1, DS3; parameter tF = 1) and of Keli XK3118K9-R and Optima
 * OP-905, which copy it. Question and answer are framed alike, of any length:
 *
 *   02 │ address A–Z │ command A–Z │ data │ XOR of everything since the address as two upper-case hexadecimal characters │ 03
 *
 *   question                     no data, 6 bytes
 *   B gross, C tare, D net       + or −, six digits, decimals 0–4: 14 bytes. K9-R may send seven characters with the point inside
 *   A handshake                  the question's very bytes: heard on a line it is taken for the answer
 *   E, F and others              no weight: truck number (A9+: five digits), cargo number (three, though its manual says 14 bytes),
 *                                price, amount. Read up to the 03
 *   N, X (OP-905)                cannot be executed, unknown command; a blank in place of the address means that there is none
 *
 * No status, no unit. XK3190-A23p manual p.24, A9+ p.11, XK3118K9-R p.9, OP-905 p.26; one captured answer. After a question allow
 * 300–700 ms; how long an indicator takes is documented nowhere.
 */
const QUESTION = 6
const ANSWER = 14
const LONGEST = 24
const MOST_DECIMALS = 4
const MODES: Readonly<Record<string, WeightMode>> = { B: 'gross', C: 'tare', D: 'net' }
const LETTERS: Readonly<Record<WeightMode, string>> = { gross: 'B', tare: 'C', net: 'D' }
const REFUSALS: Readonly<Record<string, string>> = { N: 'not-executable', X: 'unknown-command' }
const USUAL_ADDRESS = 'A'

const settingsSchema = Type.Object(
  {
    address: Type.Optional(Type.String({ pattern: '^[A-Z ]$', description: 'A to Z; a blank for OP-905 without one. Asked: A' })),
    ask: wordsSchema(['gross', 'net'], 'gross', 'which weight is asked for'),
  },
  { additionalProperties: false },
)

/** What is asked for: the simulated indicator, asked nothing, tells the same. */
const askedFor = (settings: DialectSettings | undefined): 'gross' | 'net' => wordSetting(settings, 'ask', ['gross', 'net'], 'gross')

/**
 * Whose answers are believed. With an address set, only that one's. Without, A is asked for its gross weight: an answer to that
 * question from elsewhere is a mismatch, while tares and nets overheard on a shared line are told with their address.
 */
const isForeign = (settings: DialectSettings | undefined, address: string, command: string): boolean =>
  address !== ' ' &&
  address !== textSetting(settings, 'address', USUAL_ADDRESS) &&
  (settings?.address !== undefined || command === LETTERS.gross)

function framing(settings?: DialectSettings): Framing<Reading | Remark> {
  return {
    starts: [STX],
    shortest: QUESTION,
    longest: LONGEST,
    judge(bytes, from, to, _over) {
      const addressed = byteAt(bytes, from + 1)
      if (!isCapital(addressed) && addressed !== BLANK) return 'bad-header'
      if (!isCapital(byteAt(bytes, from + 2))) return 'bad-header'
      const end = placeOf(ETX, bytes, from + 3, to)
      const restart = placeOf(STX, bytes, from + 3, end < 0 ? to : end)
      if (restart >= 0) return 'bad-length'
      if (end < 0) return to - from < LONGEST ? 'need-more' : 'bad-length'
      const length = end + 1 - from
      if (length < QUESTION) return 'bad-length'
      if (!isHexAt(xorOf(bytes, from + 1, end - 2), bytes, end - 2)) return 'bad-checksum'
      const address = textAt(bytes, from + 1, from + 2)
      const command = textAt(bytes, from + 2, from + 3)
      const refusal = REFUSALS[command]
      const isQuestion = length === QUESTION && command !== 'A' && refusal === undefined
      if (!isQuestion && isForeign(settings, address, command)) return 'address-mismatch'
      const mode = MODES[command]
      if (isQuestion) return { length, said: { remark: 'request', status: null, facts: { address, command } } }
      if (mode !== undefined) return length === ANSWER ? weight(bytes, from, mode, { address, command }) : 'bad-length'
      const data = textAt(bytes, from + 3, end - 2)
      return {
        length,
        said: { remark: 'reply', status: refusal ?? null, facts: { address, command, ...(data === '' ? {} : { data }) } },
      }
    },
  }
}

function weight(
  bytes: Uint8Array,
  from: number,
  mode: WeightMode,
  beside: { readonly address: string; readonly command: string },
): Judgement<Reading> {
  const sign = textAt(bytes, from + 3, from + 4)
  if (sign !== '+' && sign !== '-') return 'bad-number'
  const text = textAt(bytes, from + 4, from + 11)
  const decimals = byteAt(bytes, from + 10) - ZERO
  let said = shownNumber(sign + text)
  if (said === null) return whyNotShown(text)
  if (!text.includes('.')) {
    if (decimals > MOST_DECIMALS) return 'decimal-position-out-of-range'
    said = shownNumber(sign + text.slice(0, 6))
    if (said === null) return 'bad-digit'
    said = { ...said, decimals }
  }
  return { length: ANSWER, said: { ...NOTHING_SAID, ...said, mode, beside } }
}

const framed = (text: string): Uint8Array => {
  const inner = bytesOfText(text)
  return bytesOfText(`\x02${text}${hexOf(xorOf(inner, 0, inner.length))}\x03`)
}

/** Throws a RangeError for what the six digits and the decimals byte cannot hold; no number, no answer. */
function encode(reading: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>, settings?: DialectSettings): Uint8Array {
  if (reading.digits === null) return new Uint8Array(0)
  const { digits, decimals } = numberOf(reading, MOST_DECIMALS)
  const mode = reading.mode ?? askedFor(settings)
  const address = reading.beside?.address ?? textSetting(settings, 'address', USUAL_ADDRESS)
  return framed(`${address}${LETTERS[mode]}${digits < 0 ? '-' : '+'}${zeroFilled(digits, 6)}${decimals}`)
}

export const yaohuaCmd: ScaleDialect = {
  name: 'yaohua-cmd',
  about: '上海耀华 XK3190 指令方式 tF=1，柯力 XK3118K9-R / Yaohua XK3190 command mode, Keli XK3118K9-R, Optima OP-905',
  evidence: 'solid',
  distrustFirst: 0,
  longestFrame: ANSWER,
  eightBit: false,
  usual: { baud: 9600, data: 8, parity: 'none', stop: 1 },
  settings: settingsSchema,
  asking: {
    ask: (settings) => framed(textSetting(settings, 'address', USUAL_ADDRESS) + LETTERS[askedFor(settings)]),
    answerWithinMs: 500,
    answer(heard, reading, settings) {
      const own = textSetting(settings, 'address', USUAL_ADDRESS)
      const asked = newestQuestion(decoderOf(framing()), heard, ({ facts }) => facts.address === own || facts.address === ' ')
      const command = asked?.facts.command
      if (command === 'A') return framed(`${own}A`)
      const mode = typeof command === 'string' ? MODES[command] : undefined
      if (mode === undefined || asked?.remark !== 'request') return null
      return encode(mode === 'tare' ? tareOf(reading) : { ...reading, mode }, settings)
    },
  },
  decoder: (settings) => decoderOf(framing(settings)),
  encode,
}

const tareOf = ({ tare, decimals }: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>): Parameters<typeof encode>[0] => ({
  ...(tare ?? { digits: 0, decimals }),
  mode: 'tare',
})
