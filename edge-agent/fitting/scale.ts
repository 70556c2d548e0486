import { scaleDialect } from '#dialects/scale/scale-dialects'
import type { ScaleConfig } from '../config/scale.ts'
import type { Device } from '../devices/device.ts'
import { scaleDevice } from '../devices/scale.ts'
import { EdgeError } from '../errors.ts'
import { common, type Fitting } from './fitting.ts'

export function fitScale(fitting: Fitting, config: ScaleConfig, onBytes: (bytes: Uint8Array) => void): Device {
  const dialect = scaleDialect(config.dialect)
  if (!dialect) throw new EdgeError('config-wrong', { dialect: config.dialect })
  return scaleDevice({
    ...common(fitting, 'scale'),
    address: config.address,
    dialect,
    unit: config.unit,
    silentAfter: fitting.lane.rules.staleAfter,
    onBytes,
  })
}
