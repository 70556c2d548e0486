import type { Clock } from '#edge/clock'
import type { DeviceState } from '#edge/lane-status'
import type { LaneConfig } from './config.ts'
import type { Board } from './devices/board.ts'
import type { Device } from './devices/device.ts'
import type { LanBroker } from './devices/lan-broker.ts'
import { fitBoard } from './fitting/board.ts'
import { fitCameras } from './fitting/cameras.ts'
import type { Fitting } from './fitting/fitting.ts'
import { fitCodeReader } from './fitting/readers.ts'
import { fitScale } from './fitting/scale.ts'
import type { Lane } from './lane.ts'
import type { Log } from './log.ts'

/** The iron of one lane, as its part of the configuration names it, with the lane's ears on all of it. */
export interface LaneDevices {
  readonly board: Board
  readonly all: readonly Device[]
}

export interface DeviceListeners {
  onState(state: DeviceState): void
  onScaleBytes(bytes: Uint8Array): void
  onRelayBytes(bytes: Uint8Array): void
}

export function laneDevices(
  config: LaneConfig,
  lane: Lane,
  parts: { broker: LanBroker; clock: Clock; log: Log } & DeviceListeners,
): LaneDevices {
  const { broker, clock, log, onState, onScaleBytes, onRelayBytes } = parts
  const fitting: Fitting = { lane, clock, log, onState }
  const scale = fitScale(fitting, config.scale, onScaleBytes)
  const board = fitBoard(fitting, config.board, onRelayBytes)
  const cameras = fitCameras(fitting, config.cameras, broker)
  const readers = config.reader ? [fitCodeReader(fitting, config.reader)] : []
  return { board, all: [scale, board, ...cameras, ...readers] }
}
