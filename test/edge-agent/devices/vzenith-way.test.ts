import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, expect, it } from 'vitest'
import { fromBase64 } from '#dialects/camera/base64'
import { readVzenithCommand } from '#dialects/camera/vzenith-command'
import { encodeVzenithKeepAlive } from '#dialects/camera/vzenith-encode'
import { vzenithTopic } from '#dialects/camera/vzenith-topics'
import { kfSign } from '#dialects/sign/kf'
import { Instant, seconds } from '#edge/units'
import { lanBroker } from '../../../edge-agent/devices/lan-broker.ts'
import { signDevice } from '../../../edge-agent/devices/sign.ts'
import { vzenithWay } from '../../../edge-agent/devices/vzenith-way.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { signSimulator } from '../../../simulators/sign.ts'
import { eventually } from '../../support/eventually.ts'
import { listening } from './listening.ts'
import { quietLog } from './quiet-log.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})
const CAMERA = '3a1c7f20-00000011'

/** A camera on the agent's broker with a KF sign on its RS-485. */
async function camera(port: number, onBytes: (bytes: Uint8Array) => void): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`)
  client.on('message', (topic, payload) => {
    const heard = readVzenithCommand(topic, payload)
    const [sent] = (heard?.body as { serialData?: { data: string }[] } | undefined)?.serialData ?? []
    const bytes = sent ? fromBase64(sent.data) : null
    if (heard?.name === 'serial_data' && bytes) onBytes(bytes)
  })
  await client.subscribeAsync(vzenithTopic('A', CAMERA, 'down', '+'))
  const { topic, payload } = encodeVzenithKeepAlive({ device: CAMERA, at: Instant(Date.now()) }, 'A')
  await client.publishAsync(topic, Buffer.from(payload))
  return client
}

it('a sign behind a camera shows what it is told, from the camera’s first word to its last', async () => {
  const broker = lanBroker({ host: '127.0.0.1', port: 0, log: quietLog })
  const port = await broker.start()
  const simulated = signSimulator({ dialect: kfSign, line: { write: () => {} } })
  let ids = 0
  const sign = signDevice({
    name: 'sign-1',
    way: vzenithWay({ serialNumber: CAMERA.toUpperCase(), channel: 0, broker, clock: nodeClock(), newId: () => `id-${++ids}` }),
    dialect: kfSign,
    look: { lines: 2, columns: 16, unit: 1, colour: 'red' },
    defaultText: '请排队',
    defaultAfter: seconds(600),
    setUp: {},
    replace: new Map(),
    clock: nodeClock(),
    ...listening(),
  })
  toClose.push(
    () => broker.stop(),
    () => sign.stop(),
  )
  await sign.start()
  expect(sign.state()).toMatchObject({ state: 'unheard', detail: 'the camera has not been heard yet' })
  const client = await camera(port, simulated.hear)
  await eventually(() => simulated.showing().join('|') === '请排队|')
  sign.show('请上磅')
  await eventually(() => simulated.showing().join('|') === '请上磅|')
  await client.endAsync(true)
  await eventually(() => sign.state().state === 'lost')
  sign.show('请等待')
  const again = await camera(port, simulated.hear)
  toClose.push(() => again.endAsync(true))
  await eventually(() => simulated.showing().join('|') === '请等待|')
})
