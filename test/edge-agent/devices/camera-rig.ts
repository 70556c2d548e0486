import { milliseconds } from '#edge/units'
import type { CameraConfig } from '../../../edge-agent/config/cameras.ts'
import { cameraDevice, type Picture } from '../../../edge-agent/devices/camera.ts'
import { type HttpListenerParts, httpListener } from '../../../edge-agent/devices/http-listener.ts'
import { lanBroker } from '../../../edge-agent/devices/lan-broker.ts'
import { LINK_RETRIES, retrySchedule } from '../../../edge-agent/devices/retry-schedule.ts'
import { fittedCamera } from '../../../edge-agent/fitting/cameras.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { listening } from './listening.ts'
import { quietLog } from './quiet-log.ts'

/** The agent's two houses for cameras on real ports, and devices as a configuration would have them, for one test. */
export async function cameraRig(toClose: (() => unknown)[], listenerParts: Partial<HttpListenerParts> = {}) {
  const clock = nodeClock()
  const log = quietLog
  const broker = lanBroker({ host: '127.0.0.1', port: 0, log })
  const listener = httpListener({ host: '127.0.0.1', port: 0, clock, log, ...listenerParts })
  const [mqttPort, httpPort] = await Promise.all([broker.start(), listener.start()])
  toClose.push(() => broker.stop())
  toClose.push(() => listener.stop())

  async function fit(config: CameraConfig) {
    const ears = listening()
    const pictures: Picture[] = []
    const schedule = retrySchedule({ ...LINK_RETRIES, first: milliseconds(50), most: milliseconds(200), chance: () => 0.5 })
    const device = cameraDevice({
      ...fittedCamera(config, { broker, listener }, { clock, log, schedule }),
      name: `camera-${config.side}`,
      clock,
      log,
      ...ears,
      onPicture: (picture) => pictures.push(picture),
    })
    await device.start()
    toClose.push(() => device.stop())
    const seen = () => ears.inputs.flatMap((input) => (input.kind === 'sighting' ? [input.sighting] : []))
    return { device, seen, pictures, ears, plates: () => seen().map(({ plate }) => plate) }
  }
  return {
    clock,
    broker,
    listener,
    mqttPort,
    httpPort,
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
    httpUrl: `http://127.0.0.1:${httpPort}`,
    fit,
  }
}
