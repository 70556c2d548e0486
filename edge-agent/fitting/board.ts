import { milliseconds } from '#edge/units'
import type { BoardConfig } from '../config/board.ts'
import { type Board, type BoardWiring, boardDevice } from '../devices/board.ts'
import { common, type Fitting } from './fitting.ts'

export const fitBoard = (fitting: Fitting, config: BoardConfig, onWritten: (bytes: Uint8Array) => void): Board =>
  boardDevice({
    ...common(fitting, 'board'),
    address: config.address,
    unitAddress: config.unitAddress,
    wiring: { outputs: config.outputs, inputs: config.inputs } as BoardWiring,
    pollEvery: milliseconds(config.pollMilliseconds ?? 100),
    answerWithin: milliseconds(config.answerWithinMilliseconds ?? 300),
    onWritten,
  })
