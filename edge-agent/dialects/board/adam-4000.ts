import { asciiOf, bytesOfAscii } from './ascii.ts'
import {
  type AnswerRead,
  type AskedOrder,
  type BoardDialect,
  type BoardRequest,
  type BoardStates,
  outputOf,
  type RequestRead,
} from './board-dialect.ts'
import { USUAL } from './modbus-boards.ts'
import { bitsOf, bytesOfBits } from './modbus-frame.ts'

/**
 * Advantech ADAM-4000 digital modules (4050, 4055, 4056 and the like) in their ASCII protocol, 9600 8N1. AA is the address and every
 * number is hexadecimal, in capitals; each line ends in ⏎ (0D), before it the two-digit sum of all characters where that is switched on:
 *
 *     $AA6⏎       → !OOII00⏎       outputs and inputs, the lowest bit the first
 *     #AA1cSS⏎    → >⏎             output c on (01) or off (00); ?AA⏎ where the module refuses
 *     $AA5⏎       → !AAr⏎          r = 1: the module has started anew since this was last asked
 *
 * A module says nothing at all to what it does not understand or what is not its own; and `>` carries no address, so only one question
 * may be on the line. Modules with a watchdog (4056S, `$AAX0TTTTDD`) let go of their outputs when the host is silent: set it, because
 * these modules have no pulse of their own and a host that dies holds the button.
 */
const CR = 0x0d
/** `!OOII00` with a sum is 9; an echo of our own order on a two-wire line is 9 too. */
const LONGEST = 16

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0')
const sumOf = (text: string): string => {
  let sum = 0
  for (let at = 0; at < text.length; at++) sum += text.charCodeAt(at)
  return hex(sum & 0xff)
}
const lineOf = (text: string, checksum: boolean): Uint8Array => bytesOfAscii(`${text}${checksum ? sumOf(text) : ''}\r`)

/** The first line of the buffer without its end and its sum; what is too long for a line is none. */
function firstLine(buffer: Uint8Array, checksum: boolean): { readonly text: string; readonly used: number } | (AnswerRead & RequestRead) {
  const end = buffer.indexOf(CR)
  if (end < 0) return buffer.length > LONGEST ? { kind: 'rejected', reason: 'bad-frame', used: buffer.length } : { kind: 'need-more' }
  const used = end + 1
  const whole = asciiOf(buffer.subarray(0, end))
  if (!checksum) return { text: whole, used }
  const text = whole.slice(0, -2)
  return sumOf(text) === whole.slice(-2) ? { text, used } : { kind: 'rejected', reason: 'bad-checksum', used }
}

function readAnswer(buffer: Uint8Array, { order }: AskedOrder, unit: number, checksum: boolean): AnswerRead {
  const line = firstLine(buffer, checksum)
  if ('kind' in line) return line
  const { used } = line
  // Bytes of a late or broken answer before the first character of one.
  const text = /[!>?][^!>?]*$/.exec(line.text)?.[0] ?? ''
  const rejected = (reason: 'foreign-address' | 'other-answer' | 'bad-frame'): AnswerRead => ({ kind: 'rejected', reason, used })
  const refusing = /^\?([0-9A-F]{2})$/.exec(text)?.[1]
  if (refusing !== undefined)
    return refusing === hex(unit) ? { kind: 'answer', answer: { kind: 'refused', code: 0 }, used } : rejected('foreign-address')
  if (text === '>') return order.kind === 'set' ? { kind: 'answer', answer: { kind: 'accepted' }, used } : rejected('other-answer')
  const [, outputs, inputs] = /^!([0-9A-F]{2})([0-9A-F]{2})00$/.exec(text) ?? []
  if (outputs !== undefined && inputs !== undefined) {
    const bits = (digits: string): boolean[] => bitsOf(Uint8Array.of(Number.parseInt(digits, 16)), 8)
    if (order.kind === 'read-inputs') return { kind: 'answer', answer: { kind: 'inputs', on: bits(inputs) }, used }
    return order.kind === 'read-outputs'
      ? { kind: 'answer', answer: { kind: 'outputs', on: bits(outputs) }, used }
      : rejected('other-answer')
  }
  const [, from, was] = /^!([0-9A-F]{2})([01])$/.exec(text) ?? []
  if (from === undefined) return rejected('bad-frame')
  if (from !== hex(unit)) return rejected('foreign-address')
  return order.kind === 'was-reset' ? { kind: 'answer', answer: { kind: 'reset', was: was === '1' }, used } : rejected('other-answer')
}

function readRequest(buffer: Uint8Array, unit: number, outputs: number, inputs: number, checksum: boolean): RequestRead {
  const line = firstLine(buffer, checksum)
  if ('kind' in line) return line
  const { text, used } = line
  const frame = buffer.slice(0, used)
  const [, mark, address, rest = ''] = /^([$#])([0-9A-F]{2})(.*)$/.exec(text) ?? []
  if (address === undefined) return { kind: 'rejected', reason: 'bad-frame', used }
  if (address !== hex(unit)) return { kind: 'rejected', reason: 'foreign-address', used }
  const request = understood(mark === '$' ? `$${rest}` : `#${rest}`, outputs, inputs)
  return request === null ? { kind: 'rejected', reason: 'bad-frame', used } : { kind: 'request', request, frame, used }
}

function understood(order: string, outputs: number, inputs: number): BoardRequest | null {
  if (order === '$6') return { kind: 'read-inputs', from: 0, count: inputs }
  if (order === '$5') return { kind: 'was-reset' }
  const one = /^#1([0-7])0([01])$/.exec(order)
  if (one) return Number(one[1]) < outputs ? { kind: 'set', from: Number(one[1]), on: [one[2] === '1'] } : { kind: 'refused', code: 0 }
  const all = /^#00([0-9A-F]{2})$/.exec(order)?.[1]
  return all === undefined ? null : { kind: 'set', from: 0, on: bitsOf(Uint8Array.of(Number.parseInt(all, 16)), outputs) }
}

function answerOf(request: BoardRequest, { outputs, inputs, wasReset = false }: BoardStates, unit: number): string {
  switch (request.kind) {
    case 'read-inputs':
    case 'read-outputs':
      return `!${hex(bytesOfBits(outputs.slice(0, 8))[0] ?? 0)}${hex(bytesOfBits(inputs.slice(0, 8))[0] ?? 0)}00`
    case 'was-reset':
      return `!${hex(unit)}${wasReset ? 1 : 0}`
    case 'set':
      return '>'
    case 'toggle':
    case 'pulse':
    case 'read-modes':
    case 'refused':
      return `?${hex(unit)}`
  }
}

export const adam4000: BoardDialect = {
  name: 'adam-4000',
  about:
    'Advantech ADAM-4050, 4055, 4056 …, ASCII protocol, 9600 8N1; checksum: true where it is on; no pulse of its own, set its watchdog',
  over: 'bytes',
  takes: ['unit', 'outputs', 'inputs', 'checksum'],
  usual: { ...USUAL, inBoardPulse: false },
  most: { outputs: 8, inputs: 8, unit: 255 },
  step: 1,
  pulses: () => 'none',
  pause: 4,
  host: ({ unit, outputs, checksum }) => ({
    encode: (order) => {
      switch (order.kind) {
        case 'read-inputs':
        case 'read-outputs':
          return lineOf(`$${hex(unit)}6`, checksum)
        case 'was-reset':
          return lineOf(`$${hex(unit)}5`, checksum)
        case 'set':
          return lineOf(`#${hex(unit)}1${outputOf(order.output, outputs)}0${order.on ? 1 : 0}`, checksum)
        case 'pulse':
        case 'read-modes':
          return null
      }
    },
    answers: () => true,
    readAnswer: (buffer, asked) => readAnswer(buffer, asked, unit, checksum),
  }),
  board: ({ unit, outputs, inputs, checksum }) => ({
    readRequest: (buffer) => readRequest(buffer, unit, outputs, inputs, checksum),
    answer: (request, _, states) => lineOf(answerOf(request, states, unit), checksum),
  }),
}
