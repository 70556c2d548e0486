import Type from 'typebox'
import { byteAt, type Framing, type Judgement } from '../framing.ts'
import { newestQuestion } from './asked.ts'
import { bytesOfText, ETX, NOTHING_SAID, STX, textAt } from './characters.ts'
import { decoderOf } from './decoder-of.ts'
import type { DialectSettings, Reading, Remark, ScaleDialect, WeightMode } from './reading.ts'
import { wordSetting, wordsSchema } from './settings.ts'
import { numberOf, shownNumber, shownText, whyNotShown } from './shown-number.ts'

/**
 * Keli XK3118T1 on request (宁波柯力, output mode 5):
 *
 *   question  02 │ A gross, B net, C tare, D to zero, E to tare │ 03
 *   answer    02 │ GW: NW: or TW: │ seven characters: zero filled, the point among them, a sign in front where negative │ (kg) │ 03
 *
 * The letters are not those of Yaohua, where B is gross. D and E are answered by their own letter: those three bytes are taken for the
 * answer. No check and no status. From four independent programs; no manual page was readable.
 */
const QUESTION = 3
const ANSWER = 16
const MODES: Readonly<Record<string, WeightMode>> = { G: 'gross', N: 'net', T: 'tare' }
const TAGS: Readonly<Record<WeightMode, string>> = { gross: 'GW:', net: 'NW:', tare: 'TW:' }
const LETTERS: Readonly<Record<WeightMode, string>> = { gross: 'A', net: 'B', tare: 'C' }

const askedFor = (settings: DialectSettings | undefined): 'gross' | 'net' => wordSetting(settings, 'ask', ['gross', 'net'], 'gross')

const framing: Framing<Reading | Remark> = { starts: [STX], shortest: QUESTION, longest: ANSWER, judge }

function judge(bytes: Uint8Array, from: number, to: number): Judgement<Reading | Remark> {
  const command = textAt(bytes, from + 1, from + 2)
  if (command >= 'A' && command <= 'E') {
    if (byteAt(bytes, from + 2) !== ETX) return 'bad-frame'
    const remark = command < 'D' ? 'request' : 'reply'
    return { length: QUESTION, said: { remark, status: remark === 'reply' ? 'ok' : null, facts: { command } } }
  }
  const mode = MODES[command]
  if (mode === undefined) return 'bad-header'
  for (let at = from + 2; at < Math.min(to, from + ANSWER); at++) {
    const byte = byteAt(bytes, at)
    if (byte === STX || (byte === ETX && at < from + ANSWER - 1)) return 'bad-length'
  }
  if (to < from + ANSWER) return 'need-more'
  if (textAt(bytes, from + 2, from + 4) !== 'W:') return 'bad-header'
  if (byteAt(bytes, from + ANSWER - 1) !== ETX) return 'bad-frame'
  if (textAt(bytes, from + 11, from + 15) !== '(kg)') return 'bad-unit'
  const text = textAt(bytes, from + 4, from + 11)
  const shown = shownNumber(text)
  if (shown === null) return whyNotShown(text)
  return { length: ANSWER, said: { ...NOTHING_SAID, ...shown, unit: 'kg', mode } }
}

/** Throws a RangeError for what seven characters cannot hold; no number, no answer. */
function encode(reading: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>, settings?: DialectSettings): Uint8Array {
  if (reading.digits === null) return new Uint8Array(0)
  if (reading.unit !== undefined && reading.unit !== null && reading.unit !== 'kg') throw new RangeError(`${reading.unit} cannot be sent`)
  return bytesOfText(`\x02${TAGS[reading.mode ?? askedFor(settings)]}${shownText(numberOf(reading, 5), 7)}(kg)\x03`)
}

export const keliCmd: ScaleDialect = {
  name: 'keli-xk3118t1-cmd',
  about: '宁波柯力 XK3118T1 应答方式 / Keli XK3118T1 on request',
  evidence: 'fair',
  distrustFirst: 1,
  longestFrame: ANSWER,
  eightBit: false,
  usual: { baud: 9600, data: 8, parity: 'none', stop: 1 },
  settings: Type.Object({ ask: wordsSchema(['gross', 'net'], 'gross', 'which weight is asked for') }, { additionalProperties: false }),
  asking: {
    ask: (settings) => bytesOfText(`\x02${LETTERS[askedFor(settings)]}\x03`),
    answerWithinMs: 500,
    answer(heard, reading) {
      const command = newestQuestion(decoderOf(framing), heard, () => true)?.facts.command
      if (command === 'D' || command === 'E') return bytesOfText(`\x02${command}\x03`)
      if (command === 'C') return encode({ ...(reading.tare ?? { digits: 0, decimals: reading.decimals }), mode: 'tare' })
      return command === 'A' || command === 'B' ? encode({ ...reading, mode: command === 'A' ? 'gross' : 'net' }) : null
    },
  },
  decoder: () => decoderOf(framing),
  encode,
}
