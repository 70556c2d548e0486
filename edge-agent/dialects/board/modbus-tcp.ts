import type { AnswerRead, BoardRequest, BoardStates, RequestRead } from './board-dialect.ts'
import { answerIn, answerLength, type ModbusLayout } from './modbus-layout.ts'
import { answeringTelegram, understand } from './modbus-relay-board.ts'

/**
 * Modbus over TCP (Modbus Messaging on TCP/IP Implementation Guide, 3.1): number of the request (2 bytes), 0000, length of what
 * follows (2 bytes), unit, telegram; no checksum. The answer repeats the number, so a late one is told from ours.
 */
const HEADER = 7
/** Unit and telegram. */
const LONGEST = 254

/** The bytes of the `nth` request. */
export function tcpFramed(nth: number, unit: number, telegram: ArrayLike<number>): Uint8Array {
  const length = telegram.length + 1
  return Uint8Array.of((nth >> 8) & 0xff, nth & 0xff, 0, 0, length >> 8, length & 0xff, unit, ...Array.from(telegram))
}

/** How long the frame at the start of the buffer is; `bad` where it is none. */
function frameLength(buffer: Uint8Array): number | 'need-more' | 'bad' {
  const [, , high, low, long, short] = buffer
  if ((high ?? 0) !== 0 || (low ?? 0) !== 0 || (long ?? 0) !== 0) return 'bad'
  if (short === undefined) return 'need-more'
  if (short < 2 || short > LONGEST) return 'bad'
  return buffer.length < 6 + short ? 'need-more' : 6 + short
}

export function readTcpAnswer(buffer: Uint8Array, request: Uint8Array): AnswerRead {
  const length = frameLength(buffer)
  if (length === 'need-more') return { kind: 'need-more' }
  // There is no way to find the next frame in a stream that has lost its count: begin anew with what comes next.
  if (length === 'bad') return { kind: 'rejected', reason: 'bad-frame', used: buffer.length }
  const rejected = (reason: 'foreign-address' | 'other-answer'): AnswerRead => ({ kind: 'rejected', reason, used: length })
  if (buffer[0] !== request[0] || buffer[1] !== request[1]) return rejected('other-answer')
  if (buffer[6] !== request[6]) return rejected('foreign-address')
  const asked = request.subarray(HEADER)
  const told = buffer.subarray(HEADER, length)
  if (answerLength(asked, told[0], told[1]) !== told.length) return rejected('other-answer')
  const answer = answerIn(asked, told)
  return answer === null ? rejected('other-answer') : { kind: 'answer', answer, used: length }
}

/** The board's side. */
export function readTcpRequest(buffer: Uint8Array, unit: number, layout: ModbusLayout): RequestRead {
  const length = frameLength(buffer)
  if (length === 'need-more') return { kind: 'need-more' }
  if (length === 'bad') return { kind: 'rejected', reason: 'bad-frame', used: buffer.length }
  if (buffer[6] !== unit) return { kind: 'rejected', reason: 'foreign-address', used: length }
  const frame = buffer.slice(0, length)
  return { kind: 'request', request: understand(frame.subarray(HEADER), layout), frame, used: length }
}

/** Under the request's own number and unit. */
export const answerTcp = (request: BoardRequest, frame: Uint8Array, states: BoardStates): Uint8Array =>
  tcpFramed(((frame[0] ?? 0) << 8) | (frame[1] ?? 0), frame[6] ?? 0, answeringTelegram(request, frame.subarray(HEADER), states))
