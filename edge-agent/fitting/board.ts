import type { BoardSettings } from '#dialects/board/board-dialect'
import { milliseconds } from '#edge/units'
import type { LaneInput } from '#weighing/vocabulary'
import type { BoardConfig, RelaysConfig } from '../config/board.ts'
import { type Board, type BoardParts, boardDevice } from '../devices/board.ts'
import { common, type Fitting } from './fitting.ts'

export interface FittedBoard {
  readonly iron: Pick<Board, 'pulse' | 'light' | 'siren'>
  readonly devices: readonly Board[]
}

/** The lane's board; where the relays are on a second one, both, heard as one: the lane goes on only while both speak. */
export function fitBoard(
  fitting: Fitting,
  config: BoardConfig,
  onWritten: (bytes: Uint8Array) => void,
  onInputs: BoardParts['onInputs'],
): FittedBoard {
  const { relays } = config
  const inputs = { ...config.inputs }
  const sensors = onInputs === undefined ? {} : { onInputs }
  if (relays === undefined) {
    const board = boardDevice({
      ...common(fitting, 'board'),
      ...makeOf(config),
      ...sensors,
      wiring: { outputs: config.outputs, inputs } as BoardParts['wiring'],
      onWritten,
    })
    return { iron: board, devices: [board] }
  }
  const hear = heardTogether((input) => fitting.lane.tell(input))
  const board = boardDevice({
    ...common(fitting, 'board'),
    ...makeOf(config),
    ...sensors,
    wiring: { outputs: {}, inputs } as BoardParts['wiring'],
    onInput: hear('board'),
  })
  const outputs = boardDevice({
    ...common(fitting, 'relays'),
    ...makeOf(relays),
    wiring: { outputs: config.outputs as BoardParts['wiring']['outputs'], inputs: {} },
    onInput: hear('relays'),
    onWritten,
  })
  return { iron: outputs, devices: [board, outputs] }
}

function makeOf(config: RelaysConfig) {
  const { kind, address, unitAddress, linkageAllowed } = config
  const settings: Partial<BoardSettings> = {
    ...(config.outputChannels === undefined ? {} : { outputs: config.outputChannels }),
    ...(config.inputChannels === undefined ? {} : { inputs: config.inputChannels }),
    ...(config.framing === undefined ? {} : { framing: config.framing }),
    ...(config.checksum === undefined ? {} : { checksum: config.checksum }),
    ...(config.inBoardPulse === undefined ? {} : { inBoardPulse: config.inBoardPulse }),
    ...(config.statusQuery === undefined ? {} : { statusQuery: config.statusQuery }),
  }
  return {
    address,
    ...(kind === undefined ? {} : { kind }),
    ...(unitAddress === undefined ? {} : { unitAddress }),
    ...(linkageAllowed === undefined ? {} : { linkageAllowed }),
    settings,
    pollEvery: milliseconds(config.pollMilliseconds ?? 100),
    answerWithin: milliseconds(config.answerWithinMilliseconds ?? 300),
  }
}

/** Two devices that the lane knows as one `board`: heard when both are. */
export function heardTogether(tell: (input: LaneInput) => void): (name: 'board' | 'relays') => (input: LaneInput) => void {
  const heard = { board: false, relays: false }
  let told: boolean | null = null
  return (name) => (input) => {
    if (input.kind !== 'device') return tell(input)
    heard[name] = input.heard
    const both = heard.board && heard.relays
    // A first "not heard" is told as it is; "heard" waits for the other one.
    if (told === both) return
    if (told === null && !both && input.heard) return
    told = both
    tell({ ...input, device: 'board', heard: both })
  }
}
