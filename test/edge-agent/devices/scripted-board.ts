import type { ModbusRelay } from '#dialects/board/modbus-relay'
import { answer, type BoardRequest, readRequest } from '#dialects/board/modbus-relay-board'
import type { PtyCable } from '../../support/pty.ts'

/** A relay board on the far end of a cable that does as the test says: real bytes, no time of its own. */
export interface ScriptedBoard {
  readonly inputs: boolean[]
  readonly outputs: boolean[]
  /** Every order it understood, in order; polls are not kept. */
  readonly orders: BoardRequest[]
  polls: number
  /** How it answers an order or a poll; null: not at all. */
  answers: (request: BoardRequest, honest: Uint8Array) => Uint8Array | null
  /** Whether it does what it is asked. */
  deaf: boolean
}

export function scriptedBoard(cable: PtyCable, relay: ModbusRelay = { unit: 1, channels: 8 }): ScriptedBoard {
  const board: ScriptedBoard = {
    inputs: Array.from({ length: relay.channels }, () => false),
    outputs: Array.from({ length: relay.channels }, () => false),
    orders: [],
    polls: 0,
    answers: (_, honest) => honest,
    deaf: false,
  }
  let buffer = new Uint8Array(0)
  cable.onHeard((bytes) => {
    buffer = Uint8Array.from([...buffer, ...bytes])
    for (;;) {
      const read = readRequest(buffer, relay)
      if (read.kind === 'need-more') return
      buffer = buffer.slice(read.used)
      if (read.kind === 'rejected') continue
      const { request, frame } = read
      if (request.kind === 'read-inputs') board.polls++
      else if (!request.kind.startsWith('read-')) board.orders.push(request)
      if (board.deaf) continue
      if (request.kind === 'set')
        request.on.forEach((on, at) => {
          board.outputs[request.from + at] = on
        })
      const bytes = board.answers(request, answer(request, frame, board))
      if (bytes) cable.say(bytes)
    }
  })
  return board
}
