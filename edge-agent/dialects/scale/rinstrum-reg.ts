import Type from 'typebox'
import { byteAt, type Framing, type Judgement, scanner } from '../framing.ts'
import type { DialectSettings, Reading, RejectReason, Remark, ScaleDecoder, ScaleDialect, WeightUnit } from './reading.ts'
import { answerOfRinstrum, askRinstrum, encodeRinstrum } from './rinstrum-answer.ts'
import { FLAGS, type Flag, numberIn, SHOWN, STATUS, textOf } from './rinstrum-words.ts'

/**
 * Register protocol of Rinstrum indicators (R300, R400, C500), ASCII:
 *
 *   address (2 hex) │ command (2 hex) │ register (4 hex) │ [: data] │ CR LF or ;
 *
 * The address holds the instrument's number in its low five bits (0 = any), 20 = please reply, 40 = error, 80 = this is a reply.
 * Register 0021 is the status, 0025 the displayed weight, 0026 gross, 0027 net. Read literally a weight is text with its unit and
 * G or N ("100 kg G"); read as a final it is eight hexadecimal digits in two's complement, without a point.
 * A weight carries no motion flag of its own: it is asked for together with the status, whose flags go with the weight that follows.
 * What a weight's text looks like while it is out of range is not printed: with a status that says so it is never used.
 * Sources: Rinstrum R427 manual page 124, R320 manual pages 75–77, C530 manual page 76. The variant framed by SOH, CRC and EOT is not spoken.
 */
const HEADER = 8
const MOST_DATA = 40
const COMMANDS: Readonly<Record<string, string>> = {
  '05': 'read-literal',
  '10': 'execute',
  '11': 'read-final',
  '12': 'write-final',
  '16': 'read-final-decimal',
  '17': 'write-final-decimal',
}
const WEIGHTS: Readonly<Record<string, 'gross' | 'net' | null>> = { [SHOWN]: null, '0026': 'gross', '0027': 'net' }
const HEX = [...'0123456789ABCDEF'].map((character) => character.charCodeAt(0))
const isHex = (byte: number): boolean => (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46)
/** Behind any of these a message is in its middle. */
const TEXT = Array.from({ length: 0x5f }, (_, at) => 0x20 + at).filter((byte) => byte !== 0x3b)

const framing = (number: number): Framing<Reading | Remark> => ({
  starts: HEX,
  shortest: HEADER + 1,
  longest: HEADER + 1 + MOST_DATA + 2,
  notAfter: { starts: HEX, bytes: TEXT },
  judge(bytes, from, to): Judgement<Reading | Remark> {
    for (let at = from; at < from + HEADER; at++) if (!isHex(byteAt(bytes, at))) return 'noise'
    const command = COMMANDS[textOf(bytes, from + 2, from + 4)]
    if (command === undefined) return 'noise'
    const hasData = byteAt(bytes, from + HEADER) === 0x3a
    const data = from + HEADER + (hasData ? 1 : 0)
    let end = data
    while (end < to && byteAt(bytes, end) !== 0x3b && byteAt(bytes, end) !== 0x0d) {
      const byte = byteAt(bytes, end)
      if (!hasData || byte < 0x20 || byte > 0x7e) return hasData ? 'bad-frame' : 'noise'
      if (end - data === MOST_DATA) return 'bad-length'
      end++
    }
    if (end === to) return 'need-more'
    const isLine = byteAt(bytes, end) === 0x0d
    if (isLine && end + 1 === to) return 'need-more'
    if (isLine && byteAt(bytes, end + 1) !== 0x0a) return 'bad-frame'
    const register = textOf(bytes, from + 4, from + HEADER)
    const said = understand(Number.parseInt(textOf(bytes, from, from + 2), 16), command, register, textOf(bytes, data, end), number)
    return typeof said === 'string' ? said : { length: end + (isLine ? 2 : 1) - from, said }
  },
})

function understand(address: number, command: string, register: string, data: string, number: number): Reading | Remark | RejectReason {
  if ((address & 0x80) === 0) return { remark: 'request', status: null, facts: { command, register } }
  if (number !== 0 && (address & 0x1f) !== number) return 'address-mismatch'
  if ((address & 0x40) !== 0) return { remark: 'reply', status: 'error', facts: { register, data } }
  if (register === STATUS && command === 'read-final' && /^[0-9A-F]{8}$/.test(data)) {
    const bits = Number.parseInt(data, 16)
    return { remark: 'reply', status: null, facts: { register, data, flags: FLAGS.flatMap(([name, bit]) => (bits & bit ? [name] : [])) } }
  }
  if (Object.hasOwn(WEIGHTS, register)) return weight(command, data, WEIGHTS[register] ?? null)
  return { remark: 'reply', status: null, facts: { register, data } }
}

const UNITS: Readonly<Record<string, WeightUnit>> = { kg: 'kg', t: 't', lb: 'lb', g: 'g' }

function weight(command: string, data: string, mode: 'gross' | 'net' | null): Reading | RejectReason {
  if (command === 'read-final') {
    if (!/^[0-9A-F]{8}$/.test(data)) return 'bad-number'
    return reading(Number.parseInt(data, 16) | 0, null, null, mode)
  }
  if (command !== 'read-literal' && command !== 'read-final-decimal') return 'bad-number'
  const parts = /^ *(-?) *(\d{1,8})(?:\.(\d{1,6}))? *([A-Za-z]{1,2})? *([GN])? *$/.exec(data)
  if (!parts) return 'bad-number'
  const [, sign, whole = '', fraction, unit, letter] = parts
  const known = unit === undefined ? null : UNITS[unit]
  if (known === undefined) return 'bad-unit'
  const digits = Number(whole + (fraction ?? '')) * (sign === '-' ? -1 : 1)
  // As a decimal final a weight may come without its point, and then where it stands is configuration.
  const decimals = fraction?.length ?? (command === 'read-literal' ? 0 : null)
  return reading(digits, decimals, known, letter === 'G' ? 'gross' : letter === 'N' ? 'net' : mode)
}

const reading = (digits: number, decimals: number | null, unit: WeightUnit | null, mode: Reading['mode']): Reading => ({
  digits: digits + 0,
  decimals,
  unit,
  stable: null,
  mode,
  overload: null,
  underload: null,
  zero: null,
  tare: null,
})

/** A weight in the light of the status that came just before it. */
function inTheLightOf(said: Reading, flags: ReadonlySet<string>): Reading {
  const has = (flag: Flag): boolean => flags.has(flag)
  const failing = has('overload') || has('underload') || has('error') || has('setup') || has('calibration')
  const facts = { stable: !has('motion'), overload: has('overload'), underload: has('underload'), zero: has('zero') }
  const mode = said.mode ?? (has('net') ? 'net' : 'gross')
  if (!failing || said.digits === null) return { ...said, ...facts, mode }
  return {
    ...said,
    ...facts,
    mode,
    digits: null,
    decimals: null,
    beside: {
      frameValue: { digits: said.digits, decimals: said.decimals ?? 0 },
      ...(has('overload') || has('underload') ? {} : { valid: false }),
    },
  }
}

function decoder(settings?: DialectSettings): ScaleDecoder {
  const { push, quiet } = scanner(framing(numberIn(settings)))
  let flags: ReadonlySet<string> | null = null
  const sort =
    (onReading: (reading: Reading) => void, onRemark: (remark: Remark) => void) =>
    (said: Reading | Remark): void => {
      const known = flags
      flags = null
      if (!('remark' in said)) {
        onReading(known === null ? said : inTheLightOf(said, known))
        return
      }
      if (Array.isArray(said.facts.flags)) flags = new Set(said.facts.flags as readonly string[])
      onRemark(said)
    }
  const ignore = (): void => {}
  return {
    push: (bytes, onReading, onRejected, onRemark = ignore) => push(bytes, sort(onReading, onRemark), onRejected),
    quiet: (onRejected, onReading = ignore, onRemark = ignore) => {
      quiet(onRejected, sort(onReading, onRemark))
      flags = null
    },
  }
}

export const rinstrumReg: ScaleDialect = {
  name: 'rinstrum-reg',
  about: 'Rinstrum R300, R400, C500 register protocol, polled',
  evidence: 'fair',
  distrustFirst: 0,
  longestFrame: HEADER + 1 + MOST_DATA + 2,
  eightBit: false,
  usual: { baud: 9600, data: 8, parity: 'none', stop: 1 },
  settings: Type.Object(
    {
      address: Type.Optional(
        Type.Integer({ minimum: 0, maximum: 31, default: 0, description: 'the number of the instrument on its line; 0 is any' }),
      ),
    },
    { additionalProperties: false },
  ),
  asking: { answerWithinMs: 300, ask: askRinstrum, answer: answerOfRinstrum },
  decoder,
  encode: encodeRinstrum,
}
