import { connect as dial } from 'node:net'
import { connectAsync, type IClientOptions } from 'mqtt'
import { generate } from 'mqtt-packet'
import { afterEach, expect, it } from 'vitest'
import { lanBroker } from '../../../edge-agent/devices/lan-broker.ts'
import { eventually } from '../../support/eventually.ts'
import { quietLog } from './quiet-log.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

async function rig() {
  const broker = lanBroker({ host: '127.0.0.1', port: 0, log: quietLog })
  const port = await broker.start()
  toClose.push(() => broker.stop())
  const topics: string[] = []
  broker.hear({ onMessage: (topic) => topics.push(topic) > 0, onGone: () => {} })
  const camera = async (about: IClientOptions = {}) => {
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, ...about })
    client.on('error', () => {})
    toClose.push(() => client.end(true))
    return client
  }
  /** A connection that does as it likes. */
  const bare = async () => {
    const socket = dial(port, '127.0.0.1')
    let closed = false
    socket.on('error', () => {})
    socket.on('close', () => {
      closed = true
    })
    socket.resume()
    toClose.push(() => socket.destroy())
    await new Promise<void>((done) => socket.once('connect', done))
    return { socket, closed: () => closed }
  }
  return { broker, topics, camera, bare }
}

it('no camera hears another, not even its last will', async () => {
  const { broker, topics, camera } = await rig()
  const heard: string[] = []
  const listener = await camera()
  listener.on('message', (topic) => heard.push(topic))
  await listener.subscribeAsync('#')
  const other = await camera({ will: { topic: 'gate/command', payload: Buffer.from('open'), qos: 0, retain: true } })
  await other.publishAsync('gate/command/1', 'open', { qos: 2, retain: true })
  other.stream.destroy()
  await eventually(() => topics.includes('gate/command'))
  await broker.publish('from/the/agent', 'x')
  await eventually(() => heard.length > 0)
  expect(heard).toEqual(['from/the/agent'])
})

it('a camera that never finishes what it sends is hung up on before it fills the memory', async () => {
  const { bare, topics } = await rig()
  const { socket, closed } = await bare()
  socket.write(generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId: 'mad', keepalive: 0 }))
  for (let id = 1; id <= 60; id++)
    socket.write(
      generate({ cmd: 'publish', topic: `big/${id}`, payload: Buffer.alloc(100_000), qos: 2, messageId: id, dup: false, retain: false }),
    )
  await eventually(closed)
  expect(topics.length).toBeLessThan(10)
})

it('one address cannot take all places', async () => {
  const { broker, bare, camera } = await rig()
  const open = await Promise.all(Array.from({ length: 20 }, bare))
  await eventually(() => open.filter(({ closed }) => closed()).length === 4)
  expect(broker.counters()['too-many-connections']).toBe(4)
  open[0]?.socket.destroy()
  const next = await camera({ reconnectPeriod: 20 })
  expect(next.connected).toBe(true)
})

it('a camera may listen to a few topics of sensible length, and goes on speaking when it asks for more', async () => {
  const { topics, camera } = await rig()
  const client = await camera()
  const granted: number[] = []
  for (let nth = 0; nth < 40; nth++)
    granted.push(...(await client.subscribeAsync(`t/${nth}`).catch(() => [{ qos: 128 }])).map(({ qos }) => qos))
  expect(granted.filter((qos) => qos === 0)).toHaveLength(32)
  await client.publishAsync('still/here', 'x', { qos: 1 })
  expect(topics).toContain('still/here')
})
