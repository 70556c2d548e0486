import { tagDialect } from '#dialects/reader/tag-dialects'
import { milliseconds, type Span } from '#edge/units'
import type { CodeReaderConfig, TagReaderConfig } from '../config/readers.ts'
import type { Device } from '../devices/device.ts'
import { readerDevice } from '../devices/reader.ts'
import { TAG_POLL_EVERY, TAG_REPEAT_WITHIN, tagReaderDevice } from '../devices/tag-reader.ts'
import { EdgeError } from '../errors.ts'
import { common, type Fitting } from './fitting.ts'

export const fitCodeReader = (fitting: Fitting, { address }: CodeReaderConfig): Device =>
  readerDevice({ ...common(fitting, 'reader'), address })

export function fitTagReader(fitting: Fitting, config: TagReaderConfig): Device {
  const dialect = tagDialect(config.dialect)
  if (!dialect) throw new EdgeError('config-wrong', { tagReader: config.dialect })
  const { address, unitAddress = 0, form = 'decimal', pollSeconds, repeatWithinSeconds } = config
  return tagReaderDevice({
    ...common(fitting, 'tag-reader'),
    address,
    dialect,
    settings: { unit: unitAddress, form },
    pollEvery: span(pollSeconds, TAG_POLL_EVERY),
    repeatWithin: span(repeatWithinSeconds, TAG_REPEAT_WITHIN),
  })
}

const span = (given: number | undefined, otherwise: Span): Span =>
  given === undefined ? otherwise : milliseconds(Math.round(given * 1_000))
