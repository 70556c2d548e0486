import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { CONFLICTS_PER_DAY, keepConflict } from '../../../cloud-service/ingest/conflicts.ts'
import type { Inbox } from '../../../cloud-service/ingest/inbox.ts'
import { verifierOf } from '../../../cloud-service/keys.ts'
import { type TestBroker, testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { AgentDouble, aWeighing } from './agent-double.ts'
import { anInbox } from './real-road.ts'
import { settle } from './town.ts'

let pool: Pool
let broker: TestBroker
let inbox: Inbox
beforeAll(async () => {
  pool = testPool(await freshDatabase(), 'pitgate_ingest')
  broker = await testBroker([
    ['mine-0', 'a1'],
    ['mine-1', 'a1'],
  ])
})
afterAll(() => inbox.stop())

const rows = async <T extends object>(text: string, values: unknown[]): Promise<T[]> =>
  asIngest(pool, async (tx) => (await tx.query<T>(text, values)).rows)

/** Two histories under one identity and key: the cloud has the first three records of the one. */
async function forked(site: string, records: number) {
  const agent = new AgentDouble(site, 'a1')
  await settle(pool, [agent])
  const twin = new AgentDouble(site, 'a1', agent.epoch, agent.key)
  for (let visit = 1; visit <= 3; visit += 1) agent.append('weighing', aWeighing({ visit }))
  for (let visit = 1; visit <= records; visit += 1) twin.append('weighing', aWeighing({ visit, weightKg: 40_000 + 20 * (visit % 400) }))
  inbox ??= await anInbox(broker, pool)
  // The broker knows one client under this name.
  const client = await broker.agent(site, 'a1')
  await twin.listen(client)
  await agent.listen(client)
  // A site that is new is listened to at the next renewal of the leases.
  await eventually(
    async () => {
      await agent.send(1, 3)
      return agent.receipts.some(({ upto }) => upto === 3)
    },
    { within: 30_000 },
  )
  return { agent, twin }
}

it('a fork longer than a batch is kept beside to its end, and each batch is said to be', { timeout: 60_000 }, async () => {
  const { agent, twin } = await forked('mine-0', 200)
  for (const [from, to] of [
    [1, 70],
    [71, 140],
    [141, 200],
  ] as const) {
    // An agent shows one at a time, and again until it is told.
    await twin.send(from, to)
    await eventually(() => agent.receipts.some(({ beside }) => beside === twin.hashes[to - 1]), { within: 30_000 })
  }
  const kept = await rows<{ payload: Buffer }>('select payload from ledger_conflict where site = $1 order by head_seq', ['mine-0'])
  const all = kept.map(({ payload }) => payload.toString()).join('\n')
  expect(twin.lines.every(({ bytes }) => all.includes(bytes))).toBe(true)
  const alarms = await rows(`select occurrence from alarm where site = $1 and kind = 'conflict'`, ['mine-0'])
  expect(alarms).toEqual([{ occurrence: 'records-4' }])
  // Early, and of no fork: it is only asked for what is missing before it.
  agent.append('weighing', aWeighing({ visit: 4 }))
  agent.append('weighing', aWeighing({ visit: 5 }))
  await agent.send(5, 5)
  await eventually(() => agent.receipts.some(({ missing }) => missing[0]?.[1] === 5), { within: 30_000 })
  expect(await rows('select from ledger_conflict where site = $1', ['mine-0'])).toHaveLength(3)
})

it('conflicts of a day fill its budget and not the disk: the rest is counted, not called kept, and said once', {
  timeout: 60_000,
}, async () => {
  const { agent, twin } = await forked('mine-1', 12)
  await twin.send(1, 4)
  await eventually(() => agent.receipts.some(({ beside }) => beside === twin.hashes[3]), { within: 30_000 })
  await rows('update conflict_day set kept = $2 where site = $1', ['mine-1', CONFLICTS_PER_DAY.items])
  const told = agent.receipts.length
  const beyond = async () => (await rows<{ beyond: number }>('select beyond from conflict_day where site = $1', ['mine-1']))[0]?.beyond
  for (const [to, times] of [
    [5, 1],
    [6, 2],
  ] as const) {
    await twin.send(1, to)
    await eventually(async () => (await beyond()) === times, { within: 30_000 })
  }
  expect(agent.receipts.slice(told).filter(({ beside }) => beside !== undefined)).toEqual([])
  // What is kept already is still said to be.
  await twin.send(1, 4)
  await eventually(() => agent.receipts.slice(told).some(({ beside }) => beside === twin.hashes[3]), { within: 30_000 })
  expect(await rows('select kept, beyond from conflict_day where site = $1', ['mine-1'])).toEqual([
    { kept: CONFLICTS_PER_DAY.items, beyond: 2 },
  ])
  const alarms = await rows<{ occurrence: string; why: string }>(
    `select split_part(occurrence, '-', 1) as occurrence, facts ->> 'why' as why from alarm where site = $1 and kind = 'conflict' order by 1`,
    ['mine-1'],
  )
  expect(alarms).toEqual([
    { occurrence: 'budget', why: 'budget' },
    { occurrence: 'records', why: 'other-bytes' },
  ])
})

it('bytes beyond a day’s are not kept either', async () => {
  const agent = { site: 'mine-1', agent: 'a1', county: '610881', key: '', verifier: verifierOf([]) }
  await rows('update conflict_day set kept = 0, kept_bytes = $2 where site = $1', ['mine-1', CONFLICTS_PER_DAY.bytes - 10])
  const keep = (payload: string) =>
    asIngest(pool, (tx) =>
      keepConflict(
        tx,
        agent,
        { epoch: '1-0a0b0c0d', seq: 9, why: 'other-bytes', payload: Buffer.from(payload), head: null },
        '2026-11-22T00:00:00Z',
      ),
    )
  expect((await keep('x'.repeat(11))).kept).toBe(false)
  expect((await keep('x'.repeat(10))).kept).toBe(true)
})
