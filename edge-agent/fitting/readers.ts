import type { CodeReaderConfig } from '../config/readers.ts'
import type { Device } from '../devices/device.ts'
import { readerDevice } from '../devices/reader.ts'
import { common, type Fitting } from './fitting.ts'

export const fitCodeReader = (fitting: Fitting, { address }: CodeReaderConfig): Device =>
  readerDevice({ ...common(fitting, 'reader'), address })
