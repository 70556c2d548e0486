import { adam4000 } from './adam-4000.ts'
import type { BoardDialect } from './board-dialect.ts'
import { jmdmAscii, jmdmUdp } from './jmdm.ts'
import { lcus } from './lcus.ts'
import { clone0100, dam, iologik, lc, waveshare } from './modbus-boards.ts'

/** Every make of relay and input board, by the name a configuration uses. */
export const BOARD_DIALECTS = {
  waveshare,
  lc,
  dam,
  'clone-0100': clone0100,
  iologik,
  'adam-4000': adam4000,
  lcus,
  'jmdm-ascii': jmdmAscii,
  'jmdm-udp': jmdmUdp,
} as const satisfies Record<string, BoardDialect>

export type BoardKind = keyof typeof BOARD_DIALECTS
export const BOARD_KINDS = Object.keys(BOARD_DIALECTS) as readonly BoardKind[]
export const boardDialect = (kind: BoardKind): BoardDialect => BOARD_DIALECTS[kind]
