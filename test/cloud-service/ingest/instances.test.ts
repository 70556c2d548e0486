import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import type { Inbox } from '../../../cloud-service/ingest/inbox.ts'
import { type Network, network } from '../../../simulators/network.ts'
import { type TestBroker, testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { AgentDouble, aWeighing } from './agent-double.ts'
import { startInbox } from './an-inbox.ts'
import { settle } from './town.ts'

/** Instances of the cloud that share the sites of one database and one broker. */
const SITES = ['a', 'b', 'c', 'd', 'e'].map((name) => `site-${name}`)
let url: string
let pool: Pool
let broker: TestBroker
let agents: AgentDouble[]
const inboxes: Inbox[] = []
const cables: Network[] = []

beforeEach(async () => {
  url = await freshDatabase()
  pool = testPool(url, 'pitgate_ingest')
  broker = await testBroker(SITES.map((site) => [site, 'a1'] as const))
  agents = SITES.map((site) => new AgentDouble(site, 'a1'))
  await settle(pool, agents)
})
afterEach(async () => {
  await Promise.all(inboxes.splice(0).map((inbox) => inbox.stop()))
  await Promise.all(cables.splice(0).map((cable) => cable.stop()))
})

async function instance(name: string, over: Pool = pool, url = broker.url): Promise<Inbox> {
  const inbox = await startInbox({ ...broker.cloud(`cloud-${name}`), url }, over, name)
  inboxes.push(inbox)
  return inbox
}
/** A way to the broker that can be cut. */
async function aCable(): Promise<{ readonly cable: Network; readonly to: string }> {
  const cable = await network([Number(new URL(broker.url).port)])
  cables.push(cable)
  return { cable, to: `mqtt://127.0.0.1:${cable.ports[0]}` }
}
const shares = (): number[] => inboxes.map((inbox) => inbox.leasedSites().size).sort()
/** Each site in exactly one hand. */
const isPartition = (): boolean => new Set(inboxes.flatMap((inbox) => [...inbox.leasedSites()])).size === SITES.length

it('share the sites as they come, and take them over as they go', { timeout: 120_000 }, async () => {
  const first = await instance('one')
  expect(first.leasedSites().size).toBe(SITES.length)
  await instance('two')
  await eventually(() => isPartition() && shares().join() === '2,3', { within: 40_000 })
  await instance('three')
  await eventually(() => isPartition() && shares().join() === '1,2,2', { within: 40_000 })
  inboxes.shift()
  await first.stop()
  await eventually(() => isPartition() && shares().join() === '2,3', { within: 40_000 })
  const { rowCount } = await asIngest(pool, (tx) => tx.query(`select from site_lease where holder = 'one'`))
  expect(rowCount).toBe(0)
})

it('one that dies is replaced by the other, which asks its agents for what reached nobody', { timeout: 120_000 }, async () => {
  const own = testPool(url, 'pitgate_ingest')
  const dying = await instance('one', own)
  const staying = await instance('two')
  await eventually(() => isPartition() && shares().join() === '2,3', { within: 40_000 })
  for (const agent of agents) {
    await agent.listen(await broker.agent(agent.site, agent.agent))
    agent.append('weighing', aWeighing())
    await agent.send(1, 1)
  }
  await eventually(() => agents.every(({ receipts }) => receipts.some(({ upto }) => upto === 1)))
  const orphans = agents.filter(({ site }) => dying.leasedSites().has(site))
  // Without its database it cannot give its leases back: as if its power were gone.
  const gone = own.end()
  inboxes.shift()
  await dying.stop()
  await gone
  for (const orphan of orphans) {
    orphan.append('weighing', aWeighing({ visit: 2 }))
    await orphan.send(2, 2)
  }
  await eventually(() => staying.leasedSites().size === SITES.length, { within: 40_000 })
  for (const orphan of orphans) {
    await eventually(() => orphan.receipts.some(({ missing }) => missing.join() === '2,2'))
    await orphan.send(2, 2)
    await eventually(() => orphan.receipts.some(({ upto }) => upto === 2))
  }
  expect((await asIngest(pool, (tx) => tx.query('select from weighing'))).rowCount).toBe(SITES.length + orphans.length)
})

it('one that loses the broker alone leaves its sites to the one that hears, and has its share again when it is back', {
  timeout: 120_000,
}, async () => {
  const { cable, to } = await aCable()
  const deaf = await instance('one', pool, to)
  const hearing = await instance('two')
  await eventually(() => isPartition() && shares().join() === '2,3', { within: 40_000 })
  for (const agent of agents) {
    await agent.listen(await broker.agent(agent.site, agent.agent))
    agent.append('weighing', aWeighing())
    await agent.send(1, 1)
  }
  await eventually(() => agents.every(({ receipts }) => receipts.some(({ upto }) => upto === 1)), { within: 30_000 })
  const left = agents.filter(({ site }) => deaf.leasedSites().has(site))
  cable.cut()
  await eventually(() => hearing.leasedSites().size === SITES.length && deaf.leasedSites().size === 0, { within: 40_000 })
  for (const agent of left) {
    await eventually(() => agent.receipts.some(({ missing }) => missing.join() === '2,2'), { within: 30_000 })
    agent.append('weighing', aWeighing({ visit: 2 }))
    await agent.send(2, 2)
    await eventually(() => agent.receipts.some(({ upto }) => upto === 2), { within: 30_000 })
  }
  cable.mend()
  await eventually(() => isPartition() && shares().join() === '2,3', { within: 40_000 })
})

it('where the broker is away from all of them every site stays in a hand, and they share again when it is back', {
  timeout: 120_000,
}, async () => {
  await instance('one')
  await instance('two')
  await eventually(() => isPartition() && shares().join() === '2,3', { within: 40_000 })
  await broker.stop()
  const asked = async <T extends object>(text: string, values: unknown[] = []): Promise<T | undefined> =>
    (await asIngest(pool, (tx) => tx.query<T>(text, values))).rows[0]
  const stopped = await asked<{ at: string }>('select now() as at')
  const stillHeld = async (): Promise<boolean> =>
    (
      await asked<{ yes: boolean }>(`select bool_and(until > $1::timestamptz + interval '12 seconds') as yes from site_lease`, [
        stopped?.at,
      ])
    )?.yes === true
  await eventually(async () => (await stillHeld()) && isPartition(), { within: 40_000 })
  await broker.start()
  await eventually(() => inboxes.every((inbox) => inbox.connected()) && isPartition() && shares().join() === '2,3', { within: 40_000 })
})
