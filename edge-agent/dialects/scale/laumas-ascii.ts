import Type from 'typebox'
import type { Framing } from '../framing.ts'
import { newestQuestion } from './asked.ts'
import { bytesOfText, CR, hexOf, NOTHING_SAID, placeOf, textAt, xorOf } from './characters.ts'
import { decoderOf } from './decoder-of.ts'
import { laumasText, laumasWeight } from './laumas-number.ts'
import type { DialectSettings, Reading, RejectReason, Remark, ScaleDialect } from './reading.ts'
import { decimalsSchema, numberSetting, textSetting, wordSetting, wordsSchema } from './settings.ts'

/**
 * ASCII command protocol of Laumas instruments (TLB, TLU, LCB, W100; also Bosche WTS, Rice Lake SCT-20):
 *
 *   question   $ │ address, two digits │ command │ check │ 0D                      $01t75 gross, n net, D decimals, KEY, ZERO …
 *   weight     & │ address │ six characters │ letter │ \ │ check │ 0D              t gross, n net (p peak: no weight)
 *   decimals   & │ address │ decimals │ division 3–9 │ [D] \ │ check │ 0D          1, 2, 5, 10, 20, 50, 100
 *   done       && │ address │ ! \ │ check │ 0D           ? reception error          & │ address │ # │ 0D   not to be done now
 *
 * Check: XOR of everything between the first $ or & and the check, or the \ before it, as two upper-case hexadecimal characters.
 * Whether the second & of an answer is checked too is printed nowhere: both are taken. Weight field as in laumas-number.ts. LCB manual
 * p.66–67, TLU p.27, SCT-20 p.51 and p.56.
 */
const SHORTEST = 5
const LONGEST = 20
const DOLLAR = 0x24
const AMPERSAND = 0x26
const USUAL_ADDRESS = '01'
const MODES: Readonly<Record<string, 'gross' | 'net'>> = { t: 'gross', n: 'net' }
const QUESTION = /^\$(\d\d)([A-Za-z0-9]+)([0-9A-F]{2})$/
const ANSWER = /^&(&?)(\d\d)([^\\]*)(?:\\([0-9A-F]{2}))?$/
const DIVISIONS: Readonly<Record<string, number>> = { 3: 1, 4: 2, 5: 5, 6: 10, 7: 20, 8: 50, 9: 100 }

function framing(settings?: DialectSettings): Framing<Reading | Remark> {
  const decimals = numberSetting(settings, 'decimals', 0)
  return {
    starts: [DOLLAR, AMPERSAND],
    shortest: SHORTEST,
    longest: LONGEST,
    judge(bytes, from, to) {
      const end = placeOf(CR, bytes, from + 1, to)
      const known = end < 0 ? to : end
      const begun = [placeOf(DOLLAR, bytes, from + 1, known), placeOf(AMPERSAND, bytes, from + 2, known)]
      if (begun.some((at) => at >= 0)) return 'bad-length'
      if (end < 0) return to - from < LONGEST ? 'need-more' : 'bad-length'
      const text = textAt(bytes, from, end)
      const said = text.startsWith('$') ? question(text) : answer(text, decimals, settings)
      return typeof said === 'string' ? said : { length: end + 1 - from, said }
    },
  }
}

const checkOf = (text: string): string => hexOf(xorOf(bytesOfText(text), 0, text.length))

function question(text: string): Remark | RejectReason {
  const [, address, command, check] = QUESTION.exec(text) ?? []
  if (address === undefined || command === undefined) return 'bad-frame'
  if (check !== checkOf(text.slice(1, -2))) return 'bad-checksum'
  return { remark: 'request', status: null, facts: { address, command } }
}

function answer(text: string, decimals: number, settings?: DialectSettings): Reading | Remark | RejectReason {
  const [, second = '', address, inner = '', check] = ANSWER.exec(text) ?? []
  if (address === undefined) return 'bad-frame'
  if (check === undefined && inner !== '#') return 'bad-frame'
  const isGood = check === undefined || check === checkOf(second + address + inner) || check === checkOf(address + inner)
  if (!isGood) return 'bad-checksum'
  if ((settings?.address ?? address) !== address) return 'address-mismatch'
  return meaning(address, inner, second !== '', decimals)
}

function meaning(address: string, inner: string, isDoubled: boolean, decimals: number): Reading | Remark | RejectReason {
  const reply = (status: string | null, facts: Remark['facts'] = {}): Remark => ({ remark: 'reply', status, facts: { address, ...facts } })
  if (inner === '!') return reply('ok')
  if (inner === '?') return reply('transmission-error')
  if (inner === '#') return reply('not-executable')
  if (isDoubled) return 'bad-status'
  const [, places, division] = /^([0-5])([3-9])D?$/.exec(inner) ?? []
  if (places !== undefined && division !== undefined) {
    return reply('ok', { command: 'D', decimals: Number(places), divisionDigits: DIVISIONS[division] ?? null })
  }
  const letter = inner.slice(-1)
  const field = inner.slice(0, -1)
  if (field.length !== 6 && !(field.length === 7 && field.includes('.'))) return 'bad-length'
  const mode = MODES[letter]
  if (mode === undefined) return /^[A-Za-z]$/.test(letter) ? reply(null, { command: letter, data: field }) : 'bad-status'
  const weight = laumasWeight(field, decimals)
  if (typeof weight === 'string') return weight
  return { ...NOTHING_SAID, ...weight, mode, beside: { ...weight.beside, address } }
}

const addressOf = (settings: DialectSettings | undefined): string => textSetting(settings, 'address', USUAL_ADDRESS)
const askedFor = (settings: DialectSettings | undefined): 'gross' | 'net' => wordSetting(settings, 'ask', ['gross', 'net'], 'gross')

/** Throws a RangeError for what six digits cannot hold. */
function encode(reading: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>, settings?: DialectSettings): Uint8Array {
  const mode = reading.mode ?? askedFor(settings)
  if (mode === 'tare') throw new RangeError('the tare has no letter in this format')
  const inner = `${addressOf(settings)}${laumasText(reading, settings?.point === true)}${mode === 'gross' ? 't' : 'n'}`
  return bytesOfText(`&${inner}\\${checkOf(inner)}\r`)
}

export const laumasAscii: ScaleDialect = {
  name: 'laumas-ascii',
  about: 'Laumas TLB/TLU/LCB、Rice Lake SCT-20、Bosche WTS 应答方式 / Laumas ASCII command protocol',
  evidence: 'solid',
  distrustFirst: 0,
  longestFrame: LONGEST,
  eightBit: false,
  usual: { baud: 9600, data: 8, parity: 'none', stop: 1 },
  settings: Type.Object(
    {
      address: Type.Optional(Type.String({ pattern: '^[0-9]{2}$', description: 'asked: 01' })),
      ask: wordsSchema(['gross', 'net'], 'gross', 'which weight is asked for'),
      decimals: decimalsSchema(5),
      point: Type.Optional(Type.Boolean({ default: false, description: 'a simulated instrument sends the point' })),
    },
    { additionalProperties: false },
  ),
  asking: {
    ask(settings) {
      const inner = addressOf(settings) + (askedFor(settings) === 'gross' ? 't' : 'n')
      return bytesOfText(`$${inner}${checkOf(inner)}\r`)
    },
    answerWithinMs: 500,
    answer(heard, reading, settings) {
      const asked = newestQuestion(
        decoderOf(framing()),
        heard,
        ({ remark, facts }) => remark === 'request' && facts.address === addressOf(settings),
      )
      const mode = MODES[String(asked?.facts.command)]
      return mode === undefined ? null : encode({ ...reading, mode }, settings)
    },
  },
  decoder: (settings) => decoderOf(framing(settings)),
  encode,
}
