import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { type FanOut, fanOut } from '../../../edge-agent/console/fan-out.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { eventually } from '../../support/eventually.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { readEvents } from './events.ts'

let server: Server
let sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets = []
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
})

/** A real server whose every path is a reader of the topic `all`. */
async function serving(out: FanOut, held: () => boolean = () => true): Promise<{ url: string; port: number; buffered: () => number }> {
  let most = 0
  server = createServer((request, response) => {
    const from = new URL(request.url ?? '/', 'http://agent').searchParams.get('from')
    if (!out.join('all', response, from ?? request.socket.remoteAddress ?? '', held)) response.writeHead(503).end()
    setInterval(() => {
      most = Math.max(most, response.writableLength)
    }, 5).unref()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, port, buffered: () => most }
}

it('a reader who does not read holds no memory, slows nobody, and hears the newest when he reads again', async () => {
  const out = fanOut(nodeClock())
  const { url, port, buffered } = await serving(out)
  const quick = await readEvents(url)
  const slow = connect(port, '127.0.0.1')
  sockets.push(slow)
  slow.pause()
  slow.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await eventually(() => out.readers() === 2)
  const page = 'x'.repeat(20_000)
  const beats = 2_000
  for (let n = 1; n <= beats; n += 1) {
    out.say('all', 'one', 'tick', { n, page })
    out.flush()
    if (n % 10 === 0) await new Promise((go) => setImmediate(go))
  }
  await eventually(() => quick.newest<{ n: number }>('tick')?.n === beats)
  // 40 MB were said. What node holds for the slow one is a beat or two; the rest is the kernel's own bounded buffer.
  expect(buffered()).toBeLessThan(400_000)
  let text = ''
  slow.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-60_000)
  })
  slow.resume()
  await eventually(() => text.includes(`"n":${beats},`))
  quick.stop()
})

it('one who stays stuck is dropped, one who may not stay is ended, and no more are let in than there are places for', async () => {
  const clock = manualClock()
  const out = fanOut(clock)
  let may = true
  const { url, port } = await serving(out, () => may)
  const stuck = connect(port, '127.0.0.1')
  sockets.push(stuck)
  stuck.pause()
  stuck.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await eventually(() => out.readers() === 1)
  const page = 'x'.repeat(2_000_000)
  for (let n = 0; n < 20; n += 1) {
    out.say('all', 'one', 'tick', { n, page })
    out.flush()
  }
  out.tidy()
  expect(out.readers()).toBe(1)
  await clock.advance(31_000)
  out.tidy()
  await eventually(() => out.readers() === 0)

  const reader = await readEvents(url)
  expect(out.readers()).toBe(1)
  may = false
  out.tidy()
  await reader.ended
  await eventually(() => out.readers() === 0)

  may = true
  const many = await Promise.all(Array.from({ length: 12 }, () => readEvents(url)))
  await expect(readEvents(url)).rejects.toThrow('503')
  for (const one of many) one.stop()
  await eventually(() => out.readers() === 0)
})

it('however many addresses of the network read, a screen of this computer finds a place', async () => {
  const out = fanOut(nodeClock())
  const { url } = await serving(out)
  const others = await Promise.all(Array.from({ length: 24 }, (_, n) => readEvents(`${url}?from=192.168.1.${n % 4}`)))
  await expect(readEvents(`${url}?from=192.168.1.99`)).rejects.toThrow('503')
  const here = await readEvents(url)
  expect(out.readers()).toBe(25)
  for (const one of [here, ...others]) one.stop()
  await eventually(() => out.readers() === 0)
})
