import { milliseconds } from '#edge/units'
import type { DetectorConfig } from '../config/board.ts'
import { type Contact, type Detector, detectorDevice } from '../devices/detector.ts'
import { SUPERVISION } from '../devices/supervision.ts'
import { common, type Fitting } from './fitting.ts'

export const fitDetector = (fitting: Fitting, { signal, life, silentAfterSeconds }: DetectorConfig): Detector =>
  detectorDevice({
    ...common(fitting, 'detector'),
    signal: signal as Contact,
    life: life as Contact,
    silentAfter: silentAfterSeconds === undefined ? SUPERVISION.detector.ours : milliseconds(Math.round(silentAfterSeconds * 1_000)),
  })
