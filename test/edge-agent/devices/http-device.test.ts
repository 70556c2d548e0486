import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTcp, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { milliseconds, seconds } from '#edge/units'
import { type HttpDevice, httpDevice } from '../../../edge-agent/devices/http-device.ts'
import { EdgeError } from '../../../edge-agent/errors.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { httpSignIn } from '../../../simulators/http-sign-in.ts'
import { eventually } from '../../support/eventually.ts'
import { quietLog } from './quiet-log.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

async function serving(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  toClose.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const at = server.address()
  return `http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`
}
function reaching(baseUrl: string, about: { user?: string; password?: string; mostBytes?: number } = {}): HttpDevice {
  const device = httpDevice({ baseUrl, clock: nodeClock(), log: quietLog, ...about })
  toClose.push(() => device.stop())
  return device
}
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'answered',
    (error: unknown) => (error instanceof EdgeError ? error.code : error),
  )
const GET = { method: 'GET', path: '/a?b=[c]', within: seconds(5) } as const

it.each(['digest', 'digest-without-qop', 'digest-sha-256', 'basic'] as const)(
  'signs in by %s and says what was answered',
  async (scheme) => {
    const guard = httpSignIn({ user: 'admin', password: 'p"w', scheme })
    const url = await serving((request, response) => {
      if (!guard.passes(request, response)) return
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => response.writeHead(403, { 'X-Was': `${request.method} ${request.url}` }).end(body))
    })
    const device = reaching(url, { user: 'admin', password: 'p"w' })
    const answer = await device.request({ ...GET, method: 'PUT', body: '<开闸/>', headers: { 'content-type': 'application/xml' } })
    expect(answer).toMatchObject({ status: 403, headers: { 'x-was': 'PUT /a?b=[c]' } })
    expect(new TextDecoder().decode(answer.body)).toBe('<开闸/>')
    await device.request(GET)
    if (scheme === 'digest') expect(guard.counts()).toEqual(['00000001', '00000002'])
  },
)

it.each([true, false])('takes a new nonce after the camera forgot the old one (stale said: %s)', async (saysStale) => {
  const guard = httpSignIn({ user: 'admin', password: 'x', saysStale })
  const device = reaching(await serving((request, response) => guard.passes(request, response) && response.end('ok')), {
    user: 'admin',
    password: 'x',
  })
  expect((await device.request(GET)).status).toBe(200)
  guard.forget()
  expect((await device.request(GET)).status).toBe(200)
  expect(guard.wrong()).toBe(0)
})

it('tries a wrong password once and then leaves the device alone', async () => {
  const guard = httpSignIn({ user: 'admin', password: 'right' })
  let asked = 0
  const url = await serving((request, response) => {
    asked++
    guard.passes(request, response)
  })
  const device = reaching(url, { user: 'admin', password: 'wrong' })
  expect(await codeOf(device.request(GET))).toBe('sign-in-refused')
  expect(await codeOf(device.request(GET))).toBe('sign-in-refused')
  expect(guard.wrong()).toBe(1)
  expect(asked).toBe(2)
  expect(await codeOf(reaching(url).request(GET))).toBe('sign-in-refused')
})

it('tells apart that nothing went out and that nobody knows', async () => {
  expect(await codeOf(reaching('http://127.0.0.1:1').request(GET))).toBe('port-unavailable')
  const mute = await serving(() => {})
  expect(await codeOf(reaching(mute).request({ ...GET, within: milliseconds(100) }))).toBe('answer-timeout')
  const hangsUp = await serving((request) => request.socket.destroy())
  expect(await codeOf(reaching(hangsUp).request(GET))).toBe('port-lost')
  const endless = await serving((_, response) => {
    response.writeHead(200)
    response.write(Buffer.alloc(100_000))
  })
  expect(await codeOf(reaching(endless, { mostBytes: 10_000 }).request(GET))).toBe('port-lost')
  expect(await codeOf(reaching(endless).request({ ...GET, within: milliseconds(200) }))).toBe('answer-timeout')
})

it('hears a stream until its end, and is told of the end once', async () => {
  const guard = httpSignIn({ user: 'admin', password: 'x' })
  const open: ServerResponse[] = []
  const url = await serving((request, response) => {
    if (!guard.passes(request, response)) return
    response.writeHead(200, { 'content-type': 'multipart/mixed; boundary=b' })
    response.write('first ')
    open.push(response)
  })
  const device = reaching(url, { user: 'admin', password: 'x' })
  let heard = ''
  let boundary = ''
  const ends: string[] = []
  device.stream({
    path: '/stream',
    onOpen: (headers) => (boundary = headers['content-type'] ?? ''),
    onBytes: (bytes) => (heard += new TextDecoder().decode(bytes)),
    onGone: ({ code }) => ends.push(code),
  })
  await eventually(() => heard === 'first ')
  open[0]?.write('second')
  await eventually(() => heard === 'first second')
  expect(boundary).toBe('multipart/mixed; boundary=b')
  open[0]?.socket?.destroy()
  await eventually(() => ends.length === 1)
  expect(ends).toEqual(['port-lost'])
  const stop = device.stream({ path: '/stream', onBytes: () => {}, onGone: ({ code }) => ends.push(code) })
  await eventually(() => open.length === 2)
  stop()
  await eventually(() => open[1]?.socket === null || open[1]?.socket?.destroyed)
  expect(ends).toEqual(['port-lost'])
})

it('reads answers whose header lines the standard forbids', async () => {
  const server = createTcp((socket: Socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nX-Odd: a\x01b\r\nConnection: close\r\n\r\nbody'))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  toClose.push(() => server.close())
  const at = server.address()
  const answer = await reaching(`http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`).request(GET)
  expect(new TextDecoder().decode(answer.body)).toBe('body')
})
