import { randomUUID } from 'node:crypto'
import type { BarrierConfig, BarriersConfig } from '../config/barriers.ts'
import type { Barrier } from '../devices/barrier.ts'
import { httpBarrier } from '../devices/barrier-http.ts'
import { dahuaGate, hikvisionGate } from '../devices/barrier-makes.ts'
import { vzenithBarrier } from '../devices/barrier-vzenith.ts'
import { httpDevice } from '../devices/http-device.ts'
import type { LanBroker } from '../devices/lan-broker.ts'
import { EdgeError } from '../errors.ts'
import { common, type Fitting } from './fitting.ts'

/** The barriers of a lane that cameras open, by gate. */
export function fitBarriers(
  fitting: Fitting,
  { entry, exit }: BarriersConfig,
  broker: Pick<LanBroker, 'hear' | 'publish'>,
): { readonly entry?: Barrier; readonly exit?: Barrier } {
  return {
    ...(entry === undefined ? {} : { entry: fitBarrier(fitting, 'barrier-entry', entry, broker) }),
    ...(exit === undefined ? {} : { exit: fitBarrier(fitting, 'barrier-exit', exit, broker) }),
  }
}

function fitBarrier(fitting: Fitting, name: string, config: BarrierConfig, broker: Pick<LanBroker, 'hear' | 'publish'>): Barrier {
  const parts = common(fitting, name)
  const { kind, serialNumber, address, user, password, channel = 1, openType = 'Normal' } = config
  if (kind === 'vzenith') {
    if (serialNumber === undefined) throw new EdgeError('config-wrong', { barrier: name })
    const { openOutput = 0, closeOutput } = config
    return vzenithBarrier({ ...parts, serialNumber, openOutput, closeOutput, broker, newId: randomUUID })
  }
  if (address === undefined) throw new EdgeError('config-wrong', { barrier: name })
  const web = httpDevice({
    baseUrl: address,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    clock: parts.clock,
    log: parts.log,
  })
  return httpBarrier({ ...parts, web, gate: kind === 'hikvision' ? hikvisionGate(channel) : dahuaGate(channel, openType) })
}
