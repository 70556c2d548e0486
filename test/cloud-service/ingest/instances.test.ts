import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import type { Inbox } from '../../../cloud-service/ingest/inbox.ts'
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

beforeEach(async () => {
  url = await freshDatabase()
  pool = testPool(url, 'pitgate_ingest')
  broker = await testBroker(SITES.map((site) => [site, 'a1'] as const))
  agents = SITES.map((site) => new AgentDouble(site, 'a1'))
  await settle(pool, agents)
})
afterEach(async () => {
  await Promise.all(inboxes.splice(0).map((inbox) => inbox.stop()))
})

async function instance(name: string, over: Pool = pool): Promise<Inbox> {
  const inbox = await startInbox(broker.cloud(`cloud-${name}`), over, name)
  inboxes.push(inbox)
  return inbox
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
