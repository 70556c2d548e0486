import { asciiOf, bytesOfAscii } from './ascii.ts'
import { type AnswerRead, type BoardDialect, outputOf, type RequestRead } from './board-dialect.ts'
import { USUAL } from './modbus-boards.ts'

/**
 * LCUS-n serial relay (USB id 1A86:7523), 9600 8N1, up to eight relays and no inputs:
 *
 *     A0 ch state sum        ch from 1, state 0 or 1, sum = low byte of the three before        A0 01 01 A2 relay 1 on
 *     FF                     asks for the relays
 *
 * Orders are never answered, and must be 50 ms apart; so what became of one is known only where the question FF is answered. Two forms
 * of that answer are seen in programs that use these boards: lines `CH1:ON ` and `CH2:OFF`, and a byte 0 or 1 for each relay. A model
 * that does not answer FF at all is set to `statusQuery: false`: then nothing is ever known of it.
 */
const ASK = 0xff
const START = 0xa0
const LINE = /CH ?(\d{1,2}) ?: ?(ON|OFF) ?\r?\n/g

export const lcus: BoardDialect = {
  name: 'lcus',
  about: 'LCUS-1 to LCUS-8 USB relays; 9600 8N1; relays only, never answers orders; statusQuery: false for models that do not answer FF',
  over: 'bytes',
  takes: ['outputs', 'statusQuery'],
  usual: { ...USUAL, inputs: 0, inBoardPulse: false },
  most: { outputs: 8, inputs: 0, unit: 0 },
  step: 1,
  pulses: () => 'none',
  pause: 50,
  host: ({ outputs, statusQuery }) => ({
    encode: (order) => {
      if (order.kind === 'read-outputs') return statusQuery ? Uint8Array.of(ASK) : null
      if (order.kind !== 'set') return null
      const channel = outputOf(order.output, outputs) + 1
      const state = order.on ? 1 : 0
      return Uint8Array.of(START, channel, state, (START + channel + state) & 0xff)
    },
    answers: (order) => order.kind === 'read-outputs',
    readAnswer: (buffer) => readStates(buffer, outputs),
  }),
  board: ({ outputs }) => ({
    readRequest: (buffer) => readRequest(buffer, outputs),
    answer: (request, _, states) =>
      request.kind === 'read-outputs'
        ? bytesOfAscii(Array.from({ length: outputs }, (__, at) => `CH${at + 1}:${states.outputs[at] ? 'ON ' : 'OFF'}\r\n`).join(''))
        : new Uint8Array(),
  }),
}

function readStates(buffer: Uint8Array, outputs: number): AnswerRead {
  const [first] = buffer
  if (first === undefined) return { kind: 'need-more' }
  if (first <= 1) {
    const states = buffer.subarray(0, outputs)
    if (states.some((state) => state > 1)) return { kind: 'rejected', reason: 'bad-frame', used: buffer.length }
    if (states.length < outputs) return { kind: 'need-more' }
    return { kind: 'answer', answer: { kind: 'outputs', on: Array.from(states, (state) => state === 1) }, used: outputs }
  }
  const said = asciiOf(buffer)
  const heard = new Map<number, boolean>()
  let used = 0
  for (const match of said.matchAll(LINE)) {
    heard.set(Number(match[1]), match[2] === 'ON')
    used = match.index + match[0].length
  }
  const on = Array.from({ length: outputs }, (_, at) => heard.get(at + 1))
  if (on.every((one): one is boolean => one !== undefined)) return { kind: 'answer', answer: { kind: 'outputs', on }, used }
  // Eight lines have 80 characters: what is longer and says less is no answer.
  return buffer.length > 16 * outputs + 16 ? { kind: 'rejected', reason: 'bad-frame', used: buffer.length } : { kind: 'need-more' }
}

function readRequest(buffer: Uint8Array, outputs: number): RequestRead {
  const [first, channel, state, sum] = buffer
  if (first === undefined) return { kind: 'need-more' }
  if (first === ASK)
    return { kind: 'request', request: { kind: 'read-outputs', from: 0, count: outputs }, frame: buffer.slice(0, 1), used: 1 }
  if (first !== START) return { kind: 'rejected', reason: 'bad-frame', used: 1 }
  if (channel === undefined || state === undefined || sum === undefined) return { kind: 'need-more' }
  if (sum !== ((START + channel + state) & 0xff)) return { kind: 'rejected', reason: 'bad-checksum', used: 1 }
  const known = channel >= 1 && channel <= outputs && state <= 1
  return {
    kind: 'request',
    request: known ? { kind: 'set', from: channel - 1, on: [state === 1] } : { kind: 'refused', code: 0 },
    frame: buffer.slice(0, 4),
    used: 4,
  }
}
