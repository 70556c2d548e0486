import type { MqttClient } from 'mqtt'
import { afterEach, beforeAll } from 'vitest'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import type { Inbox, InboxParts } from '../../../cloud-service/ingest/inbox.ts'
import { type TestBroker, testBroker } from '../../support/broker.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { AgentDouble } from './agent-double.ts'
import { startInboxOf } from './an-inbox.ts'
import { settle } from './town.ts'

/** What the tests of one file share: a database, a broker, and a site of its own for each test. There from `beforeAll` on. */
export interface Roads {
  readonly url: string
  readonly pool: Pool
  readonly broker: TestBroker
  /** The next site: enrolled, the cloud listening to it, its agent connected. */
  road(differs?: Partial<InboxParts>): Promise<{ readonly agent: AgentDouble; readonly client: MqttClient; readonly inbox: Inbox }>
  /** Another inbox of the cloud; each is stopped after the test in which it was started. */
  inbox(differs?: Partial<InboxParts>): Promise<Inbox>
  rows<T extends object>(text: string, values?: unknown[]): Promise<T[]>
}

/** Called once, where a file begins: `mine-0`, `mine-1` and so on, as many as its tests want. */
export function roads(sites: number): Roads {
  const names = Array.from({ length: sites }, (_, at) => `mine-${at}`)
  const inboxes: Inbox[] = []
  let shared: { readonly url: string; readonly pool: Pool; readonly broker: TestBroker } | null = null
  const there = () => {
    if (shared === null) throw new Error('asked for before the tests began')
    return shared
  }
  beforeAll(async () => {
    const url = await freshDatabase()
    shared = { url, pool: testPool(url, 'pitgate_ingest'), broker: await testBroker(names.map((site) => [site, 'a1'] as const)) }
  })
  afterEach(async () => {
    await Promise.all(inboxes.splice(0).map((inbox) => inbox.stop()))
  })
  const inbox = async (differs: Partial<InboxParts> = {}): Promise<Inbox> => {
    const started = await startInboxOf({ broker: there().broker.cloud(), pool: there().pool, ...differs })
    inboxes.push(started)
    return started
  }
  return {
    get url() {
      return there().url
    },
    get pool() {
      return there().pool
    },
    get broker() {
      return there().broker
    },
    async road(differs) {
      const site = names.shift()
      if (site === undefined) throw new Error(`this file said that it wants ${sites} sites`)
      const agent = new AgentDouble(site, 'a1')
      await settle(there().pool, [agent])
      const started = await inbox(differs)
      const client = await there().broker.agent(site, 'a1')
      await agent.listen(client)
      return { agent, client, inbox: started }
    },
    inbox,
    rows: async <T extends object>(text: string, values: unknown[] = []) =>
      asIngest(there().pool, async (tx) => (await tx.query<T>(text, values)).rows),
  }
}
