import type { BoardAnswer, BoardOrder } from './orders.ts'

/** What a site says about its board, all of it filled in; which of it a kind knows is in `takes`. */
export interface BoardSettings {
  /** Address on the line. */
  readonly unit: number
  readonly outputs: number
  readonly inputs: number
  /** How Modbus is carried: with a CRC over a serial line, or with a header over TCP. */
  readonly framing: 'rtu' | 'tcp'
  /** Each line ends in a two-digit sum. */
  readonly checksum: boolean
  /** The board times pulses itself; false for boards that can and are not to. */
  readonly inBoardPulse: boolean
  /** It answers when asked for its relays. */
  readonly statusQuery: boolean
}

/**
 * What a growing buffer says in answer to a request. `used` bytes are done with; drop them and read on. `foreign-address`: not this
 * board's; `other-answer`: this board's, but to something else that was asked before; neither is ever taken for our answer.
 */
export type AnswerRead =
  | { readonly kind: 'need-more' }
  | { readonly kind: 'answer'; readonly answer: BoardAnswer; readonly used: number }
  | { readonly kind: 'rejected'; readonly reason: 'bad-checksum' | 'bad-frame' | 'foreign-address' | 'other-answer'; readonly used: number }

/** An order as it went out. */
export interface AskedOrder {
  readonly order: BoardOrder
  readonly bytes: Uint8Array
}

/** Our side of the line. */
export interface BoardHost {
  /**
   * The bytes of an order, or null where the board has no such order. `nth` counts the requests: protocols that number them can tell
   * a late answer. A RangeError for an output the board does not have or a pulse it cannot time.
   */
  encode(order: BoardOrder, nth: number): Uint8Array | null
  /** Whether it says anything to this order. What it never answers is written and stays unknown. */
  answers(order: BoardOrder): boolean
  /**
   * Empty the buffer before asking and after a time-out: most of these frames have no start byte, so half an answer would stand in
   * the way of the next one.
   */
  readAnswer(buffer: Uint8Array, asked: AskedOrder): AnswerRead
}

/** The board's side of the same page: what a simulated board hears. */
export type BoardRequest =
  | { readonly kind: 'set'; readonly from: number; readonly on: readonly boolean[] }
  | { readonly kind: 'toggle'; readonly from: number; readonly count: number }
  /** The relay takes the state `on` for so long and then the other one: `false` is the "flash off" of coils 0400 + n. */
  | { readonly kind: 'pulse'; readonly output: number; readonly on: boolean; readonly milliseconds: number }
  | { readonly kind: 'read-inputs' | 'read-outputs'; readonly from: number; readonly count: number }
  | { readonly kind: 'read-modes'; readonly from: number; readonly count: number }
  | { readonly kind: 'was-reset' }
  | { readonly kind: 'refused'; readonly code: number }

export type RequestRead =
  | { readonly kind: 'need-more' }
  /** `frame`: the request's own bytes, which the answer to an order repeats. */
  | { readonly kind: 'request'; readonly request: BoardRequest; readonly frame: Uint8Array; readonly used: number }
  | { readonly kind: 'rejected'; readonly reason: 'bad-checksum' | 'bad-frame' | 'foreign-address'; readonly used: number }

export interface BoardStates {
  readonly outputs: readonly boolean[]
  readonly inputs: readonly boolean[]
  /** Left out: all normal. */
  readonly modes?: readonly number[]
  readonly wasReset?: boolean
}

export interface BoardSide {
  /** The first request in a growing buffer; drop `used` bytes and read on, and everything when the line was quiet. */
  readRequest(buffer: Uint8Array): RequestRead
  /** What the board says to it; empty where it says nothing. */
  answer(request: BoardRequest, frame: Uint8Array, states: BoardStates): Uint8Array
}

/** A make of relay and input board. One file each; `board-dialects.ts` names them all. */
export interface BoardDialect {
  readonly name: string
  /** For people: makers, usual line, what is special. One line. */
  readonly about: string
  /** Each answer is a datagram (`udp://`), or bytes in a row (`serial:`, `tcp://`). */
  readonly over: 'bytes' | 'datagrams'
  /** Which settings a site may say; the others are as in `usual`. */
  readonly takes: readonly (keyof BoardSettings)[]
  /** Settings as the makers ship it. Outputs and inputs are those of the usual model. */
  readonly usual: BoardSettings
  /** How many there can be at most; 0 inputs is a board of relays only. */
  readonly most: { readonly outputs: number; readonly inputs: number; readonly unit: number }
  /** Models come in steps of so many channels, and answer for whole steps only. */
  readonly step: number
  /** `own-length`: the board has its own idea of how long a pulse is, set in the board. `none`: the host presses and lets go. */
  pulses(settings: BoardSettings): 'timed' | 'own-length' | 'none'
  /** The line must be quiet this long between telegrams, milliseconds. */
  readonly pause: number
  host(settings: BoardSettings): BoardHost
  board(settings: BoardSettings): BoardSide
}

/** A RangeError for an output that is not there. */
export function outputOf(output: number, outputs: number): number {
  if (!Number.isInteger(output) || output < 0 || output >= outputs) throw new RangeError(`no output ${output} among ${outputs}`)
  return output
}

/**
 * The settings of one board: as said, else as the makers ship it, with as many channels as the wires need in whole steps of the make,
 * and never fewer than the usual model has.
 */
export function settingsOf(
  { usual, step, most }: BoardDialect,
  said: Partial<BoardSettings>,
  highest: { readonly output: number; readonly input: number },
): BoardSettings {
  const channels = (wire: number, least: number, limit: number): number =>
    limit === 0 ? 0 : Math.max(least, Math.ceil((wire + 1) / step) * step)
  return {
    ...usual,
    outputs: channels(highest.output, usual.outputs, most.outputs),
    inputs: channels(highest.input, usual.inputs, most.inputs),
    ...said,
  }
}
