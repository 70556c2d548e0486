import {
  bitsOf,
  bytesOfBits,
  framed,
  isFrame,
  nextStart,
  READ_INPUTS,
  READ_OUTPUTS,
  REFUSED,
  WRITE_OUTPUT,
  WRITE_OUTPUTS,
} from './modbus-frame.ts'
import { type ModbusRelay, PULSE_FROM } from './modbus-relay.ts'

/** The board's side of the same page: what a simulated board hears and says. Outputs and inputs are numbered from 0. */
export type BoardRequest =
  | { readonly kind: 'set'; readonly from: number; readonly on: readonly boolean[] }
  | { readonly kind: 'toggle'; readonly from: number; readonly count: number }
  /** The relay takes the state `on` for so long and then the other one: `false` is the "flash off" of coils 0400 + n. */
  | { readonly kind: 'pulse'; readonly output: number; readonly on: boolean; readonly milliseconds: number }
  | { readonly kind: 'read-inputs' | 'read-outputs'; readonly from: number; readonly count: number }
  | { readonly kind: 'refused'; readonly code: number }

export type RequestRead =
  | { readonly kind: 'need-more' }
  /** `frame`: the request's own bytes, which the answer to an order repeats. */
  | { readonly kind: 'request'; readonly request: BoardRequest; readonly frame: Uint8Array; readonly used: number }
  | { readonly kind: 'rejected'; readonly reason: 'bad-checksum' | 'foreign-address'; readonly used: number }

const REVERSE_PULSE_FROM = 0x0400
const ALL = 0x00ff
const ILLEGAL_FUNCTION = 1
const ILLEGAL_ADDRESS = 2
const ILLEGAL_VALUE = 3

/**
 * The first request in a growing buffer; drop `used` bytes and read on, and everything when the line was quiet. All requests but a
 * list write have eight bytes.
 */
export function readRequest(buffer: Uint8Array, board: ModbusRelay): RequestRead {
  const [unit, asked] = buffer
  if (unit === undefined) return { kind: 'need-more' }
  if (unit !== board.unit) return { kind: 'rejected', reason: 'foreign-address', used: nextStart(buffer, board.unit) }
  const listed = buffer[6]
  if (asked === undefined || (asked === WRITE_OUTPUTS && listed === undefined)) return { kind: 'need-more' }
  const length = asked === WRITE_OUTPUTS ? 9 + (listed ?? 0) : 8
  if (buffer.length < length) return { kind: 'need-more' }
  if (!isFrame(buffer, length)) return { kind: 'rejected', reason: 'bad-checksum', used: nextStart(buffer, board.unit) }
  const frame = buffer.slice(0, length)
  return { kind: 'request', request: understand(frame, board.channels), frame, used: length }
}

function understand(frame: Uint8Array, channels: number): BoardRequest {
  const [, asked = 0, highAddress = 0, lowAddress = 0, highValue = 0, lowValue = 0] = frame
  const address = (highAddress << 8) | lowAddress
  const value = (highValue << 8) | lowValue
  const refused = (code: number): BoardRequest => ({ kind: 'refused', code })
  const inRange = address + value <= channels && value >= 1
  switch (asked) {
    case READ_INPUTS:
    case READ_OUTPUTS:
      if (!inRange) return refused(ILLEGAL_ADDRESS)
      return { kind: asked === READ_INPUTS ? 'read-inputs' : 'read-outputs', from: address, count: value }
    case WRITE_OUTPUTS:
      if (!inRange) return refused(ILLEGAL_ADDRESS)
      if (frame[6] !== Math.ceil(value / 8)) return refused(ILLEGAL_VALUE)
      return { kind: 'set', from: address, on: bitsOf(frame.subarray(7), value) }
    case WRITE_OUTPUT: {
      for (const [from, on] of [
        [PULSE_FROM, true],
        [REVERSE_PULSE_FROM, false],
      ] as const)
        if (address >= from && address < from + channels) return { kind: 'pulse', output: address - from, on, milliseconds: value * 100 }
      const [first, count] = address === ALL ? [0, channels] : [address, 1]
      if (first >= channels) return refused(ILLEGAL_ADDRESS)
      if (value === 0x5500) return { kind: 'toggle', from: first, count }
      if (value !== 0xff00 && value !== 0) return refused(ILLEGAL_VALUE)
      return { kind: 'set', from: first, on: Array.from({ length: count }, () => value !== 0) }
    }
    default:
      return refused(ILLEGAL_FUNCTION)
  }
}

/** The bytes the board answers: an order is repeated, a question answered from the states handed in, all else refused. */
export function answer(
  request: BoardRequest,
  frame: Uint8Array,
  states: { readonly outputs: readonly boolean[]; readonly inputs: readonly boolean[] },
): Uint8Array {
  const [unit = 0, asked = 0] = frame
  switch (request.kind) {
    case 'set':
      // A list write is confirmed by its head only.
      return asked === WRITE_OUTPUTS ? framed(...frame.subarray(0, 6)) : frame.slice()
    case 'toggle':
    case 'pulse':
      return frame.slice()
    case 'read-inputs':
    case 'read-outputs': {
      const all = request.kind === 'read-inputs' ? states.inputs : states.outputs
      const bytes = bytesOfBits(Array.from({ length: request.count }, (_, i) => all[request.from + i] === true))
      return framed(unit, asked, bytes.length, ...bytes)
    }
    case 'refused':
      return framed(unit, asked | REFUSED, request.code)
  }
}
