import { bitsOf, framed, isFrame, nextStart, READ_INPUTS, READ_OUTPUTS, REFUSED, WRITE_OUTPUT } from './modbus-frame.ts'
import type { BoardAnswer, BoardOrder } from './orders.ts'

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
const LONGEST_PULSE_MS = 0x7fff * 100

/** The bytes of an order; a RangeError for an output the board does not have or a pulse it cannot time. */
export function encodeOrder({ unit, channels }: ModbusRelay, order: BoardOrder): Uint8Array {
  switch (order.kind) {
    case 'pulse': {
      const tenths = Math.ceil(order.milliseconds / 100)
      if (!(tenths >= 1 && order.milliseconds <= LONGEST_PULSE_MS)) throw new RangeError(`no pulse of ${order.milliseconds} ms`)
      return write(unit, PULSE_FROM + outputOf(order.output, channels), tenths)
    }
    case 'set':
      return write(unit, outputOf(order.output, channels), order.on ? 0xff00 : 0)
    case 'read-inputs':
      return framed(unit, READ_INPUTS, 0, 0, 0, channels)
    case 'read-outputs':
      return framed(unit, READ_OUTPUTS, 0, 0, 0, channels)
  }
}

function outputOf(output: number, channels: number): number {
  if (!Number.isInteger(output) || output < 0 || output >= channels) throw new RangeError(`no output ${output} among ${channels}`)
  return output
}

const write = (unit: number, coil: number, value: number): Uint8Array =>
  framed(unit, WRITE_OUTPUT, coil >> 8, coil & 0xff, value >> 8, value & 0xff)

/**
 * What a growing buffer says in answer to a request. `used` bytes are done with; drop them and read on. `foreign-address`: not this
 * board's; `other-answer`: this board's, but to something else that was asked before; neither is ever taken for our answer.
 */
export type AnswerRead =
  | { readonly kind: 'need-more' }
  | { readonly kind: 'answer'; readonly answer: BoardAnswer; readonly used: number }
  | { readonly kind: 'rejected'; readonly reason: 'bad-checksum' | 'foreign-address' | 'other-answer'; readonly used: number }

/**
 * `request` is what `encodeOrder` gave; at most one is ever waiting for its answer. Empty the buffer before asking and after a
 * time-out: RTU frames have no start byte, so half an answer would stand in the way of the next one.
 */
export function readAnswer(buffer: Uint8Array, request: Uint8Array): AnswerRead {
  const [unit = 0, asked = 0, , , , count = 0] = request
  const rejected = (reason: 'bad-checksum' | 'foreign-address' | 'other-answer', used = nextStart(buffer, unit)): AnswerRead => ({
    kind: 'rejected',
    reason,
    used,
  })
  const [from, told, third] = buffer
  if (from === undefined) return { kind: 'need-more' }
  if (from !== unit) return rejected('foreign-address')
  if (told === undefined) return { kind: 'need-more' }
  const refused = told === (asked | REFUSED)
  if (told !== asked && !refused) return rejected('other-answer')
  const reads = asked === READ_INPUTS || asked === READ_OUTPUTS
  const dataBytes = Math.ceil(count / 8)
  if (reads && !refused) {
    if (third === undefined) return { kind: 'need-more' }
    if (third !== dataBytes) return rejected('other-answer')
  }
  const length = refused ? 5 : reads ? 5 + dataBytes : request.length
  if (buffer.length < length) return { kind: 'need-more' }
  if (!isFrame(buffer, length)) return rejected('bad-checksum')
  if (refused) return { kind: 'answer', answer: { kind: 'refused', code: third ?? 0 }, used: length }
  if (reads) {
    const on = bitsOf(buffer.subarray(3, 3 + dataBytes), count)
    return { kind: 'answer', answer: { kind: asked === READ_INPUTS ? 'inputs' : 'outputs', on }, used: length }
  }
  if (request.some((byte, at) => buffer[at] !== byte)) return rejected('other-answer', length)
  return { kind: 'answer', answer: { kind: 'accepted' }, used: length }
}
