import type { Span } from '#edge/units'
import type { Gate } from '#weighing/vocabulary'
import type { Board, PulseOutcome } from './board-parts.ts'
import type { Device } from './device.ts'

/** One barrier that is not on the board: a plate camera's output opens it. Each order is given once, whatever becomes of it. */
export interface Barrier extends Device {
  pulse(move: 'open' | 'close', length: Span): Promise<PulseOutcome>
}

type Iron = Pick<Board, 'pulse' | 'light' | 'siren'>

/** What moves at a lane: the board, but a gate with a barrier of its own by that one. */
export function gatesOf(board: Iron, barriers: Readonly<Partial<Record<Gate, Barrier>>>): Iron {
  return {
    pulse: (gate, move, length) => barriers[gate]?.pulse(move, length) ?? board.pulse(gate, move, length),
    light: board.light,
    siren: board.siren,
  }
}
