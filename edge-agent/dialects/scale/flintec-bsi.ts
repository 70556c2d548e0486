import Type from 'typebox'
import type { Framing } from '../framing.ts'
import { newestQuestion } from './asked.ts'
import { bytesOfText, CR, hexOf, LF, NOTHING_SAID, placeOf, sumOf, textAt } from './characters.ts'
import { decoderOf } from './decoder-of.ts'
import { habit } from './habit.ts'
import type { DialectSettings, Exact, Reading, RejectReason, Remark, ScaleDialect } from './reading.ts'
import { textSetting, wordSetting, wordsSchema } from './settings.ts'
import { numberOf, shownNumber, shownText } from './shown-number.ts'

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
const LINE = /^(\d\d)?([A-Z])(.*)$/
const LETTERS_AND_DIGITS = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((character) => character.charCodeAt(0))
const STATUSES: Readonly<Record<string, string>> = { A: 'ok', N: 'not-executed', E: 'error', X: 'syntax-error' }
const CHECKING = ['auto', 'always', 'never'] as const

const checkOf = (text: string): string => hexOf(-sumOf(bytesOfText(text), 0, text.length) & 0xff)

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
      const line = parted(text, set === 'never')
      if (typeof line === 'string') return line
      const mustCheck = set === 'always' || (set === 'auto' && checked.known() === true)
      if (!line.isChecked && mustCheck) {
        checked.missed()
        return 'bad-length'
      }
      const own = settings?.address
      const said = meaning(line)
      if (typeof said === 'string') return said
      const isAnswer = !('remark' in said) || said.remark === 'reply'
      if (isAnswer && own !== undefined && own !== (line.address ?? '00')) return 'address-mismatch'
      if (line.isChecked) checked.seen(true)
      return { length: end + 2 - from, said }
    },
  }
}

interface Line {
  readonly address: string | null
  readonly command: string
  readonly rest: string
  readonly isChecked: boolean
}

/** What follows the command without a check: nothing, a status, three for S, a status and one or three weights. */
const widths = (command: string): readonly number[] => (command === 'S' ? [0, 1, 3] : command === 'A' ? [0, 1, 10, 28] : [0, 1, 10])

function parted(text: string, isNeverChecked: boolean): Line | RejectReason {
  const [, address = null, command, tail = ''] = LINE.exec(text) ?? []
  if (command === undefined) return 'bad-header'
  const isWidth = (width: number): boolean => widths(command).includes(width)
  if (!isNeverChecked && isWidth(tail.length - 2) && checkOf(text.slice(0, -2)) === text.slice(-2)) {
    return { address, command, rest: tail.slice(0, -2), isChecked: true }
  }
  if (isWidth(tail.length)) return { address, command, rest: tail, isChecked: false }
  return !isNeverChecked && isWidth(tail.length - 2) ? 'bad-checksum' : 'bad-length'
}

function meaning({ address, command, rest }: Line): Reading | Remark | RejectReason {
  const whose = address === null ? {} : { address }
  const refusal = rest === '' && command !== 'A' ? STATUSES[command] : undefined
  // X alone is a question as well; an indicator that is asked something it does not know answers just that.
  if (refusal !== undefined) return { remark: 'reply', status: refusal, facts: {} }
  if (rest === '') return { remark: 'request', status: null, facts: { ...whose, command } }
  const status = rest.charAt(0)
  if (rest.length < 10) {
    const told = STATUSES[status]
    const isStatusLine = rest.length === 3
    if (told === undefined && !isStatusLine && !'SDIM+-OHL'.includes(status)) return 'bad-status'
    return { remark: 'reply', status: isStatusLine ? null : (told ?? null), facts: { ...whose, command, ...(told ? {} : { data: rest }) } }
  }
  if (!'SDIM+-OEHL'.includes(status)) return 'bad-status'
  const numbers = [rest.slice(1, 10), rest.slice(10, 19), rest.slice(19)].filter((part) => part !== '').map(signed)
  const [shown, tare, gross] = numbers
  const isUsable = 'SDI'.includes(status)
  if (shown === undefined || (isUsable && numbers.includes(null))) return 'bad-number'
  return {
    ...NOTHING_SAID,
    digits: isUsable && shown ? shown.digits : null,
    decimals: shown?.decimals ?? null,
    stable: status === 'S' ? true : status === 'D' ? false : null,
    mode: command === 'B' ? 'gross' : command === 'A' ? 'net' : null,
    overload: status === '+' ? true : null,
    underload: status === '-' ? true : null,
    tare: isUsable ? (tare ?? null) : null,
    beside: {
      ...whose,
      command,
      ...(gross && isUsable ? { gross } : {}),
      ...(command === 'X' ? { highResolution: true } : {}),
      ...(!isUsable && shown ? { frameValue: shown } : {}),
      ...('MOEHL'.includes(status) ? { valid: false } : {}),
    },
  }
}

const signed = (text: string): Exact | null => (/^[+-][\d.]{8}$/.test(text) ? shownNumber(text) : null)

const addressOf = (settings: DialectSettings | undefined): string => {
  const address = textSetting(settings, 'address', '01')
  return address === '00' ? '' : address
}
const askedFor = (settings: DialectSettings | undefined): 'I' | 'P' | 'B' => wordSetting(settings, 'ask', ['I', 'P', 'B'], 'I')
function framed(text: string, settings: DialectSettings | undefined): Uint8Array {
  return bytesOfText(`${text}${wordSetting(settings, 'checksum', CHECKING, 'auto') === 'never' ? '' : checkOf(text)}\r\n`)
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
