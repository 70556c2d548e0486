import type { BoardRequest, BoardStates, RequestRead } from './board-dialect.ts'
import {
  bitsOf,
  bytesOfBits,
  framed,
  isFrame,
  nextStart,
  READ_INPUTS,
  READ_OUTPUTS,
  READ_REGISTERS,
  REFUSED,
  WRITE_OUTPUT,
  WRITE_OUTPUTS,
  WRITE_REGISTERS,
} from './modbus-frame.ts'
import { FLASH_ON, type ModbusLayout } from './modbus-layout.ts'
import { type ModbusRelay, waveshareLayout } from './modbus-relay.ts'

export type { BoardRequest, RequestRead }

/** Function and data of a request. */
export type Heard = Uint8Array

const REVERSE_PULSE_FROM = 0x0400
const ALL = 0x00ff
const ILLEGAL_FUNCTION = 1
const ILLEGAL_ADDRESS = 2
const ILLEGAL_VALUE = 3
/** Of a pulse whose length is set in the board. */
export const OWN_PULSE_MS = 1_000

/** Requests over a serial line. All but the writing of lists have eight bytes. */
export function readRequest(buffer: Uint8Array, board: ModbusRelay): RequestRead {
  return readRtuRequest(buffer, board.unit, waveshareLayout(board.channels, board.channels))
}

export function readRtuRequest(buffer: Uint8Array, ourUnit: number, layout: ModbusLayout): RequestRead {
  const [unit, asked] = buffer
  if (unit === undefined) return { kind: 'need-more' }
  if (unit !== ourUnit) return { kind: 'rejected', reason: 'foreign-address', used: nextStart(buffer, ourUnit) }
  const lists = asked === WRITE_OUTPUTS || asked === WRITE_REGISTERS
  const listed = buffer[6]
  if (asked === undefined || (lists && listed === undefined)) return { kind: 'need-more' }
  const length = lists ? 9 + (listed ?? 0) : 8
  if (buffer.length < length) return { kind: 'need-more' }
  if (!isFrame(buffer, length)) return { kind: 'rejected', reason: 'bad-checksum', used: nextStart(buffer, ourUnit) }
  const frame = buffer.slice(0, length)
  return { kind: 'request', request: understand(frame.subarray(1, -2), layout), frame, used: length }
}

export function understand(telegram: Heard, layout: ModbusLayout): BoardRequest {
  const [asked = 0, highAddress = 0, lowAddress = 0, highValue = 0, lowValue = 0] = telegram
  const address = (highAddress << 8) | lowAddress
  const value = (highValue << 8) | lowValue
  const { outputs, inputs, firstCoil, pulse, modes } = layout
  const refused = (code: number): BoardRequest => ({ kind: 'refused', code })
  const within = (from: number, count: number): boolean => address >= from && address + value <= from + count && value >= 1
  switch (asked) {
    case READ_INPUTS:
      return within(0, inputs) ? { kind: 'read-inputs', from: address, count: value } : refused(ILLEGAL_ADDRESS)
    case READ_OUTPUTS:
      return within(firstCoil, outputs) ? { kind: 'read-outputs', from: address - firstCoil, count: value } : refused(ILLEGAL_ADDRESS)
    case READ_REGISTERS:
      return modes !== null && within(modes, outputs)
        ? { kind: 'read-modes', from: address - modes, count: value }
        : refused(ILLEGAL_FUNCTION)
    case WRITE_OUTPUTS:
      if (!within(firstCoil, outputs)) return refused(ILLEGAL_ADDRESS)
      if (telegram[5] !== Math.ceil(value / 8)) return refused(ILLEGAL_VALUE)
      return { kind: 'set', from: address - firstCoil, on: bitsOf(telegram.subarray(6), value) }
    case WRITE_REGISTERS: {
      if (pulse?.by !== 'registers') return refused(ILLEGAL_FUNCTION)
      const output = (address - pulse.from) / pulse.step
      if (!Number.isInteger(output) || output < 0 || output >= outputs) return refused(ILLEGAL_ADDRESS)
      const [highMode = 0, lowMode = 0, high = 0, low = 0] = telegram.subarray(6)
      if (value !== 2 || ((highMode << 8) | lowMode) !== FLASH_ON) return refused(ILLEGAL_VALUE)
      return { kind: 'pulse', output, on: true, milliseconds: ((high << 8) | low) * 100 }
    }
    case WRITE_OUTPUT:
      return written(address, value, layout)
    default:
      return refused(ILLEGAL_FUNCTION)
  }
}

function written(address: number, value: number, { outputs, firstCoil, on, pulse }: ModbusLayout): BoardRequest {
  const refused = (code: number): BoardRequest => ({ kind: 'refused', code })
  if (pulse?.by === 'timed-coil')
    for (const [from, state] of [
      [pulse.from, true],
      [REVERSE_PULSE_FROM, false],
    ] as const)
      if (address >= from && address < from + outputs)
        return { kind: 'pulse', output: address - from, on: state, milliseconds: value * 100 }
  if (pulse?.by === 'start-coil' && address >= pulse.from && address < pulse.from + outputs)
    return value === on ? { kind: 'pulse', output: address - pulse.from, on: true, milliseconds: OWN_PULSE_MS } : refused(ILLEGAL_VALUE)
  const [first, count] = address === ALL ? [0, outputs] : [address - firstCoil, 1]
  if (first < 0 || first >= outputs) return refused(ILLEGAL_ADDRESS)
  if (value === 0x5500) return { kind: 'toggle', from: first, count }
  if (value !== on && value !== 0) return refused(ILLEGAL_VALUE)
  return { kind: 'set', from: first, on: Array.from({ length: count }, () => value !== 0) }
}

/** The telegram the board answers: an order is repeated, a question answered from the states handed in, all else refused. */
export function answeringTelegram(request: BoardRequest, heard: Heard, states: BoardStates): readonly number[] {
  const [asked = 0] = heard
  switch (request.kind) {
    case 'set':
    case 'toggle':
    case 'pulse':
      // A list is confirmed by its head only.
      return [...heard.subarray(0, 5)]
    case 'read-inputs':
    case 'read-outputs': {
      const all = request.kind === 'read-inputs' ? states.inputs : states.outputs
      const bytes = bytesOfBits(Array.from({ length: request.count }, (_, i) => all[request.from + i] === true))
      return [asked, bytes.length, ...bytes]
    }
    case 'read-modes': {
      const modes = Array.from({ length: request.count }, (_, at) => states.modes?.[request.from + at] ?? 0)
      return [asked, 2 * modes.length, ...modes.flatMap((mode) => [mode >> 8, mode & 0xff])]
    }
    case 'was-reset':
      return [asked | REFUSED, ILLEGAL_FUNCTION]
    case 'refused':
      return [asked | REFUSED, request.code]
  }
}

/** The bytes of the answer over a serial line. */
export const answer = (request: BoardRequest, frame: Uint8Array, states: BoardStates): Uint8Array =>
  framed(frame[0] ?? 0, ...answeringTelegram(request, frame.subarray(1, -2), states))
