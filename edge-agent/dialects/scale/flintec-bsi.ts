import Type from 'typebox'
import type { Framing } from '../framing.ts'
import { newestQuestion } from './asked.ts'
import { bytesOfText, CR, LF, placeOf, textAt } from './characters.ts'
import { decoderOf } from './decoder-of.ts'
import { flintecCheck, flintecLine, flintecMeaning } from './flintec-line.ts'
import { habit } from './habit.ts'
import type { DialectSettings, Reading, Remark, ScaleDialect } from './reading.ts'
import { textSetting, wordSetting, wordsSchema } from './settings.ts'
import { numberOf, shownText } from './shown-number.ts'

/**
 * Flintec BSI (FT-10, FT-11, FT-111, FT-112, FAD-40):
 *
 *   question          [address] │ command │ [check] │ 0D 0A
 *   with a weight     [address] │ command │ status │ sign │ weight, eight characters, zero filled, with the point │ [check] │ 0D 0A
 *   without           [address] │ command │ status │ [check] │ 0D 0A             A: three signs and weights, net, tare and gross
 *
 * Address: two digits, left out when it is 00. Commands: I displayed now, P when stable, B gross, X finer, A all, T tare, Z zero …
 * Status: S stable, D moving, I in range, + over, − under, O converter, H and L voltage, M mean, A done, N not done, E error, X not
 * understood. Check: 0 − the sum of all bytes before it, as two (here upper-case) hexadecimal characters; switched on at the indicator.
 * FT-112 manual p.112–114, FT-10 Fill p.74, FT-111 p.91–92, FAD-40 p.23; no capture.
 *
 * Once a check was heard, lines without are not believed any more (until three running had none): a line that lost two characters in
 * its middle would otherwise pass for one.
 */
const SHORTEST = 3
const LONGEST = 36
const LETTERS_AND_DIGITS = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((character) => character.charCodeAt(0))
const CHECKING = ['auto', 'always', 'never'] as const

function framing(settings?: DialectSettings): Framing<Reading | Remark> {
  const set = wordSetting(settings, 'checksum', CHECKING, 'auto')
  const checked = habit<true>(1)
  return {
    starts: LETTERS_AND_DIGITS,
    shortest: SHORTEST,
    longest: LONGEST,
    lineEnd: LF,
    judge(bytes, from, to) {
      const end = placeOf(CR, bytes, from, to)
      if (end < 0 || to < end + 2) return to - from < LONGEST ? 'need-more' : 'noise'
      const text = textAt(bytes, from, end)
      if (!/^[ -~]*$/.test(text)) return 'noise'
      if (bytes[end + 1] !== LF) return 'bad-frame'
      const line = flintecLine(text, set === 'never')
      if (typeof line === 'string') return line
      const said = flintecMeaning(line)
      if (typeof said === 'string') return said
      const whole = { length: end + 2 - from, said }
      // The check of questions is switched on apart from that of answers.
      if ('remark' in said && said.remark === 'request') return whole
      const mustCheck = set === 'always' || (set === 'auto' && checked.known() === true)
      if (!line.isChecked && mustCheck) {
        checked.missed()
        return 'bad-length'
      }
      if ((settings?.address ?? line.address ?? '00') !== (line.address ?? '00')) return 'address-mismatch'
      if (line.isChecked) checked.seen(true)
      return whole
    },
  }
}

const addressOf = (settings: DialectSettings | undefined): string => {
  const address = textSetting(settings, 'address', '01')
  return address === '00' ? '' : address
}
const askedFor = (settings: DialectSettings | undefined): 'I' | 'P' | 'B' => wordSetting(settings, 'ask', ['I', 'P', 'B'], 'I')
function framed(text: string, settings: DialectSettings | undefined): Uint8Array {
  return bytesOfText(`${text}${wordSetting(settings, 'checksum', CHECKING, 'auto') === 'never' ? '' : flintecCheck(text)}\r\n`)
}

/** Throws a RangeError for what eight characters cannot hold. Without a number to send it answers E, error. */
function encode(reading: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>, settings?: DialectSettings): Uint8Array {
  const head = `${addressOf(settings)}${reading.beside?.command ?? askedFor(settings)}`
  const out = reading.overload === true ? '+' : reading.underload === true ? '-' : null
  const sent = reading.digits === null ? reading.beside?.frameValue : numberOf(reading, 6)
  if (sent === undefined) return framed(`${head}${out ?? 'E'}`, settings)
  const status = out ?? (reading.stable === true ? 'S' : reading.stable === false ? 'D' : 'I')
  const magnitude = shownText({ digits: Math.abs(sent.digits), decimals: sent.decimals }, 8)
  return framed(`${head}${status}${sent.digits < 0 ? '-' : '+'}${magnitude}`, settings)
}

export const flintecBsi: ScaleDialect = {
  name: 'flintec-bsi',
  about: 'Flintec FT-10/FT-11/FT-111/FT-112/FAD-40 BSI',
  evidence: 'fair',
  distrustFirst: 1,
  longestFrame: LONGEST,
  eightBit: false,
  usual: { baud: 9600, data: 8, parity: 'none', stop: 1 },
  settings: Type.Object(
    {
      address: Type.Optional(Type.String({ pattern: '^[0-9]{2}$', description: '00: lines have none. Asked: 01' })),
      ask: wordsSchema(['I', 'P', 'B'], 'I', 'I displayed now, P when stable, B gross'),
      checksum: wordsSchema(CHECKING, 'auto', 'auto: asked with a check, answered with or without'),
    },
    { additionalProperties: false },
  ),
  asking: {
    ask: (settings) => framed(addressOf(settings) + askedFor(settings), settings),
    answerWithinMs: 500,
    answer(heard, reading, settings) {
      const own = addressOf(settings)
      const asked = newestQuestion(
        decoderOf(framing()),
        heard,
        ({ remark, facts }) => remark === 'request' && (facts.address ?? '') === own,
      )
      const command = asked?.facts.command
      if (command !== 'I' && command !== 'P' && command !== 'B') return null
      return encode({ ...reading, beside: { ...reading.beside, command } }, settings)
    },
  },
  decoder: (settings) => decoderOf(framing(settings)),
  encode,
}
