import mqtt, { type MqttClient } from 'mqtt'
import { afterEach, describe, expect, it } from 'vitest'
import {
  encodeVzenithKeepAlive,
  encodeVzenithPreview,
  encodeVzenithResult,
  type VzenithMessage,
  type VzenithPassage,
} from '#dialects/camera/vzenith-encode'
import { vzenithMqtt } from '#dialects/camera/vzenith-mqtt'
import { Instant, milliseconds } from '#edge/units'
import { type CameraParts, cameraDevice, type Picture } from '../../../edge-agent/devices/camera.ts'
import { mqttWay } from '../../../edge-agent/devices/camera-mqtt.ts'
import { type LanBrokerParts, lanBroker } from '../../../edge-agent/devices/lan-broker.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { eventually } from '../../support/eventually.ts'
import { listening } from './listening.ts'
import { quietLog } from './quiet-log.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

const SERIAL = '3a1c7f20-5b6d9e11'
const passage: VzenithPassage = {
  device: SERIAL,
  at: Instant(Date.now()),
  record: 'r1',
  text: '陕K·12345',
  colour: 'yellow',
  confidence: 97,
}
const pictures = { full: Uint8Array.of(0xff, 0xd8, 1), plate: Uint8Array.of(0xff, 0xd8, 2) }

async function site(about: Partial<CameraParts> = {}, brokerAbout: Partial<LanBrokerParts> = {}) {
  const broker = lanBroker({ host: '127.0.0.1', port: 0, log: quietLog, ...brokerAbout })
  const port = await broker.start()
  toClose.push(() => broker.stop())
  const ears = listening()
  const taken: Picture[] = []
  const camera = cameraDevice({
    name: 'camera-front',
    side: 'front',
    way: mqttWay({ dialect: vzenithMqtt, serialNumber: SERIAL, broker, clock: nodeClock(), log: quietLog }),
    silentAfter: milliseconds(5_000),
    repeatWithin: milliseconds(5_000),
    snapshot: null,
    clock: nodeClock(),
    log: quietLog,
    ...ears,
    onPicture: (picture) => taken.push(picture),
    ...about,
  })
  await camera.start()
  toClose.push(() => camera.stop())
  const seen = () => ears.inputs.flatMap((input) => (input.kind === 'sighting' ? [input.sighting] : []))
  const connect = async (options: mqtt.IClientOptions = {}): Promise<MqttClient> => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, ...options })
    client.on('error', () => {})
    toClose.push(() => client.endAsync(true))
    return client
  }
  return { broker, camera, port, ears, taken, seen, connect }
}
const say = (client: MqttClient, { topic, payload }: VzenithMessage) => client.publishAsync(topic, Buffer.from(payload), { qos: 1 })

describe('one passage, one sighting', () => {
  it.each(['A', 'B'] as const)('from a preview and its result in layout %s, with the pictures of the result', async (layout) => {
    const { connect, seen, taken, camera } = await site()
    const client = await connect()
    await say(client, encodeVzenithPreview({ ...passage, confidence: 80 }, layout))
    await say(client, encodeVzenithResult({ ...passage, pictures }, layout))
    await eventually(() => seen().length === 1)
    expect(seen()[0]).toMatchObject({
      camera: 'front',
      plate: '陕K12345',
      raw: '陕K·12345',
      colour: 'yellow',
      confidence: 97,
      backfill: false,
      said: { record: 'r1', colour: '2', plateType: '3 yellow-one-row', direction: '4 down', confidence: '97', deviceAt: passage.at },
    })
    expect(taken.map(({ jpeg }) => [...jpeg])).toEqual([
      [0xff, 0xd8, 1],
      [0xff, 0xd8, 2],
    ])
    expect(camera.counters()).toMatchObject({ sightings: 1, 'repeated-preview': 1 })
  })

  it('from a preview whose result never comes', async () => {
    const { connect, seen } = await site()
    await say(await connect(), encodeVzenithPreview(passage, 'A'))
    await eventually(() => seen().length === 1)
  })

  it('from the same message twice, and from another trigger a moment later', async () => {
    const { connect, seen, camera } = await site()
    const client = await connect()
    await say(client, encodeVzenithResult(passage, 'A'))
    await say(client, encodeVzenithResult(passage, 'A'))
    await say(client, encodeVzenithResult({ ...passage, record: 'r2' }, 'A'))
    await say(client, encodeVzenithResult({ ...passage, record: 'r3', text: '蒙KB7788' }, 'A'))
    await eventually(() => seen().length === 2)
    expect(seen().map(({ plate }) => plate)).toEqual(['陕K12345', '蒙KB7788'])
    expect(camera.counters()).toMatchObject({ sightings: 2, 'repeated-record': 1, 'repeated-plate': 1 })
  })

  it('and another when the same truck comes again later', async () => {
    const { connect, seen } = await site({ repeatWithin: milliseconds(1) })
    const client = await connect()
    await say(client, encodeVzenithResult(passage, 'A'))
    await eventually(() => seen().length === 1)
    await eventually(async () => {
      await say(client, encodeVzenithResult({ ...passage, record: `r${performance.now()}` }, 'A'))
      return seen().length >= 2
    })
  })
})

it.each([
  ['no plate', null, '_无_'],
  ['a text that is no plate', '陕K123', '陕K123'],
])('tells %s as a sighting without plate that keeps what was said', async (_, text, raw) => {
  const { connect, seen } = await site()
  await say(await connect(), encodeVzenithResult({ ...passage, text }, 'B'))
  await eventually(() => seen().length === 1)
  expect(seen()[0]).toMatchObject({ plate: null, raw })
})

it('marks what a camera backfills, and lets it hide nothing that is live', async () => {
  const { connect, seen } = await site()
  const client = await connect()
  await say(client, encodeVzenithResult({ ...passage, backfill: true }, 'A'))
  await say(client, encodeVzenithResult({ ...passage, backfill: true }, 'A'))
  await say(client, encodeVzenithResult(passage, 'A'))
  await say(client, encodeVzenithResult({ ...passage, backfill: true }, 'A'))
  await eventually(() => seen().length === 2)
  expect(seen().map(({ backfill }) => backfill)).toEqual([true, false])
})

it('counts what cannot be read, says so, and goes on', async () => {
  const { connect, seen, camera } = await site()
  const client = await connect()
  const topic = `device/${SERIAL}/message/up/ivs_result`
  for (const garbage of ['', '{"payload":{', 'not json at all', '{"payload":{}}', '[]'])
    await say(client, { topic, payload: Buffer.from(garbage) })
  await say(client, { topic, payload: Uint8Array.of(0xff, 0xfe, 0x00, 0x80) })
  await eventually(() => camera.state().detail.includes('unreadable'))
  expect(seen()).toEqual([])
  expect(camera.state().state).toBe('unheard')
  await say(client, encodeVzenithResult(passage, 'A'))
  await eventually(() => seen().length === 1)
  expect(camera.state()).toMatchObject({ state: 'ok', detail: '' })
})

it('falls silent without a heartbeat, and is lost when the camera hangs up', async () => {
  const { connect, camera, ears } = await site({ silentAfter: milliseconds(100) })
  const client = await connect()
  await say(client, encodeVzenithKeepAlive({ device: SERIAL.toUpperCase(), at: passage.at, nulFirst: true }, 'A'))
  await eventually(() => camera.state().state === 'ok')
  await eventually(() => camera.state().state === 'silent')
  await say(client, encodeVzenithKeepAlive({ device: SERIAL, at: passage.at }, 'A'))
  await eventually(() => camera.state().state === 'ok')
  await client.endAsync(true)
  await eventually(() => camera.state().state === 'lost')
  expect(ears.heard()).toEqual([true, false, true, false])
})

it('is not taken for lost when the camera has already connected anew under its name', async () => {
  const { connect, camera, ears } = await site()
  const first = await connect({ clientId: 'cam' })
  await say(first, encodeVzenithKeepAlive({ device: SERIAL, at: passage.at }, 'A'))
  const second = await connect({ clientId: 'cam' })
  await say(second, encodeVzenithKeepAlive({ device: SERIAL, at: passage.at }, 'A'))
  await eventually(() => camera.state().state === 'ok' && camera.counters().heartbeat === 2)
  await eventually(() => !first.connected)
  expect(camera.state().state).toBe('ok')
  expect(ears.heard().at(-1)).toBe(true)
})

describe('the broker', () => {
  it('remembers topics of cameras that no lane has', async () => {
    const { connect, broker, seen } = await site()
    await say(await connect(), encodeVzenithResult({ ...passage, device: 'other' }, 'A'))
    await eventually(() => broker.strangers().length === 1)
    expect(broker.strangers()).toEqual(['device/other/message/up/ivs_result'])
    expect(seen()).toEqual([])
  })

  it('lets only cameras in that know the password', async () => {
    const { connect } = await site({}, { user: 'camera', password: 'right' })
    await expect(connect({ username: 'camera', password: 'wrong' })).rejects.toThrow(/[Nn]ot authorized|[Bb]ad user/)
    await expect(connect()).rejects.toThrow()
    await connect({ username: 'camera', password: 'right' })
  })

  it('ends a connection that announces more than a camera has to say, and keeps the others', async () => {
    const { connect, broker, seen } = await site()
    const greedy = await connect()
    const closed = new Promise<void>((done) => greedy.once('close', () => done()))
    greedy.publish('device/x/message/up/ivs_result', Buffer.alloc(5 * 1_024 * 1_024))
    await closed
    expect(broker.counters()['too-long']).toBe(1)
    const good = await connect()
    await say(good, encodeVzenithResult({ ...passage, pictures: { full: new Uint8Array(1_500_000), plate: new Uint8Array(10) } }, 'A'))
    await eventually(() => seen().length === 1)
  })

  it('lets no camera hear another', async () => {
    const { connect, seen } = await site()
    const nosy = await connect()
    let heard = 0
    nosy.on('message', () => heard++)
    await nosy.subscribeAsync('#', { qos: 1 })
    await say(await connect(), encodeVzenithResult(passage, 'A'))
    await eventually(() => seen().length === 1)
    // The broker answers in order, so by the time it has confirmed another subscription the message would have been here.
    await nosy.subscribeAsync('other/#')
    expect(heard).toBe(0)
  })

  it('says something to the cameras that listen for it, and to no other', async () => {
    const { connect, broker } = await site()
    const [listening, other] = [await connect(), await connect()]
    const heard: string[] = []
    const open = `device/${SERIAL}/message/down/gpio_out`
    listening.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`))
    other.on('message', (topic) => heard.push(`other ${topic}`))
    await listening.subscribeAsync(`device/${SERIAL}/message/down/+`, { qos: 1 })
    await other.subscribeAsync('device/other/message/down/+')
    await broker.publish(open, '{"io":0}')
    await eventually(() => heard.length > 0)
    await other.subscribeAsync('x/#')
    expect(heard).toEqual([`${open} {"io":0}`])
  })

  it('says that its port is taken', async () => {
    const { port } = await site()
    const second = lanBroker({ host: '127.0.0.1', port, log: quietLog })
    await expect(second.start()).rejects.toMatchObject({ code: 'broker-unavailable' })
    await second.stop()
  })
})
