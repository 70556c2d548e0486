import { asciiOf, bytesOfAscii, digitsOf, onOf } from './ascii.ts'
import { type AnswerRead, type BoardDialect, outputOf, type RequestRead } from './board-dialect.ts'
import { USUAL } from './modbus-boards.ts'

/**
 * 精敏 JMDM boards as two programs of coal plants use them, over a serial line and over UDP:
 *
 *     O(0nn,1)  O(0nn,0)       output nn on, off; counted from 01 here (the programs pass the number printed on the board)
 *     O(100,1)                 asks for the inputs, every 200 ms           I(I0,000000000110)   the inputs, the first one first
 *     123456:I                 the same over UDP                           I=000000000110
 *     123456:(12222222)        outputs: 1 on, 0 off, 2 leave as it is; 123456 is the board's password as shipped
 *
 * Orders are not answered and no outputs can be read back: an opening is unknown by nature. There is no checksum either, so an answer
 * counts only with exactly as many digits as the board has inputs: a digit lost on the way would move all inputs behind it. Twelve are
 * in the frames the programs were written for, eleven in a description; `inputs` says how many yours sends.
 */
const OFFLINE = { name: 'jmdm', usual: { ...USUAL, inputs: 12, inBoardPulse: false } }

/** Reads `head` + digits + `tail`, where the head is a fixed text or one of two. */
function readDigits(buffer: Uint8Array, inputs: number, heads: readonly string[], tail: string): AnswerRead {
  const said = asciiOf(buffer)
  const start = said.indexOf('I')
  if (start < 0) return buffer.length === 0 ? { kind: 'need-more' } : { kind: 'rejected', reason: 'bad-frame', used: buffer.length }
  if (start > 0) return { kind: 'rejected', reason: 'bad-frame', used: start }
  const rejected: AnswerRead = { kind: 'rejected', reason: 'bad-frame', used: 1 }
  const head = heads.find((one) => said.startsWith(one) || one.startsWith(said))
  if (head === undefined) return rejected
  if (said.length < head.length) return { kind: 'need-more' }
  const digits = said.slice(head.length, head.length + inputs)
  if (!/^[01]*$/.test(digits)) return rejected
  const end = head.length + inputs
  // A datagram is one answer and nothing else.
  if (tail === '' && said.length > end) return rejected
  const ending = said.slice(end, end + tail.length)
  if (!tail.startsWith(ending)) return rejected
  if (digits.length < inputs || ending.length < tail.length) return { kind: 'need-more' }
  return { kind: 'answer', answer: { kind: 'inputs', on: onOf(digits) }, used: end + tail.length }
}

export const jmdmAscii: BoardDialect = {
  ...OFFLINE,
  name: 'jmdm-ascii',
  about: '精敏 JMDM 20DIO over a serial line, 9600 8N1 with RTS high; orders are never answered',
  over: 'bytes',
  takes: ['outputs', 'inputs'],
  most: { outputs: 20, inputs: 20, unit: 0 },
  step: 1,
  pulses: () => 'none',
  pause: 20,
  host: ({ outputs, inputs }) => ({
    encode: (order) => {
      if (order.kind === 'read-inputs') return bytesOfAscii('O(100,1)')
      if (order.kind !== 'set') return null
      const number = String(outputOf(order.output, outputs) + 1).padStart(3, '0')
      return bytesOfAscii(`O(${number},${order.on ? 1 : 0})`)
    },
    answers: (order) => order.kind === 'read-inputs',
    readAnswer: (buffer) => readDigits(buffer, inputs, ['I(I0,', 'I(10,'], ')'),
  }),
  board: ({ outputs, inputs }) => ({
    readRequest: (buffer) => readAsciiRequest(buffer, outputs, inputs),
    answer: (request, _, states) =>
      request.kind === 'read-inputs' ? bytesOfAscii(`I(I0,${digitsOf(filled(states.inputs, inputs))})`) : new Uint8Array(),
  }),
}

const PASSWORD = '123456'

export const jmdmUdp: BoardDialect = {
  ...OFFLINE,
  name: 'jmdm-udp',
  about: '精敏 JMDM network board over UDP, udp://address:port; orders are never answered',
  over: 'datagrams',
  takes: ['outputs', 'inputs'],
  most: { outputs: 8, inputs: 20, unit: 0 },
  step: 1,
  pulses: () => 'none',
  pause: 20,
  host: ({ outputs, inputs }) => ({
    encode: (order) => {
      if (order.kind === 'read-inputs') return bytesOfAscii(`${PASSWORD}:I`)
      if (order.kind !== 'set') return null
      const output = outputOf(order.output, outputs)
      const states = Array.from({ length: 8 }, (_, at) => (at === output ? (order.on ? '1' : '0') : '2'))
      return bytesOfAscii(`${PASSWORD}:(${states.join('')})`)
    },
    answers: (order) => order.kind === 'read-inputs',
    readAnswer: (buffer) => readDigits(buffer, inputs, ['I='], ''),
  }),
  board: ({ outputs, inputs }) => ({
    readRequest: (buffer) => readUdpRequest(buffer, outputs, inputs),
    answer: (request, _, states) =>
      request.kind === 'read-inputs' ? bytesOfAscii(`I=${digitsOf(filled(states.inputs, inputs))}`) : new Uint8Array(),
  }),
}

const filled = (on: readonly boolean[], count: number): boolean[] => Array.from({ length: count }, (_, at) => on[at] === true)

function readAsciiRequest(buffer: Uint8Array, outputs: number, inputs: number): RequestRead {
  const said = asciiOf(buffer)
  if (said === '') return { kind: 'need-more' }
  const rejected: RequestRead = { kind: 'rejected', reason: 'bad-frame', used: 1 }
  if (!said.startsWith('O')) return rejected
  if (said.length < 8) return { kind: 'need-more' }
  const [, number, state] = /^O\((\d{3}),([01])\)/.exec(said) ?? []
  if (number === undefined) return rejected
  const frame = buffer.slice(0, 8)
  if (number === '100') return { kind: 'request', request: { kind: 'read-inputs', from: 0, count: inputs }, frame, used: 8 }
  const output = Number(number) - 1
  if (output < 0 || output >= outputs) return { kind: 'request', request: { kind: 'refused', code: 0 }, frame, used: 8 }
  return { kind: 'request', request: { kind: 'set', from: output, on: [state === '1'] }, frame, used: 8 }
}

function readUdpRequest(buffer: Uint8Array, outputs: number, inputs: number): RequestRead {
  if (buffer.length === 0) return { kind: 'need-more' }
  const said = asciiOf(buffer)
  const used = buffer.length
  if (said === `${PASSWORD}:I`)
    return { kind: 'request', request: { kind: 'read-inputs', from: 0, count: inputs }, frame: buffer.slice(), used }
  const states = /^123456:\(([012]{8})\)$/.exec(said)?.[1]
  if (states === undefined) return { kind: 'rejected', reason: 'bad-frame', used }
  const output = states.search(/[01]/)
  const on = states[output] === '1'
  const known = output >= 0 && output < outputs
  return {
    kind: 'request',
    request: known ? { kind: 'set', from: output, on: [on] } : { kind: 'refused', code: 0 },
    frame: buffer.slice(),
    used,
  }
}
