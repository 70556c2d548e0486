import { type IncomingHttpHeaders, request } from 'node:http'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type ConsoleLane,
  ConsoleLaneSchema,
  type ConsoleSite,
  ConsoleSiteSchema,
  type ConsoleSnapshot,
  ConsoleSnapshotSchema,
  type ConsoleWeighing,
  ConsoleWeighingSchema,
  type DriverDisplay,
  DriverDisplaySchema,
  type WeightTick,
  WeightTickSchema,
} from '#edge/console'
import { eventually } from '../../support/eventually.ts'
import { type AgentRig, agentRig } from '../agent-rig.ts'
import { aTicketNumber } from '../store/store-rig.ts'
import { readEvents } from './events.ts'
import { orderPeople, PINS } from './people-rig.ts'

const LONG = { timeout: 60_000 }
const within = { within: 30_000 }
const PLATE = '陕K12345'
let rig: AgentRig
afterEach(async () => {
  await rig.close()
  expect(rig.broke).toEqual([])
})
const reach = (phase: string): Promise<unknown> => eventually(() => rig.lane().phase === phase, within)
const json = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
  const answer = await fetch(`${rig.consoleUrl}${path}`, init)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${rig.consoleUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
const wrong = (schema: TSchema, value: unknown): unknown[] => Compile(schema).Errors(value)

/** A request with headers no browser would let a page write. */
const ask = (
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> =>
  new Promise((done, failed) => {
    const { hostname, port } = new URL(rig.consoleUrl)
    const asked = request({ hostname, port, path, method, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('end', () => done({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
    })
    asked.on('error', failed)
    asked.end()
  })
const signedIn = async (id: keyof typeof PINS): Promise<{ cookie: string }> => {
  const answer = await post('/api/console/session', { id, secret: PINS[id] })
  expect(answer.status).toBe(200)
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' }
}

describe.skipIf(process.platform === 'win32')('the console of a running agent, its cloud out of reach', () => {
  it(
    'shows a truck from its arrival to the open gate: weight, plate, ticket with what it may still load, photos, words',
    LONG,
    async () => {
      rig = await agentRig({ speed: 10 })
      await reach('idle')
      await eventually(() => rig.mine.cameras.front.connected() && rig.mine.reader.connected() > 0, within)
      const console = await readEvents(`${rig.consoleUrl}/api/console/stream`)
      const display = await readEvents(`${rig.consoleUrl}/api/display/stream?lane=north`)
      await eventually(() => console.newest<ConsoleSite>('site') && console.newest('lane') && display.newest('display'), within)
      expect(await rig.pass(PLATE, 15_640, { shows: aTicketNumber(1) })).toBe('out')
      await reach('idle')
      await eventually(() => console.newest<ConsoleLane>('lane')?.status.phase === 'idle', within)
      console.stop()
      display.stop()

      const lanes = console.heard.filter(({ event }) => event === 'lane').map(({ data }) => data as ConsoleLane)
      expect(lanes.flatMap((lane) => wrong(ConsoleLaneSchema, lane))).toEqual([])
      const phases = lanes.map(({ status }) => status.phase).filter((phase, at, all) => phase !== all[at - 1])
      expect(phases).toEqual(expect.arrayContaining(['idle', 'boarding', 'settling', 'released', 'clearing']))
      expect(phases.at(-1)).toBe('idle')
      const released = lanes.find(({ status }) => status.phase === 'released')
      expect(released).toMatchObject({
        visit: 1,
        plateConfidence: expect.any(Number),
        // Seen late it may be rolling off already, and the less there is on the platform, the more it may still load.
        ticket: { number: aTicketNumber(1), tareKg: 15_640, remainingKg: expect.any(Number), plannedNetKg: 32_000, state: 'checked-in' },
        said: { code: 'go' },
        status: { plate: PLATE, verdict: 'open', exitGate: { commanded: 'open' } },
      })
      expect(lanes.at(-1)).toMatchObject({ visit: null, ticket: null, photos: [], status: { plate: null } })
      const photo = lanes.flatMap(({ photos }) => photos)[0]
      const picture = await fetch(`${rig.consoleUrl}/api/console/photos/${photo?.hash}`)
      expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
      expect([...new Uint8Array(await picture.arrayBuffer()).slice(0, 2)]).toEqual([0xff, 0xd8])

      const shown = display.heard.map(({ data }) => data as DriverDisplay)
      expect(shown.flatMap((one) => wrong(DriverDisplaySchema, one))).toEqual([])
      expect(shown.find(({ phase }) => phase === 'released')).toMatchObject({ plate: PLATE, verdict: 'open', said: { code: 'go' } })
      expect(display.heard.every(({ event }) => event === 'display')).toBe(true)

      const [weighing, ...more] = await json<ConsoleWeighing[]>('/api/console/weighings?lane=north')
      expect([more, wrong(ConsoleWeighingSchema, weighing)]).toEqual([[], []])
      expect(weighing).toMatchObject({ lane: 'north', kind: 'tare', plate: PLATE, verdict: 'open', ticket: aTicketNumber(1) })
      expect(await json('/api/console/weighings?lane=south')).toEqual([])
      const { lines } = await json<{ lines: string[] }>(`/api/console/why/${weighing?.id}?language=zh`)
      expect(lines.join('\n')).toContain(PLATE)
    },
  )

  it('ticks with each new reading, ten to twenty times a real second, the site once; a snapshot says the same', LONG, async () => {
    rig = await agentRig({ speed: 2 })
    await reach('idle')
    const console = await readEvents(`${rig.consoleUrl}/api/console/stream`)
    await eventually(() => console.heard.filter(({ event }) => event === 'site').length >= 4, within)
    console.stop()
    const ticks = console.heard.filter(({ event }) => event === 'weight')
    expect(ticks.flatMap(({ data }) => wrong(WeightTickSchema, data))).toEqual([])
    expect(ticks[0]?.data).toEqual(['north', expect.any(Number), 0, null])
    const moments = ticks.map(({ data }) => (data as WeightTick)[1])
    expect([...moments].sort((a, b) => a - b)).toEqual(moments)
    const over = ((ticks.at(-1)?.at ?? 0) - (ticks[0]?.at ?? 0)) / 1_000
    expect(ticks.length / over).toBeLessThanOrEqual(22)
    expect(ticks.length / over).toBeGreaterThan(5)
    const sites = console.heard.filter(({ event }) => event === 'site')
    expect(sites.flatMap(({ data }) => wrong(ConsoleSiteSchema, data))).toEqual([])
    expect(sites[0]?.data).toMatchObject({ site: 'hongliu', link: { connected: false }, policy: { version: 1, stale: false } })

    const snapshot = await json<ConsoleSnapshot>('/api/console')
    expect(wrong(ConsoleSnapshotSchema, snapshot)).toEqual([])
    expect(snapshot).toMatchObject({ person: null, secondPerson: ['lift', 'void'], lanes: [{ name: '北磅', status: { phase: 'idle' } }] })
  })

  it('a person signs in and acts; without a sign-in, from another page or under another name nothing is done', LONG, async () => {
    rig = await agentRig({ speed: 10 })
    await orderPeople(rig.orders, rig.agent.store)
    await reach('idle')
    const attend = { lane: 'north', act: 'attended-on', reason: 'maintenance', note: '', visit: null }
    expect((await post('/api/console/acts', attend)).status).toBe(401)
    expect((await post('/api/console/session', { id: 'zhang', secret: '000000' })).status).toBe(401)
    const zhang = await signedIn('zhang')
    expect(await json('/api/console', { headers: zhang })).toMatchObject({ person: { id: 'zhang', name: '张司磅', role: 'operator' } })
    expect((await json<ConsoleSnapshot>('/api/console')).person).toBeNull()

    for (const foreign of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }, { origin: 'null' }])
      expect((await post('/api/console/acts', attend, { ...zhang, ...foreign })).status).toBe(403)
    expect((await post('/api/console/acts', { ...attend, act: 'fly' }, zhang)).status).toBe(400)
    expect(
      (await fetch(`${rig.consoleUrl}/api/console/acts`, { method: 'POST', headers: zhang, body: JSON.stringify(attend) })).status,
    ).toBe(415)
    expect((await post('/api/console/acts', { ...attend, note: 'x'.repeat(20_000) }, zhang)).status).toBe(413)
    expect(rig.agent.store.head().seq).toBe(1)

    const done = await post('/api/console/acts', attend, { ...zhang, origin: rig.consoleUrl, 'sec-fetch-site': 'same-origin' })
    expect([done.status, await done.json()]).toEqual([200, { record: expect.stringMatching(/^hongliu\.a1\./), phase: expect.any(String) }])
    const [lane] = (await json<ConsoleSnapshot>('/api/console')).lanes
    expect(lane).toMatchObject({ attended: { why: 'maintenance' }, acts: expect.arrayContaining(['attended-off']) })

    const out = await fetch(`${rig.consoleUrl}/api/console/session`, { method: 'DELETE', headers: zhang })
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')])
    const after = await post('/api/console/acts', { ...attend, act: 'attended-off' }, zhang)
    expect([after.status, after.headers.get('content-type')]).toEqual([401, 'application/problem+json; charset=utf-8'])
    expect(await after.json()).toEqual({ type: 'https://pitgate.dev/problems/not-signed-in', title: '请先登录', status: 401 })
  })

  it('whoever comes from elsewhere reads only the driver’s display, until signed in', LONG, async () => {
    rig = await agentRig({ speed: 10 })
    await orderPeople(rig.orders, rig.agent.store)
    await reach('idle')
    const { host } = new URL(rig.consoleUrl)
    // A proxy on this computer hands on what came from elsewhere.
    const elsewhere = { host, 'x-forwarded-for': '192.168.1.77' }
    for (const path of [
      '/api/console',
      '/api/console/stream',
      '/api/console/weighings',
      '/api/console/why/x',
      `/api/console/photos/${'0'.repeat(64)}`,
    ])
      expect([path, (await ask(path, elsewhere)).status]).toEqual([path, 401])
    for (const handed of [{ forwarded: 'for=192.168.1.77' }, { 'x-real-ip': '192.168.1.77' }, { via: '1.1 proxy' }])
      expect([handed, (await ask('/api/console', { host, ...handed })).status]).toEqual([handed, 401])
    expect((await ask('/api/display?lane=north', elsewhere)).status).toBe(200)
    const zhang = await signedIn('zhang')
    expect((await ask('/api/console', { ...elsewhere, ...zhang })).status).toBe(200)
    expect((await ask('/api/console', { ...elsewhere, ...zhang, 'accept-language': 'en' })).status).toBe(200)

    // The stream of somebody whose session ends, ends.
    const stream = await readEvents(`${rig.consoleUrl}/api/console/stream`, { ...zhang, 'x-forwarded-for': '192.168.1.77' })
    await fetch(`${rig.consoleUrl}/api/console/session`, { method: 'DELETE', headers: zhang })
    await stream.ended
  })

  it('answers to its own addresses only, shows its pages only, and lets nobody frame or script them', LONG, async () => {
    rig = await agentRig({ speed: 10, console: { names: ['scale.mine.lan'] } })
    const status = async (path: string, host: string): Promise<number> => (await ask(path, { host })).status
    expect(await status('/api/console', 'evil.example')).toBe(421)
    expect(await status('/', 'evil.example:8085')).toBe(421)
    expect(await status('/api/console', '127.0.0.1.evil.example')).toBe(421)
    expect(await status('/api/console', 'scale.mine.lan:8085')).toBe(200)
    expect(await status('/api/console', '[::1]:8085')).toBe(200)
    expect(await status('/api/console', 'localhost')).toBe(200)
    const host = new URL(rig.consoleUrl).host
    for (const path of [
      '/../package.json',
      '/..%2f..%2fpackage.json',
      '/assets/../../package.json',
      '/%2e%2e/%2e%2e/package.json',
      '//etc/passwd',
      '/etc/passwd',
    ])
      expect([path, [404, 503].includes((await ask(path, { host })).status)]).toEqual([path, true])
    const { status: answered, headers } = await ask('/api/console/nothing', { host, 'accept-language': 'en-GB' })
    expect(answered).toBe(404)
    expect(headers['content-security-policy']).toMatch(/^default-src 'self';.*frame-ancestors 'none'$/)
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    expect((await ask('/api/console', { host }, 'POST')).status).toBe(405)
    expect((await ask('/api/display?lane=nowhere', { host })).status).toBe(404)
    expect((await ask('/api/console/photos/..%2f..%2fx', { host })).status).toBe(404)
    expect((await ask('/api/console/why/%', { host })).status).toBe(404)
  })
})
