import type { AnswerRead } from './board-dialect.ts'
import { framed, isFrame, nextStart } from './modbus-frame.ts'
import { answerIn, answerLength, type ModbusLayout, telegramOf } from './modbus-layout.ts'
import type { BoardOrder } from './orders.ts'

/**
 * Relay and input boards of the Waveshare "Modbus RTU Relay" kind, our side of the line. Usual line: 9600 8N1, unit 1, eight relays
 * and eight inputs. The pulse is the board's own (coil 0200 + n, in tenths of a second): a barrier's button is let go by the board
 * even if the computer or the cable dies right after the order.
 */
export interface ModbusRelay {
  /** Address on the line, 1–255. */
  readonly unit: number
  /** Relays, and as many inputs, 1–255. Most boards answer for exactly eight and for no other count. */
  readonly channels: number
}

/** Coils from here close a relay for as many tenths of a second as the value says. */
export const PULSE_FROM = 0x0200
/** Registers from here say of each relay whether it obeys the host alone (0) or an input too. */
export const MODES_FROM = 0x1000

export const waveshareLayout = (outputs: number, inputs: number): ModbusLayout => ({
  outputs,
  inputs,
  firstCoil: 0,
  on: 0xff00,
  pulse: { by: 'timed-coil', from: PULSE_FROM },
  modes: MODES_FROM,
})

/** The bytes of an order; a RangeError for an output the board does not have, a pulse it cannot time, or an order it does not know. */
export function encodeOrder({ unit, channels }: ModbusRelay, order: BoardOrder): Uint8Array {
  const telegram = telegramOf(waveshareLayout(channels, channels), order)
  if (telegram === null) throw new RangeError(`no order ${order.kind}`)
  return framed(unit, ...telegram)
}

/**
 * What a growing buffer says in answer to a request over a serial line, where `request` is the whole frame; at most one is ever
 * waiting for its answer. RTU frames have no start byte: what cannot be the answer is dropped up to the next byte that could begin it.
 */
export function readAnswer(buffer: Uint8Array, request: Uint8Array): AnswerRead {
  const unit = request[0] ?? 0
  const asked = request.subarray(1)
  const rejected = (reason: 'bad-checksum' | 'foreign-address' | 'other-answer', used = nextStart(buffer, unit)): AnswerRead => ({
    kind: 'rejected',
    reason,
    used,
  })
  const from = buffer[0]
  if (from === undefined) return { kind: 'need-more' }
  if (from !== unit) return rejected('foreign-address')
  const told = answerLength(asked, buffer[1], buffer[2])
  if (told === 'other') return rejected('other-answer')
  if (told === 'need-more') return { kind: 'need-more' }
  const length = told + 3
  if (buffer.length < length) return { kind: 'need-more' }
  if (!isFrame(buffer, length)) return rejected('bad-checksum')
  const answer = answerIn(asked, buffer.subarray(1, 1 + told))
  return answer === null ? rejected('other-answer', length) : { kind: 'answer', answer, used: length }
}
