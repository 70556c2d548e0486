import { scaleDialect } from '#dialects/scale/scale-dialects'
import type { Clock } from '#edge/clock'
import type { DeviceState } from '#edge/lane-status'
import { milliseconds } from '#edge/units'
import type { LaneConfig } from './config.ts'
import { type Board, type BoardWiring, boardDevice } from './devices/board.ts'
import { CAMERA_REPEAT_WITHIN, CAMERA_SILENT_AFTER, cameraDevice } from './devices/camera.ts'
import type { Device } from './devices/device.ts'
import type { LanBroker } from './devices/lan-broker.ts'
import { readerDevice } from './devices/reader.ts'
import { LINK_RETRIES, retrySchedule } from './devices/retry-schedule.ts'
import { scaleDevice } from './devices/scale.ts'
import { EdgeError } from './errors.ts'
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
  const common = (name: string) => ({
    name,
    clock,
    log: log.child({ lane: config.lane, device: name }),
    onInput: lane.tell,
    onState,
    schedule: retrySchedule({ ...LINK_RETRIES, chance: Math.random }),
  })
  const dialect = scaleDialect(config.scale.dialect)
  if (!dialect) throw new EdgeError('config-wrong', { lane: config.lane, dialect: config.scale.dialect })

  const scale = scaleDevice({
    ...common('scale'),
    address: config.scale.address,
    dialect,
    unit: config.scale.unit,
    silentAfter: lane.rules.staleAfter,
    onBytes: onScaleBytes,
  })
  const board = boardDevice({
    ...common('board'),
    address: config.board.address,
    unitAddress: config.board.unitAddress,
    wiring: { outputs: config.board.outputs, inputs: config.board.inputs } as BoardWiring,
    pollEvery: milliseconds(config.board.pollMilliseconds ?? 100),
    answerWithin: milliseconds(config.board.answerWithinMilliseconds ?? 300),
    onWritten: onRelayBytes,
  })
  const cameras = config.cameras.map(({ side, serialNumber, silentAfterSeconds }) =>
    cameraDevice({
      ...common(`camera-${side}`),
      side,
      serialNumber,
      broker,
      silentAfter: silentAfterSeconds === undefined ? CAMERA_SILENT_AFTER : milliseconds(Math.round(silentAfterSeconds * 1_000)),
      repeatWithin: CAMERA_REPEAT_WITHIN,
      onPicture: lane.picture,
    }),
  )
  const readers = config.reader ? [readerDevice({ ...common('reader'), address: config.reader.address })] : []
  return { board, all: [scale, board, ...cameras, ...readers] }
}
