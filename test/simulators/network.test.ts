import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { type Network, network } from '../../simulators/network.ts'

/** The site's cable: real sockets through it, cut and mended. */
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function service(says: string): Promise<number> {
  const server: Server = createServer((_request, response) => response.end(says))
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  ends.push(() => new Promise((done) => server.close(done).closeAllConnections()))
  return (server.address() as AddressInfo).port
}
async function cable(): Promise<{ net: Network; ask: (which: number) => Promise<string> }> {
  const net = await network([await service('cloud'), await service('broker')])
  ends.push(net.stop)
  const ask = async (which: number): Promise<string> =>
    fetch(`http://127.0.0.1:${net.ports[which]}/`, { headers: { connection: 'close' } }).then(
      (answer) => answer.text(),
      () => 'nothing',
    )
  return { net, ask }
}

it('leads each port to its service, to nothing while it is cut, and again once it is mended', async () => {
  const { net, ask } = await cable()
  expect([await ask(0), await ask(1)]).toEqual(['cloud', 'broker'])
  net.cut()
  expect([await ask(0), await ask(1)]).toEqual(['nothing', 'nothing'])
  net.mend()
  expect([await ask(0), await ask(1)]).toEqual(['cloud', 'broker'])
})

it('what is open ends when it is cut', async () => {
  const hanging = createServer(() => undefined)
  await new Promise<void>((ready) => hanging.listen(0, '127.0.0.1', ready))
  ends.push(() => new Promise((done) => hanging.close(done).closeAllConnections()))
  const net = await network([(hanging.address() as AddressInfo).port])
  ends.push(net.stop)
  const asked = new Promise<void>((connected) => hanging.once('request', () => connected()))
  const answer = fetch(`http://127.0.0.1:${net.ports[0]}/`).then(
    () => 'answered',
    () => 'ended',
  )
  await asked
  net.cut()
  expect(await answer).toBe('ended')
})
