import type { Clock } from '#edge/clock'
import type { DeviceState } from '#edge/lane-status'
import type { LaneConfig } from './config.ts'
import type { AskedLines } from './devices/asked-lines.ts'
import { gatesOf } from './devices/barrier.ts'
import { believed } from './devices/detector.ts'
import type { Device } from './devices/device.ts'
import type { Printer } from './devices/printer.ts'
import { fitBarriers } from './fitting/barriers.ts'
import { fitBoard } from './fitting/board.ts'
import { type CameraHouses, fitCameras } from './fitting/cameras.ts'
import { fitDetector } from './fitting/detector.ts'
import { fitDriver } from './fitting/driver.ts'
import type { Fitting } from './fitting/fitting.ts'
import { fitPrinter } from './fitting/printer.ts'
import { fitCodeReader, fitTagReader } from './fitting/readers.ts'
import { fitScale } from './fitting/scale.ts'
import type { Lane, LaneIron } from './lane.ts'
import type { Log } from './log.ts'

/** The iron of one lane, as its part of the configuration names it, with the lane's ears on all of it. */
export interface LaneDevices {
  readonly iron: LaneIron
  readonly printer: Printer | null
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
  parts: { houses: CameraHouses; lines: AskedLines; clock: Clock; log: Log } & DeviceListeners,
): LaneDevices {
  const { houses, lines, clock, log, onState, onScaleBytes, onRelayBytes } = parts
  const fitting: Fitting = { lane, clock, log, lines, onState }
  const detector = config.detector ? fitDetector(fitting, config.detector) : null
  const hears = detector ? { ...fitting, lane: { ...lane, tell: believed(lane.tell, detector.trusts, clock) } } : fitting
  const scale = fitScale(hears, config.scale, onScaleBytes)
  const board = fitBoard(fitting, config.board, onRelayBytes, detector?.onInputs)
  const barriers = fitBarriers(fitting, config.barriers ?? {}, houses.broker)
  const cameras = fitCameras(fitting, config.cameras, houses)
  const readers = [
    ...(config.reader ? [fitCodeReader(fitting, config.reader)] : []),
    ...(config.tagReader ? [fitTagReader(fitting, config.tagReader)] : []),
  ]
  const driver = fitDriver(fitting, config, houses.broker)
  const printer = config.printer ? fitPrinter(fitting, config.printer) : null
  const others = [detector, barriers.entry, barriers.exit].filter((device) => device !== null && device !== undefined)
  return {
    iron: {
      ...gatesOf(board.iron, barriers),
      tellDriver: driver.tellDriver,
      photograph: () => {
        for (const camera of cameras) camera.photograph()
      },
    },
    printer,
    all: [scale, ...board.devices, ...others, ...cameras, ...readers, ...driver.devices, ...(printer ? [printer] : [])],
  }
}
