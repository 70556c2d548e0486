import fc from 'fast-check'
import { expect, it } from 'vitest'
import { topicOf } from '#edge/messages'
import { trueClock } from '../../cloud-service/clock.ts'
import type { Pool } from '../../cloud-service/database/pool.ts'
import { asIngest } from '../../cloud-service/database/transaction.ts'
import type { linkBroker } from '../../cloud-service/ingest/broker-link.ts'
import { createInbox } from '../../cloud-service/ingest/inbox.ts'
import { NOBODY_LISTENS } from '../../cloud-service/live/changes.ts'
import { random } from '../../simulators/random.ts'
import { AGENT, SITE } from '../edge-agent/store/store-rig.ts'
import { eventually } from '../support/eventually.ts'
import { freshDatabase, quiet, testPool } from '../support/postgres.ts'
import { houseKeys } from './keys.ts'
import { memoryDatabase } from './memory-database.ts'
import { play } from './play.ts'
import { aDayWithRestores } from './steps.ts'
import { worldTime } from './world-time.ts'

/**
 * The simulation believes in its own small database. Here the same messages go to the same ingest once over that and once over a real
 * PostgreSQL, lost, repeated and out of order as a pipe leaves them: what is receipted and what is stored must be the same.
 */
interface Said {
  readonly topic: string
  readonly payload: string
}
const DAYS = 6
const { signer, issuer } = houseKeys()

/** The ingest over a pool, its links in our hands. */
async function ingestOver(pool: Pool) {
  const receipts: string[] = []
  const links: { readonly topics: Set<string>; readonly received: (topic: string, payload: Buffer) => Promise<void> }[] = []
  const link: typeof linkBroker = ({ received }) => {
    const topics = new Set<string>()
    links.push({ topics, received })
    return {
      connected: () => true,
      subscribe: (asked) => void asked.map((topic) => topics.add(topic)),
      unsubscribe: (asked) => void asked.map((topic) => topics.delete(topic)),
      publish: async (topic, payload) => void (topic === topicOf(SITE, AGENT, 'receipt') && receipts.push(untimed(payload))),
      stop: async () => {},
    }
  }
  const broker = { url: '', username: '', password: '', clientId: 'cloud-same' }
  const inbox = createInbox({ broker, pool, issuer, live: NOBODY_LISTENS, clock: trueClock(), log: quiet, holder: 'same' }, link)
  await inbox.start()
  return {
    receipts,
    stop: () => inbox.stop(),
    async say({ topic, payload }: Said): Promise<void> {
      const hears = topic.replace(`/${AGENT}/`, '/+/')
      for (const { topics, received } of links) if (topics.has(hears)) await received(topic, Buffer.from(payload))
    },
  }
}

/** What time it was is another in each of the two. */
const untimed = (receipt: string): string => JSON.stringify({ ...JSON.parse(receipt), time: undefined })

/** As a pipe might leave them: a few gone, a few twice, a few later. */
function tossed(said: readonly Said[], seed: number): Said[] {
  const chance = random(seed)
  const arrived = said.flatMap((one, at) => {
    if (chance.chance(0.1)) return []
    const place = (): number => at + chance.between(0, 4)
    return chance.chance(0.2)
      ? [
          { one, at: place() },
          { one, at: place() },
        ]
      : [{ one, at: place() }]
  })
  return arrived.sort((a, b) => a.at - b.at).map(({ one }) => one)
}

it('gives the same receipts and keeps the same records over a real PostgreSQL', { timeout: 240_000 }, async () => {
  const scripts = fc.sample(aDayWithRestores, { numRuns: DAYS, seed: 4 })
  for (const [day, script] of scripts.entries()) {
    const said = tossed((await play(script, day)).saidUp, day)
    const memory = memoryDatabase({ time: worldTime(), chance: () => 0 })
    memory.tables().agents.set(SITE, { site: SITE, agent: AGENT, county: '610881', key: signer.key, public_key: signer.publicKey })
    const simulated = await ingestOver(memory.poolFor(() => false).pool)
    const pool = testPool(await freshDatabase(), 'pitgate_ingest')
    await settleSite(pool)
    const real = await ingestOver(pool)
    try {
      for (const one of said) {
        const before = simulated.receipts.length
        await simulated.say(one)
        // What hangs on promises alone has come to its end when the loop turns.
        await new Promise((turned) => setImmediate(turned))
        await real.say(one)
        await eventually(() => real.receipts.length >= simulated.receipts.length, { within: 60_000 })
        expect(real.receipts.slice(before)).toEqual(simulated.receipts.slice(before))
      }
    } finally {
      await real.stop()
      await simulated.stop()
    }
    const rows = await asIngest(pool, (tx) =>
      tx.query('select epoch, seq::int, kind, bytes, hash, prev from ledger order by epoch, seq').then((answer) => answer.rows),
    )
    const kept = [...memory.tables().ledger.values()].sort((a, b) => (a.epoch === b.epoch ? a.seq - b.seq : a.epoch < b.epoch ? -1 : 1))
    expect(rows).toEqual(kept)
    const conflicts = await asIngest(pool, (tx) => tx.query('select why from ledger_conflict').then((answer) => answer.rowCount))
    expect(conflicts).toBe(memory.tables().conflicts.size)
  }
})

const settleSite = (pool: Pool): Promise<void> =>
  asIngest(pool, async (tx) => {
    await tx.query(`insert into county values ('610881', '神木市') on conflict do nothing`)
    await tx.query(`insert into site values ($1, $1, '610881', 'mine', 110, 38)`, [SITE])
    await tx.query(
      `insert into agent (site, agent, county, key, public_key, order_epoch) values ($1, $2, '610881', $3, $4, '1-00000001')`,
      [SITE, AGENT, signer.key, signer.publicKey],
    )
  })
