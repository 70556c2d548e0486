import { io, type Socket } from 'socket.io-client'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { LaneStatus } from '#edge/lane-status'
import { enterPerson } from '../../../cloud-service/people/register.ts'
import { endSessionsOf } from '../../../cloud-service/people/sessions.ts'
import { eventually } from '../../support/eventually.ts'
import { storeAlarm, storeWeighing } from '../app/records.ts'
import { PASSWORD, type Rig, startRig } from '../app/rig.ts'

let rig: Rig
let url: string
beforeAll(async () => {
  rig = await startRig()
  url = await rig.listen()
})
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect()
})

interface Heard {
  readonly socket: Socket
  readonly events: [name: string, event: unknown][]
}
/** A browser of this person, connected; keeps all it hears. */
async function listen(name: string, cookie?: string): Promise<Heard> {
  const headers = { cookie: cookie ?? (await rig.cookieOf(name)) }
  const socket = io(url, { path: '/live', extraHeaders: headers, transports: ['websocket'], reconnection: false })
  sockets.push(socket)
  const events: Heard['events'] = []
  socket.onAny((event: string, said: unknown) => events.push([event, said]))
  await new Promise<void>((joined, refused) => {
    socket.once('connect', joined)
    socket.once('connect_error', refused)
  })
  return { socket, events }
}
const names = ['shi', 'shenmu', 'fugu', 'kuang', 'kuang2', 'sibang', 'wuliu', 'wuliu2']
const hearers = (heard: Record<string, Heard>, event: string): string[] =>
  names.filter((name) => heard[name]?.events.some(([said]) => said === event))
async function everybody(): Promise<Record<string, Heard>> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await listen(name)])))
}

describe('the live feed', () => {
  it('tells each event to those who may see it and nobody else', async () => {
    const heard = await everybody()
    const alarm = await storeAlarm(rig, { occurrence: 'north/1' })
    const weighing = await storeWeighing(rig, { carrier: 'tuoyun' })
    rig.live.changed({ alarms: [alarm], weighings: [weighing], sites: ['hongliu'] })
    rig.live.lanes({ site: 'hongliu', county: '610881', lanes: [{ lane: 'north' } as LaneStatus], heardAt: '2026-11-21T08:00:00Z' })
    // A last word for everybody, so that silence is heard: each feed is in order.
    const insiders = ['shi', 'shenmu', 'kuang', 'sibang']
    await eventually(
      () => hearers(heard, 'weighing').length === 5 && hearers(heard, 'site').length === 4 && hearers(heard, 'lanes').length === 4,
    )
    rig.live.changed({ alarms: [await storeAlarm(rig, { site: 'gaoliang', occurrence: 'north/2' })] })
    await eventually(() => hearers(heard, 'alarm').includes('kuang2'))
    expect(hearers(heard, 'weighing')).toEqual([...insiders, 'wuliu'])
    expect(hearers(heard, 'site')).toEqual(insiders)
    expect(hearers(heard, 'lanes')).toEqual(insiders)
    const alarms = Object.fromEntries(names.map((name) => [name, heard[name]?.events.filter(([event]) => event === 'alarm').length]))
    expect(alarms).toEqual({ shi: 2, shenmu: 1, kuang: 1, sibang: 1, fugu: 1, kuang2: 1, wuliu: 0, wuliu2: 0 })
    expect(heard.shenmu?.events.find(([event]) => event === 'alarm')?.[1]).toMatchObject({
      id: alarm,
      siteName: 'hongliu煤矿(示例)',
      severity: 'critical',
    })
  })

  it('tells of tickets and acts that happen here', async () => {
    const [carrier, stranger] = [await listen('wuliu'), await listen('wuliu2')]
    const wish = {
      site: 'hongliu',
      carrier: 'tuoyun',
      consignee: '电厂',
      plate: '陕KA1003',
      product: { coalClass: 'BN', category: 'LUMP' },
      plannedNetKg: 30_000,
    }
    const { number } = (await rig.post('kuang', '/api/tickets', wish)).json() as { number: string }
    await eventually(() => carrier.events.length > 0)
    expect(carrier.events).toMatchObject([['ticket', { number, state: 'issued' }]])
    expect(stranger.events).toEqual([])
  })
})

describe('where more changes than can be named', () => {
  it('the newest rows are told, and that there are more', async () => {
    const { events } = await listen('kuang2')
    const gone = Array.from({ length: 60 }, (_, nth) => `gaoliang.a1.1-00000001.escape.gone/${nth}`)
    rig.live.changed({ alarms: [await storeAlarm(rig, { site: 'gaoliang', occurrence: 'north/oldest' }), ...gone] })
    rig.live.changed({ alarms: [await storeAlarm(rig, { site: 'gaoliang', occurrence: 'north/newest' })] })
    await eventually(() => events.length === 2)
    expect(events.map(([name]) => name).sort()).toEqual(['alarm', 'look-again'])
    expect(events.find(([name]) => name === 'alarm')?.[1]).toMatchObject({ occurrence: 'north/newest' })
  })
})

describe('a socket', () => {
  it('needs a session, and a page of ours', async () => {
    await expect(listen('nobody', 'pitgate=guess')).rejects.toThrow('not-signed-in')
    await expect(listen('nobody', '')).rejects.toThrow('not-signed-in')
    const foreign = io(url, {
      path: '/live',
      extraHeaders: { cookie: await rig.cookieOf('shi'), origin: 'https://evil.example' },
      transports: ['websocket'],
      reconnection: false,
    })
    sockets.push(foreign)
    await expect(
      new Promise((joined, refused) => foreign.once('connect', () => joined(null)).once('connect_error', refused)),
    ).rejects.toThrow('not-signed-in')
  })

  it('cannot join a room by asking', async () => {
    const { socket, events } = await listen('wuliu2')
    socket.emit('join', 'city')
    rig.live.changed({ weighings: [await storeWeighing(rig, { carrier: 'tuoyun' }), await storeWeighing(rig, { carrier: 'beiguo' })] })
    await eventually(() => events.length > 0)
    expect(events).toMatchObject([['weighing', { carrierName: 'beiguo物流' }]])
  })

  it.each([
    [
      'is signed out by its own browser',
      async (cookie: string) =>
        void (await rig.app.inject({ method: 'DELETE', url: '/api/session', headers: { cookie, 'sec-fetch-site': 'same-origin' } })),
    ],
    ['is revoked', async () => endSessionsOf(rig.pool, rig.clock, 'fugu')],
    [
      'changes its rights',
      async () =>
        enterPerson(rig.pool, rig.clock, { name: 'fugu', shownName: 'fugu先生', role: 'county', scope: '610822', password: PASSWORD }),
    ],
  ])('ends within two seconds when its session %s', async (_, end) => {
    const cookie = String((await rig.signIn('fugu')).headers['set-cookie']).split(';')[0] as string
    const { socket, events } = await listen('fugu', cookie)
    const since = performance.now()
    await end(cookie)
    await eventually(() => socket.disconnected, { within: 2_500 })
    expect(events).toEqual([['signed-out', undefined]])
    expect(performance.now() - since).toBeLessThan(2_500)
    await expect(listen('fugu', cookie)).rejects.toThrow('not-signed-in')
  })

  it('that floods or sends a large message is cut off, and the others stay', async () => {
    const [good, bad] = [await listen('shi'), await listen('kuang2')]
    bad.socket.emit('x', 'y'.repeat(10_000))
    await eventually(() => bad.socket.disconnected)
    expect(good.socket.connected).toBe(true)
  })
})
