import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ClockQuality } from '#edge/records'
import { trueClock } from '../../cloud-service/clock.ts'
import type { Pool } from '../../cloud-service/database/pool.ts'
import { asIngest } from '../../cloud-service/database/transaction.ts'
import { createInbox, type Inbox } from '../../cloud-service/ingest/inbox.ts'
import { createDue, type Due } from '../../cloud-service/jobs/due.ts'
import { NOBODY_LISTENS } from '../../cloud-service/live/changes.ts'
import { nodeClock } from '../../edge-agent/node-clock.ts'
import type { Store } from '../../edge-agent/store/store.ts'
import type { Uplink } from '../../edge-agent/sync/uplink.ts'
import { anUplink } from '../cloud-service/ingest/real-road.ts'
import { settle } from '../cloud-service/ingest/town.ts'
import { AGENT, aRig, LANE, type Rig, SITE, weigh } from '../edge-agent/store/store-rig.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { eventually } from '../support/eventually.ts'
import { freshDatabase, quiet, testPool } from '../support/postgres.ts'
import { type SteppingClock, steppingClock } from '../support/stepping-clock.ts'

/**
 * T07: somebody sets the clocks, of the site's computer and of the cloud's, while the whole road runs: a real store and uplink, a real
 * broker, the real inbox over PostgreSQL. No record may be lost, doubled or put in another order, no alarm raised twice.
 */
const HOUR = 3_600_000
let here: SteppingClock
let there: SteppingClock
let rig: Rig
let pool: Pool
let broker: TestBroker
let inbox: Inbox
let due: Due
let store: Store
let uplink: Uplink
let visit = 0
let escapes = 0

const asked = <T>(what: string): Promise<T[]> => asIngest(pool, async (tx) => (await tx.query(what)).rows as T[])
async function start(): Promise<void> {
  store = rig.open()
  uplink = anUplink(rig, store, broker)
  store.start()
  uplink.start()
  await eventually(() => uplink.state().state === 'connected')
}
async function stop(): Promise<void> {
  await uplink.stop()
  await store.close()
}
const restart = async (): Promise<void> => {
  await stop()
  await start()
}
/** A line cut and found again: the next hello, and its question, at once. */
async function comeAgain(): Promise<void> {
  await uplink.stop()
  uplink = anUplink(rig, store, broker)
  uplink.start()
}
/** A little work: weighings in the order of their visits, and an escape. */
function work(): void {
  for (let turn = 0; turn < 4; turn += 1) {
    visit += 1
    weigh(store, visit)
  }
  escapes += 1
  store.raise({ kind: 'escape', severity: 'critical', lane: LANE, occurrence: `${LANE}/${escapes}`, facts: {} })
}
const believed = (quality: ClockQuality | null): Promise<unknown> =>
  eventually(() => (quality === null ? store.time.judge().why === null : store.time.judge().quality === quality), { within: 30_000 })
const clockAlarms = async (): Promise<string[]> =>
  (await asked<{ state: string }>(`select state from alarm where kind = 'clock' order by raised_at, id`)).map(({ state }) => state)
const delivered = (): Promise<unknown> => eventually(() => store.backlog().records === 0, { within: 60_000 })

beforeEach(async () => {
  visit = 0
  escapes = 0
  here = steppingClock(nodeClock())
  there = steppingClock(trueClock())
  pool = testPool(await freshDatabase(), 'pitgate_ingest')
  broker = await testBroker([[SITE, AGENT]])
  rig = aRig({ clock: here, clockQuality: () => 'free-running' })
  await settle(pool, [{ site: SITE, agent: AGENT, key: rig.signer }])
  inbox = createInbox({
    broker: broker.cloud(),
    pool,
    issuer: rig.issuer,
    live: NOBODY_LISTENS,
    clock: there,
    log: quiet,
    holder: 'cloud-1',
  })
  await inbox.start()
  await eventually(() => inbox.connected())
  due = createDue({
    pool,
    live: NOBODY_LISTENS,
    clock: there,
    log: quiet,
    listeningSince: inbox.listeningSince,
    leasedSites: inbox.leasedSites,
  })
  due.start()
  await start()
})
afterEach(async () => {
  await stop()
  await due.stop()
  await inbox.stop()
  rig.remove()
})

/** What stands in the cloud is what was written here, in the same order, once; and nobody was called for nothing. */
async function bothSame(clockAlarmsExpected: number): Promise<void> {
  await delivered()
  const { epoch, seq } = store.head()
  const lines = store.linesFrom(epoch, 1, 100_000).map(({ bytes }) => bytes)
  const cloud = await asked<{ seq: number; bytes: string }>('select seq, bytes from ledger order by epoch, seq')
  expect(cloud.map((row) => row.bytes)).toEqual(lines)
  expect(cloud.map((row) => Number(row.seq))).toEqual(Array.from({ length: seq }, (_, at) => at + 1))
  const bodies = lines.map((bytes) => JSON.parse(bytes) as { kind: string; body: { visit?: number } })
  expect(bodies.flatMap(({ kind, body }) => (kind === 'weighing' ? [body.visit] : []))).toEqual(
    Array.from({ length: visit }, (_, at) => at + 1),
  )
  const alarms = await asked<{ kind: string; n: number }>('select kind, count(*)::int as n from alarm group by kind order by kind')
  expect(Object.fromEntries(alarms.map(({ kind, n }) => [kind, n]))).toEqual({
    escape: escapes,
    ...(clockAlarmsExpected === 0 ? {} : { clock: clockAlarmsExpected }),
  })
}

it.each<[how: string, set: () => void, restarted: boolean]>([
  ['an hour back', () => here.wrongBy(-HOUR), false],
  ['an hour ahead', () => here.wrongBy(HOUR), false],
  ['a day back, and the agent starts again', () => here.wrongBy(-24 * HOUR), true],
  ['a day ahead, and the agent starts again', () => here.wrongBy(24 * HOUR), true],
  ['to 1970, and the agent starts again', () => here.shows('1970-01-01T00:00:10Z'), true],
  ['to 2038, and the agent starts again', () => here.shows('2038-01-19T03:14:08Z'), true],
])(
  'the clock of the site is set %s, and right again: one alarm that returns, every record once and in its order',
  {
    timeout: 120_000,
  },
  async (_how, set, restarted) => {
    work()
    await believed('synchronised')
    set()
    if (restarted) await restart()
    work()
    await believed('untrusted')
    await eventually(async () => (await clockAlarms())[0] === 'unacknowledged', { within: 30_000 })
    work()
    if (restarted) await restart()
    work()
    here.wrongBy(0)
    await believed('synchronised')
    work()
    await eventually(async () => (await clockAlarms())[0] === 'returned', { within: 30_000 })
    await bothSame(1)
  },
)

it('the clock of the cloud is set ahead and back: the site says that the two disagree, and goes on', { timeout: 120_000 }, async () => {
  work()
  await believed('synchronised')
  there.wrongBy(HOUR)
  await believed('untrusted')
  await eventually(async () => (await clockAlarms())[0] === 'unacknowledged', { within: 30_000 })
  work()
  there.wrongBy(-HOUR)
  await comeAgain()
  await eventually(() => store.time.judge().why === 'clock-ahead', { within: 30_000 })
  work()
  there.wrongBy(0)
  await comeAgain()
  await believed('synchronised')
  await eventually(async () => (await clockAlarms())[0] === 'returned', { within: 30_000 })
  await bothSame(1)
})

it('what is stamped while the clock stands in 1970 bears a time near the truth, and says that nobody vouches for it', {
  timeout: 60_000,
}, async () => {
  work()
  await believed('synchronised')
  here.shows('1970-01-01T00:00:10Z')
  const truly = Date.now()
  const { at, clock } = store.stamps()
  expect(clock).toBe('untrusted')
  expect(Math.abs(at - truly)).toBeLessThan(HOUR / 2)
})
