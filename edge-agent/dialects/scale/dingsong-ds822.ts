import Type from 'typebox'
import { byteAt, type Framing } from '../framing.ts'
import { newestQuestion } from './asked.ts'
import { bytesOfText, ETX, isCapital, placeOf, STX, textAt, xorOf, ZERO } from './characters.ts'
import { decoderOf } from './decoder-of.ts'
import { dingsongDisplay, dingsongWeight } from './dingsong-answers.ts'
import type { DialectSettings, Reading, RejectReason, Remark, ScaleDialect } from './reading.ts'
import { textSetting, wordSetting, wordsSchema } from './settings.ts'
import { numberOf, zeroFilled } from './shown-number.ts'

/**
 * Dingsong DS822 and 4821 (鼎松), outputs other than 4 (that one is `mt-continuous`):
 *
 *   02 │ address A–Z │ A, B, C (question) or a, b, c (answer) │ data │ check │ 03
 *
 *   check     XOR of all bytes before it, the 02 among them, with bit 6 set: it is never 03, and does not see bit 6
 *   a weight  sign, six digits net, decimals, six digits tare, error, two status bytes: 22 bytes. Status bits are 0 zero, 1 stable, 2
 *             tared; in which of the two they stand is not confirmed, so nothing is read from them unless a profile says which
 *   b totals  material, times and total weight; no weight of now
 *   c display six pairs of a digit and segment data: 17 bytes. What is no digit (20, 3A–3F) is a dark place: "0000 8 <" is 8
 *
 * Without a digit in its error byte but 0 the weight is not used. 4821 manual p.33, DS822 p.34; three captured display frames, the
 * weight answer as one project reports it.
 */
const QUESTION = 5
const WEIGHT = 22
const DISPLAY = 17
const LONGEST = 64
const USUAL_ADDRESS = 'A'

const checkOf = (bytes: Uint8Array, from: number, at: number): number => xorOf(bytes, from, at) | 0x40

function framing(settings?: DialectSettings): Framing<Reading | Remark> {
  const statusByte = wordSetting(settings, 'statusByte', ['none', 'first', 'second'], 'none')
  return {
    starts: [STX],
    shortest: QUESTION,
    longest: LONGEST,
    judge(bytes, from, to) {
      if (!isCapital(byteAt(bytes, from + 1))) return 'bad-header'
      const address = textAt(bytes, from + 1, from + 2)
      const command = textAt(bytes, from + 2, from + 3)
      const length = lengthOf(command, bytes, from, to)
      if (typeof length === 'string') return length
      // Status bytes may be anything; an end or a start elsewhere means that bytes were lost.
      const end = from + length - 1
      const inside = command === 'a' ? end - 4 : end - 1
      for (let at = from + 3; at < Math.min(inside, to); at++) {
        if (byteAt(bytes, at) === STX || byteAt(bytes, at) === ETX) return 'bad-length'
      }
      if (to <= end) return 'need-more'
      if (byteAt(bytes, end) !== ETX) return 'bad-frame'
      if (byteAt(bytes, end - 1) !== checkOf(bytes, from, end - 1)) return 'bad-checksum'
      if (length === QUESTION) return { length, said: { remark: 'request', status: null, facts: { address, command } } }
      if ((settings?.address ?? address) !== address) return 'address-mismatch'
      const said =
        command === 'b'
          ? ({ remark: 'reply', status: null, facts: { address, command, data: textAt(bytes, from + 3, end - 1) } } as const)
          : command === 'c'
            ? dingsongDisplay(bytes, from, address)
            : dingsongWeight(bytes, from, address, statusByte)
      return typeof said === 'string' ? said : { length, said }
    },
  }
}

function lengthOf(command: string, bytes: Uint8Array, from: number, to: number): number | 'need-more' | RejectReason {
  if (command === 'A' || command === 'B' || command === 'C') return QUESTION
  if (command === 'a') return WEIGHT
  if (command === 'c') return DISPLAY
  if (command !== 'b') return 'bad-header'
  const end = placeOf(ETX, bytes, from + 3, to)
  if (end >= 0) return end - from < QUESTION - 1 ? 'bad-length' : end + 1 - from
  return to - from < LONGEST ? 'need-more' : 'bad-length'
}

const addressOf = (settings: DialectSettings | undefined): string => textSetting(settings, 'address', USUAL_ADDRESS)
const askedFor = (settings: DialectSettings | undefined): 'weight' | 'display' =>
  wordSetting(settings, 'ask', ['weight', 'display'], 'weight')

function framed(text: string): Uint8Array {
  const bytes = bytesOfText(`\x02${text}`)
  return bytesOfText(`\x02${text}${String.fromCharCode(checkOf(bytes, 0, bytes.length))}\x03`)
}

/** Throws a RangeError for what six digits, or a display without sign and point, cannot hold; no number, no answer. */
function encode(reading: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>, settings?: DialectSettings): Uint8Array {
  if (reading.digits === null) return new Uint8Array(0)
  const address = reading.beside?.address ?? addressOf(settings)
  const isDisplay = reading.beside?.command === 'c' || (reading.beside?.command === undefined && askedFor(settings) === 'display')
  const { digits, decimals } = numberOf(reading, isDisplay ? 0 : 4)
  if (isDisplay) {
    if (digits < 0) throw new RangeError(`${digits} has no place on the display`)
    const pairs = [...zeroFilled(digits, digits > 99_999 ? 6 : 5)].map((digit) => `${digit} `).join('')
    return framed(`${address}c${pairs.padEnd(12, '<0')}`)
  }
  const tare = zeroFilled(reading.tare?.digits ?? 0, 6)
  const status = String.fromCharCode(
    ZERO | (reading.zero === true ? 1 : 0) | (reading.stable === true ? 2 : 0) | ((reading.tare?.digits ?? 0) === 0 ? 0 : 4),
  )
  return framed(`${address}a${digits < 0 ? '-' : '+'}${zeroFilled(digits, 6)}${decimals}${tare}0${status}${status}`)
}

export const dingsong: ScaleDialect = {
  name: 'dingsong-ds822',
  about: '鼎松 DS822/4821 指令方式 / Dingsong DS822, 4821, own frames (output 4 is mt-continuous)',
  evidence: 'fair',
  distrustFirst: 0,
  longestFrame: WEIGHT,
  eightBit: false,
  usual: { baud: 9600, data: 8, parity: 'none', stop: 1 },
  settings: Type.Object(
    {
      address: Type.Optional(Type.String({ pattern: '^[A-Z]$', description: 'asked: A' })),
      ask: wordsSchema(['weight', 'display'], 'weight', 'what is asked for'),
      statusByte: wordsSchema(['none', 'first', 'second'], 'none', 'which of the two carries zero, stable, tared'),
    },
    { additionalProperties: false },
  ),
  asking: {
    ask: (settings) => framed(addressOf(settings) + (askedFor(settings) === 'weight' ? 'A' : 'C')),
    answerWithinMs: 500,
    answer(heard, reading, settings) {
      const asked = newestQuestion(
        decoderOf(framing()),
        heard,
        ({ remark, facts }) => remark === 'request' && facts.address === addressOf(settings),
      )
      const command = asked?.facts.command
      if (command !== 'A' && command !== 'C') return null
      const { address: _other, ...beside } = reading.beside ?? {}
      return encode({ ...reading, beside: { ...beside, command: command === 'A' ? 'a' : 'c' } }, settings)
    },
  },
  decoder: (settings) => decoderOf(framing(settings)),
  encode,
}
