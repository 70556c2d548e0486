import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { Plate } from '#edge/plate'
import { simulatorClock } from '../../simulators/clock.ts'
import { fleetTruck } from '../../simulators/fleet.ts'
import { httpDesk } from '../../simulators/http-desk.ts'
import { random } from '../../simulators/random.ts'

/** The desk against an HTTP server that answers as the cloud does, or does not. */
const truck = fleetTruck(
  { plate: Plate('陕K27472'), trailer: null, carrier: 'tuoyun', axles: 6, drivenAxles: 2, combination: true },
  random(1),
)
const wish = { truck, plannedNetKg: 33_500 }
const NUMBER = '610881-261121-7QK2M9XA4'
const clock = simulatorClock({ speed: 20, realStart: Date.now(), shownStart: Date.now() })

let close: (() => void) | null = null
afterEach(() => {
  close?.()
  close = null
})

async function cloud(...answers: { status: number; body: unknown }[]) {
  const heard: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    heard.push({ method: request.method ?? '', url: decodeURIComponent(request.url ?? ''), headers: request.headers, body })
    const answer = answers[Math.min(heard.length, answers.length) - 1]
    response.writeHead(answer?.status ?? 500, { 'content-type': 'application/json' }).end(JSON.stringify(answer?.body ?? null))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  close = () => server.close()
  const said: string[] = []
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const desk = httpDesk({ url, site: 'hongliu', keys: new Map([['tuoyun', 'pk_1']]), clock, log: (text) => said.push(text) })
  return { desk, heard, said }
}
const unstopped = new AbortController().signal

it('asks with the carrier’s key and gives the driver number and code', async () => {
  const { desk, heard } = await cloud({ status: 201, body: { number: NUMBER, qr: 'PITGATE1:X', state: 'issued' } })
  expect(await desk.request(wish, unstopped)).toEqual({ number: NUMBER, code: 'PITGATE1:X' })
  expect(heard[0]).toMatchObject({
    method: 'POST',
    url: '/api/tickets',
    headers: { authorization: 'Bearer pk_1', 'content-type': 'application/json' },
  })
  expect(JSON.parse(heard[0]?.body ?? '')).toMatchObject({ site: 'hongliu', carrier: 'tuoyun', plate: '陕K27472', plannedNetKg: 33_500 })
})

it('asks again while the cloud is ill, always with the same key of the request', async () => {
  const ill = { status: 503, body: {} }
  const { desk, heard, said } = await cloud(ill, ill, { status: 201, body: { number: NUMBER } })
  expect(await desk.request(wish, unstopped)).toEqual({ number: NUMBER, code: NUMBER })
  expect(new Set(heard.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
  expect(said).toEqual(['no tickets: the cloud answers 503; asking again'])
})

it('a truck that still has an open ticket goes with that one; any other refusal is a refusal', async () => {
  const refused = { status: 409, body: { title: '已有未用的电子煤票' } }
  const { desk, heard } = await cloud(refused, { status: 200, body: { items: [{ number: NUMBER, state: 'checked-in' }], next: null } })
  expect(await desk.request(wish, unstopped)).toEqual({ number: NUMBER, code: NUMBER })
  expect(heard[1]?.url).toBe('/api/tickets?site=hongliu&plate=陕K27472')
  close?.()
  const other = await cloud(refused, { status: 200, body: { items: [{ number: NUMBER, state: 'released' }], next: null } })
  expect(await other.desk.request(wish, unstopped)).toBeNull()
  expect(other.said).toEqual(['no ticket for 陕K27472: 409 已有未用的电子煤票'])
})

it('a truck of a carrier without a key gets none, and a stop ends the waiting', async () => {
  const { desk, heard } = await cloud({ status: 503, body: {} })
  expect(await desk.request({ ...wish, truck: { ...truck, carrier: 'nobody' } }, unstopped)).toBeNull()
  expect(heard).toEqual([])
  const stop = new AbortController()
  const asked = desk.request(wish, stop.signal)
  stop.abort()
  expect(await asked).toBeNull()
})
