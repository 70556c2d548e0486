import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, it } from 'vitest'
import { linkBroker } from '../../../cloud-service/ingest/broker-link.ts'
import { eventually } from '../../support/eventually.ts'
import { quiet } from '../../support/postgres.ts'

/** MQTT 3.1.1: "accepted", without a session. Whatever comes after it gets no answer. */
const CONNACK = Buffer.from([0x20, 0x02, 0x00, 0x00])

it('a publish that the broker has not acknowledged fails when the link is ended, and holds nobody up', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.write(CONNACK))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const link = linkBroker({
    url: `mqtt://127.0.0.1:${port}`,
    username: 'cloud',
    password: 'secret',
    clientId: 'cloud-1',
    log: quiet,
    received: async () => {},
    came: () => {},
    went: () => {},
  })
  await eventually(() => link.connected())
  const published = expect(link.publish('pitgate/v1/hongliu/a1/orders', '{}', 1)).rejects.toThrow('has ended')
  await link.stop()
  await published
  server.close()
})
