import { outputOf } from './board-dialect.ts'
import { bitsOf, READ_INPUTS, READ_OUTPUTS, READ_REGISTERS, REFUSED, WRITE_OUTPUT, WRITE_REGISTERS } from './modbus-frame.ts'
import type { BoardAnswer, BoardOrder } from './orders.ts'

/**
 * Where a make of Modbus board has its relays and inputs: everything that differs between makes, whatever carries the telegrams. A
 * telegram here is function and data (the PDU), without address and checksum.
 */
export interface ModbusLayout {
  readonly outputs: number
  readonly inputs: number
  /** The coil of the first relay. */
  readonly firstCoil: number
  /** The value that switches a coil on. */
  readonly on: number
  readonly pulse: /** Coil `from` + n, the value in tenths of a second. */
    | { readonly by: 'timed-coil'; readonly from: number }
    /** Coil `from` + n starts a pulse of the length set in the board. */
    | { readonly by: 'start-coil'; readonly from: number }
    /** Registers `from` + `step` · n: 4 ("flash on"), then tenths of a second. */
    | { readonly by: 'registers'; readonly from: number; readonly step: number }
    | null
  /** First of the registers that say, relay by relay, whether an input drives it; null where there are none. */
  readonly modes: number | null
}

const LONGEST_PULSE_MS = 0x7fff * 100
export const FLASH_ON = 4

const word = (value: number): readonly [number, number] => [value >> 8, value & 0xff]
const coil = (at: number, value: number): number[] => [WRITE_OUTPUT, ...word(at), ...word(value)]

/** The telegram of an order; null where this make has no such order. A RangeError for what the board cannot do. */
export function telegramOf(layout: ModbusLayout, order: BoardOrder): readonly number[] | null {
  const { outputs, inputs, firstCoil, on, pulse, modes } = layout
  switch (order.kind) {
    case 'pulse': {
      if (pulse === null) return null
      const tenths = Math.ceil(order.milliseconds / 100)
      if (!(tenths >= 1 && order.milliseconds <= LONGEST_PULSE_MS)) throw new RangeError(`no pulse of ${order.milliseconds} ms`)
      const output = outputOf(order.output, outputs)
      if (pulse.by === 'timed-coil') return coil(pulse.from + output, tenths)
      if (pulse.by === 'start-coil') return coil(pulse.from + output, on)
      return [WRITE_REGISTERS, ...word(pulse.from + pulse.step * output), 0, 2, 4, 0, FLASH_ON, ...word(tenths)]
    }
    case 'set':
      return coil(firstCoil + outputOf(order.output, outputs), order.on ? on : 0)
    case 'read-inputs':
      return inputs === 0 ? null : [READ_INPUTS, 0, 0, ...word(inputs)]
    case 'read-outputs':
      return [READ_OUTPUTS, ...word(firstCoil), ...word(outputs)]
    case 'read-modes':
      return modes === null ? null : [READ_REGISTERS, ...word(modes), ...word(outputs)]
    case 'was-reset':
      return null
  }
}

/** How many bytes the answering telegram has, as far as its first two bytes tell; `other` where they cannot be the answer's. */
export function answerLength(
  request: ArrayLike<number>,
  told: number | undefined,
  second: number | undefined,
): number | 'need-more' | 'other' {
  const asked = request[0] ?? 0
  if (told === undefined) return 'need-more'
  if (told === (asked | REFUSED)) return 2
  if (told !== asked) return 'other'
  const dataBytes = dataBytesOf(request)
  if (dataBytes === null) return 5
  if (second === undefined) return 'need-more'
  return second === dataBytes ? 2 + dataBytes : 'other'
}

/** Bytes of data in the answer to a question; null for orders, whose answer repeats their first five bytes. */
function dataBytesOf(request: ArrayLike<number>): number | null {
  const count = ((request[3] ?? 0) << 8) | (request[4] ?? 0)
  switch (request[0]) {
    case READ_INPUTS:
    case READ_OUTPUTS:
      return Math.ceil(count / 8)
    case READ_REGISTERS:
      return 2 * count
    default:
      return null
  }
}

/** What a whole answering telegram of that length says; null where it answers something else. */
export function answerIn(request: ArrayLike<number>, told: Uint8Array): BoardAnswer | null {
  const [fn = 0, second = 0] = told
  if (fn & REFUSED) return { kind: 'refused', code: second }
  const count = ((request[3] ?? 0) << 8) | (request[4] ?? 0)
  switch (fn) {
    case READ_INPUTS:
    case READ_OUTPUTS:
      return { kind: fn === READ_INPUTS ? 'inputs' : 'outputs', on: bitsOf(told.subarray(2), count) }
    case READ_REGISTERS:
      return { kind: 'modes', modes: Array.from({ length: count }, (_, at) => ((told[2 + 2 * at] ?? 0) << 8) | (told[3 + 2 * at] ?? 0)) }
    default:
      return told.every((byte, at) => request[at] === byte) ? { kind: 'accepted' } : null
  }
}
