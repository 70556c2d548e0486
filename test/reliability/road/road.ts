import { connectAsync } from 'mqtt'
import { topicOf } from '#edge/messages'
import { random } from '../../../simulators/random.ts'
import { AGENT, SITE } from '../../edge-agent/store/store-rig.ts'
import { eventually } from '../../support/eventually.ts'
import { asOwner } from '../../support/postgres.ts'
import type { Bundle } from '../bundle.ts'
import { brokenLines, check } from '../checker/check.ts'
import { sha256 } from '../checker/seals.ts'
import { forMilliseconds, killed, type Life } from '../life.ts'
import { wholeRoad } from '../whole-road.ts'

/**
 * The whole road under faults: a real agent (store and uplink, killed and started again), a broker that acknowledges and forgets and
 * dies, the real ingest (stopped and taken over by another instance) over a real PostgreSQL that is slow and now and then refuses. Then
 * everything heals, and the history is checked on both sides.
 */
export interface Road {
  readonly records: number
  readonly lives: number
  readonly receipts: number
  readonly broken: readonly string[]
}

const LIVES = 4
const ACTS = 150
/**
 * A fault put into the database, and no wait of this test: it is slow before each commit of records, and refuses one in eight as it does
 * when two transactions meet.
 */
const SLOW = `
  create function pitgate_slow() returns trigger language plpgsql as $$
  begin
    perform pg_sleep(0.04);
    if random() < 0.12 then raise exception 'made to fail' using errcode = '40001'; end if;
    return null;
  end $$;
  create trigger slow after insert on ledger for each statement execute function pitgate_slow()`

export async function road(agentProgram: Bundle, seed: number): Promise<Road> {
  const chance = random(`road/${seed}`)
  const { databaseUrl, observer, pipe, openCloud, closeCloud, begin, history, end } = await wholeRoad(agentProgram, chance)
  try {
    await asOwner(databaseUrl, SLOW)
    await openCloud('cloud-1')
    const aLife = async (nth: number): Promise<Life> => {
      const life = begin('store', ['--from', String(nth * 100_000), '--acts', String(ACTS), '--seed', String(chance.next())])
      await life.says('ready')
      return life
    }
    pipe.loses(0.15)
    for (let nth = 1; nth < LIVES; nth += 1) {
      const life = await aLife(nth)
      await forMilliseconds(chance.between(200, 1_200))
      if (nth === 2) {
        await pipe.die()
        await pipe.comeBack()
      }
      await killed(life)
      if (nth === 1) {
        await closeCloud()
        await openCloud('cloud-2')
      }
    }
    const last = await aLife(LIVES)
    await last.says('idle')
    await poison(pipe.url, (bytes) => observer.see({ event: 'poison', sha256: sha256(bytes) }))
    pipe.loses(0)
    // What does not heal in this time, or heals into a conflict, is what the checker then tells.
    await Promise.race([last.says('drained'), contradicted(databaseUrl), forMilliseconds(40_000)])
    await eventually(async () => (await rowsOf(databaseUrl, 'quarantine')) > 0, { within: 5_000 }).catch(() => undefined)
    const all = await history('store')
    const receipts = all.logs.flat().filter(({ event }) => event === 'receipt').length
    return { records: all.cloud.ledger.length, lives: LIVES, receipts, broken: brokenLines(check(all)) }
  } finally {
    await end()
  }
}

/** Bytes on the agent's own topic that are no message. */
async function poison(url: string, sent: (bytes: Buffer) => void): Promise<void> {
  const client = await connectAsync(url, { protocolVersion: 4, clean: true, clientId: 'somebody' })
  const bytes = Buffer.from('{"v":1,"records":{"epoch"')
  sent(bytes)
  // The pipe may forget it, as it may forget anything that nobody sends again.
  for (let nth = 0; nth < 20; nth += 1) await client.publishAsync(topicOf(SITE, AGENT, 'hello'), bytes, { qos: 1 })
  await client.endAsync()
}

async function contradicted(url: string): Promise<void> {
  do await forMilliseconds(500)
  while ((await rowsOf(url, 'ledger_conflict')) === 0)
}

async function rowsOf(url: string, table: string): Promise<number> {
  const [row] = await asOwner<{ n: string }>(url, `select count(*) as n from ${table}`)
  return Number(row?.n ?? 0)
}
