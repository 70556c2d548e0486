import { milliseconds } from '#edge/units'
import type { CameraConfig } from '../config/cameras.ts'
import { CAMERA_REPEAT_WITHIN, CAMERA_SILENT_AFTER, cameraDevice } from '../devices/camera.ts'
import type { Device } from '../devices/device.ts'
import type { LanBroker } from '../devices/lan-broker.ts'
import { common, type Fitting } from './fitting.ts'

export const fitCameras = (fitting: Fitting, cameras: readonly CameraConfig[], broker: LanBroker): Device[] =>
  cameras.map(({ side, serialNumber, silentAfterSeconds }) =>
    cameraDevice({
      ...common(fitting, `camera-${side}`),
      side,
      serialNumber,
      broker,
      silentAfter: silentAfterSeconds === undefined ? CAMERA_SILENT_AFTER : milliseconds(Math.round(silentAfterSeconds * 1_000)),
      repeatWithin: CAMERA_REPEAT_WITHIN,
      onPicture: fitting.lane.picture,
    }),
  )
