import { type AddressInfo, connect, createServer, type Socket as NetSocket } from 'node:net'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { normalisePlate, type Plate } from '#edge/plate'
import { milliseconds, type Span, seconds } from '#edge/units'
import { buildApp } from '../../../cloud-service/app.ts'
import { trueClock } from '../../../cloud-service/clock.ts'
import { createInbox, type Inbox } from '../../../cloud-service/ingest/inbox.ts'
import {
  betweenTries,
  LIVE_CHANNEL,
  LIVE_CONNECTION,
  otherInstances,
  tellToLookAgain,
} from '../../../cloud-service/live/other-instances.ts'
import { enrolAgent } from '../../../cloud-service/sites/enrol.ts'
import { testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { quiet, testPool } from '../../support/postgres.ts'
import { type Rig, startRig, TRUCKS } from '../app/rig.ts'
import { AgentDouble, anEscape, aStatus, aWeighing } from '../ingest/agent-double.ts'

/**
 * Two cloud instances on one PostgreSQL, each with its own HTTP server, live feed and connection to the other. B serves the sites: what
 * agents send over a real broker is ingested by it. People sit before screens of A, and one before a screen of B.
 */
const WITHIN = { within: 30_000 }
const SITES = ['hongliu', 'gaoliang'] as const
let rig: Rig
let inbox: Inbox
const instances: Awaited<ReturnType<typeof instance>>[] = []
const agents = new Map(SITES.map((site) => [site as string, new AgentDouble(site, 'a2')]))
const sockets: Socket[] = []

beforeAll(async () => {
  rig = await startRig()
  const a = await instance()
  const b = await instance()
  instances.push(a, b)
  await eventually(async () => (await listening()) === instances.length, WITHIN)
  const broker = await testBroker(SITES.map((site) => [site, 'a2'] as const))
  for (const [site, agent] of agents) await enrolAgent(rig.pool, { issuer: rig.issuer, clock: rig.clock }, site, 'a2', agent.key.publicKey)
  inbox = createInbox({
    broker: broker.cloud(),
    pool: testPool(databaseUrl(), 'pitgate_ingest'),
    issuer: rig.issuer,
    live: b.live,
    clock: trueClock(),
    log: quiet,
    holder: 'b',
  })
  await inbox.start()
  await eventually(() => inbox.connected() && inbox.leasedSites().size === SITES.length, WITHIN)
  for (const agent of agents.values()) {
    await agent.listen(await broker.agent(agent.site, agent.agent))
    agent.append('alarm-returned', { kind: 'device-silent', occurrence: 'scale/1' })
    // The broker may not have heard yet what the inbox listens to.
    await eventually(async () => {
      await agent.send(1, 1)
      return agent.receipts.some(({ upto }) => upto === 1)
    }, WITHIN)
  }
}, 120_000)
afterAll(async () => {
  for (const socket of sockets) socket.disconnect()
  await inbox.stop()
  for (const { stop } of instances) await stop()
})

/** A line to the database on which those who are connected can be made to hear nothing more, without being told so. */
async function standingStill(database: URL) {
  const ends = new Set<NetSocket>()
  const server = createServer((near) => {
    const far = connect(Number(database.port), database.hostname)
    for (const end of [near, far]) ends.add(end.on('error', () => undefined))
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens))
  const url = new URL(database)
  url.port = String((server.address() as AddressInfo).port)
  const each = (act: (end: NetSocket) => void): void => ends.forEach(act)
  return {
    url: url.href,
    stand: () => each((end) => end.unpipe().pause()),
    stop: () => {
      server.close()
      each((end) => end.destroy())
    },
  }
}

const databaseUrl = (): string => String(rig.pool.options.connectionString)

async function listening(): Promise<number> {
  const { rowCount } = await rig.pool.query(
    "select from pg_stat_activity where application_name = $1 and datname = current_database() and state = 'idle' and query similar to '(listen|select pg_notify)%'",
    [LIVE_CONNECTION],
  )
  return rowCount ?? 0
}

async function instance() {
  const others = otherInstances({ url: databaseUrl(), clock: rig.clock, log: quiet })
  const { app, live } = await buildApp({ ...rig.parts, others })
  await app.listen({ host: '127.0.0.1', port: 0 })
  others.start(live)
  const stop = async (): Promise<void> => {
    await app.close()
    await others.stop()
  }
  return { url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, live, app, others, stop }
}

interface Screen {
  readonly events: { readonly name: string; readonly said: Record<string, unknown> }[]
  heard(name: string): Record<string, unknown>[]
}
/** A screen of this person, connected to instance A (0) or B (1). */
async function screen(person: string, at: 0 | 1): Promise<Screen> {
  const url = instances[at]?.url ?? ''
  const socket = io(url, {
    path: '/live',
    extraHeaders: { cookie: await rig.cookieOf(person) },
    transports: ['websocket'],
    reconnection: false,
  })
  sockets.push(socket)
  const events: Screen['events'] = []
  socket.onAny((name: string, said: Record<string, unknown>) => events.push({ name, said }))
  await new Promise<void>((joined, refused) => {
    socket.once('connect', joined)
    socket.once('connect_error', refused)
  })
  return { events, heard: (name) => events.filter((event) => event.name === name).map(({ said }) => said) }
}

const agentAt = (site: string): AgentDouble => agents.get(site) as AgentDouble
/** What the site's agent has written since is sent, and kept. */
async function send(site: string): Promise<void> {
  const agent = agentAt(site)
  const kept = agent.receipts.reduce((upto, receipt) => Math.max(upto, receipt.upto), 0)
  await agent.send(kept + 1, agent.lines.length)
  await eventually(() => agent.receipts.some(({ upto }) => upto === agent.lines.length), WITHIN)
}
async function weigh(site: string, plate: string): Promise<void> {
  const vehicle = { plate: normalisePlate(plate) as Plate, colour: 'yellow', trailer: null, match: 'same' } as const
  agentAt(site).append('weighing', aWeighing({ vehicle, tare: null, netKg: null }))
  await send(site)
}
async function raise(site: string, occurrence: string): Promise<void> {
  agentAt(site).append('alarm', anEscape(occurrence))
  await send(site)
}
const occurrences = (of: Screen): unknown[] => of.heard('alarm').map(({ occurrence }) => occurrence)

describe('a screen at one instance hears at once what another has ingested', () => {
  it('each row goes to those whom it concerns and to nobody else, once', async () => {
    const [city, shenmu, fugu, wuliu, wuliu2] = (await Promise.all(
      ['shi', 'shenmu', 'fugu', 'wuliu', 'wuliu2'].map((person) => screen(person, 0)),
    )) as [Screen, Screen, Screen, Screen, Screen]
    const besideB = await screen('shi', 1)
    await raise('hongliu', 'north/1')
    await weigh('hongliu', TRUCKS.tuoyun[0])
    const status = JSON.stringify({ v: 1, lanes: [aStatus({ weightKg: 18_000 })] })
    await eventually(async () => {
      await agentAt('hongliu').say('status', status)
      return wuliu.heard('weighing').length > 0 && city.heard('lanes').length > 0
    }, WITHIN)
    // A last word for everybody, so that silence is heard: what one instance says comes in order.
    await weigh('gaoliang', TRUCKS.beiguo[0])
    await raise('gaoliang', 'north/2')
    await eventually(() => wuliu2.heard('weighing').length > 0 && occurrences(fugu).length > 0 && occurrences(city).length > 1, WITHIN)
    expect(occurrences(city)).toEqual(['north/1', 'north/2'])
    expect(occurrences(besideB)).toEqual(['north/1', 'north/2'])
    expect(occurrences(shenmu)).toEqual(['north/1'])
    expect(occurrences(fugu)).toEqual(['north/2'])
    const plates = (of: Screen): unknown[] => of.heard('weighing').map(({ plate }) => plate)
    expect([plates(wuliu), plates(wuliu2)]).toEqual([[TRUCKS.tuoyun[0]], [TRUCKS.beiguo[0]]])
    expect(plates(city)).toEqual([TRUCKS.tuoyun[0], TRUCKS.beiguo[0]])
    expect(plates(besideB)).toEqual([TRUCKS.tuoyun[0], TRUCKS.beiguo[0]])
    for (const carrier of [wuliu, wuliu2]) expect(new Set(carrier.events.map(({ name }) => name))).toEqual(new Set(['weighing']))
    const lanes = { site: 'hongliu', lanes: [{ lane: 'north', weightKg: 18_000 }] }
    for (const heard of [...city.heard('lanes'), ...besideB.heard('lanes')]) expect(heard).toMatchObject(lanes)
    expect(fugu.heard('lanes')).toEqual([])
  }, 120_000)

  it('an act of a person too', async () => {
    const here = await screen('kuang', 0)
    const [row] = ((await rig.get('shi', '/api/alarms?site=hongliu')).json() as { items: { id: string }[] }).items
    const answer = await instances[1]?.app.inject({
      method: 'POST',
      url: `/api/alarms/${encodeURIComponent(row?.id ?? '')}/acknowledge`,
      headers: { cookie: await rig.cookieOf('shenmu'), 'sec-fetch-site': 'same-origin' },
    })
    expect(answer?.statusCode).toBe(200)
    await eventually(() => here.heard('alarm').some(({ id, state }) => id === row?.id && state === 'acknowledged'), WITHIN)
  }, 120_000)

  it('what a command changed, too: every screen reads again', async () => {
    const screens = await Promise.all([screen('shi', 0), screen('wuliu2', 1)])
    await tellToLookAgain(rig.pool)
    await eventually(() => screens.every((one) => one.heard('look-again').length > 0), WITHIN)
  }, 60_000)
})

describe('the connection between instances', () => {
  it('that is lost is made again: screens are told to look again, and hear as before', async () => {
    const city = await screen('shi', 0)
    const carrier = await screen('wuliu2', 0)
    const { rowCount } = await rig.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()',
      [LIVE_CONNECTION],
    )
    expect(rowCount).toBe(instances.length)
    await raise('hongliu', 'north/3')
    await eventually(() => city.heard('look-again').length > 0 && carrier.heard('look-again').length > 0, WITHIN)
    // Told while it was away, or read again: either way the next is heard.
    await raise('gaoliang', 'north/4')
    await weigh('hongliu', TRUCKS.beiguo[1])
    await eventually(() => occurrences(city).includes('north/4') && carrier.heard('weighing').length > 0, WITHIN)
  }, 120_000)

  it('that stands still, neither ended nor answering, is given up and made again', async () => {
    const still = await standingStill(new URL(databaseUrl()))
    const quick = { ...rig.clock, timer: (span: Span, then: () => void) => rig.clock.timer(milliseconds(span / 20), then) }
    const third = otherInstances({ url: still.url, clock: quick, log: quiet })
    const heard: string[] = []
    let looks = 0
    const lookAgain = (): void => {
      looks += 1
    }
    third.start({ heard: ({ alarms = [] }) => void heard.push(...alarms), lookAgain })
    await eventually(() => looks === 1, WITHIN)
    still.stand()
    await eventually(() => looks === 2, { within: 60_000 })
    await raise('gaoliang', 'north/6')
    await eventually(() => heard.some((id) => id.endsWith('north/6')), WITHIN)
    await third.stop()
    still.stop()
  }, 120_000)

  it('believes nobody: words that are none, and names of nothing, show nobody a row', async () => {
    const city = await screen('shi', 0)
    for (const word of ['nonsense', '{"from":"x","alarms":["no.such.alarm"],"lanes":["nowhere"],"sites":["hongliu2"]}'])
      await rig.pool.query('select pg_notify($1, $2)', [LIVE_CHANNEL, word])
    await raise('hongliu', 'north/5')
    await eventually(() => occurrences(city).includes('north/5'), WITHIN)
    expect(occurrences(city)).toEqual(['north/5'])
  }, 120_000)

  it('is tried again a little later each time, and never at the same moment as others', () => {
    const times = (chance: number): number[] => {
      const tries = betweenTries(() => chance)
      return Array.from({ length: 8 }, () => tries.next().value)
    }
    expect(times(0)).toEqual([125, 250, 500, 1_000, 2_000, 4_000, 5_000, 5_000])
    expect(Math.max(...times(0.999))).toBeLessThanOrEqual(seconds(10))
  })
})
