import { Kilograms, milliseconds } from '#edge/units'
import { dialectOf, isAsked } from '../config/profile.ts'
import type { ScaleConfig } from '../config/scale.ts'
import { ASK_EVERY, askedScale } from '../devices/asked-scale.ts'
import type { Device } from '../devices/device.ts'
import { scaleDevice } from '../devices/scale.ts'
import { EdgeError } from '../errors.ts'
import { common, type Fitting } from './fitting.ts'

/** `config` with its profile worked in. */
export function fitScale(fitting: Fitting, config: ScaleConfig, onBytes: (bytes: Uint8Array) => void): Device {
  const { address, dialect: name, unit, decimals, acceptNet, filter = {}, poll = {} } = config
  const set = name === undefined ? null : dialectOf({ ...config, dialect: name })
  if (!set || unit === undefined) throw new EdgeError('config-wrong', { dialect: name, profile: config.profile, unit })
  const { dialect, settings, sevenBit } = set
  const parts = {
    ...common(fitting, 'scale'),
    address,
    dialect,
    settings,
    sevenBit,
    unit,
    decimals: decimals ?? null,
    acceptNet: acceptNet === true,
    equalFrames: filter.equalFrames ?? 1,
    capacity: filter.capacityKg === undefined ? null : Kilograms(filter.capacityKg),
    silentAfter: fitting.lane.rules.staleAfter,
    onBytes,
  }
  if (dialect.asking === null || !isAsked(set)) return scaleDevice(parts)
  return askedScale({
    ...parts,
    line: fitting.lines.at(address),
    every: milliseconds(poll.everyMilliseconds ?? ASK_EVERY),
    answerWithin: milliseconds(poll.answerWithinMilliseconds ?? dialect.asking.answerWithinMs),
  })
}
