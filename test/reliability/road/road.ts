import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import pg from 'pg'
import { topicOf } from '#edge/messages'
import type { Inbox } from '../../../cloud-service/ingest/inbox.ts'
import { agentKey } from '../../../edge-agent/keys.ts'
import { random } from '../../../simulators/random.ts'
import { startInbox } from '../../cloud-service/ingest/an-inbox.ts'
import { settle } from '../../cloud-service/ingest/town.ts'
import { AGENT, SITE } from '../../edge-agent/store/store-rig.ts'
import { eventually } from '../../support/eventually.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import type { Bundle } from '../bundle.ts'
import { brokenLines, check } from '../checker/check.ts'
import { readCloudTables } from '../checker/cloud-tables.ts'
import { readEdgeFile } from '../checker/edge-file.ts'
import { observeInto, readObservations } from '../checker/observations.ts'
import { keysOf, sha256 } from '../checker/seals.ts'
import { forMilliseconds, type Life, live } from '../life.ts'
import { lossyPipe } from './pipe.ts'
import { witness } from './witness.ts'

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
/** The database waits before each commit of records, and refuses one in eight as it does when two transactions meet. */
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
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-road-'))
  const [store, seen] = [join(folder, 'store'), join(folder, 'seen')]
  mkdirSync(seen)
  const key = agentKey(join(folder, 'agent.key'))
  const databaseUrl = await freshDatabase()
  const pool = testPool(databaseUrl, 'pitgate_ingest')
  await settle(pool, [{ site: SITE, agent: AGENT, key }])
  await asOwner(databaseUrl, SLOW)

  const observer = observeInto(seen)
  const beside = witness(observer, databaseUrl, SITE, AGENT)
  const pipe = await lossyPipe(chance.fork('pipe'), beside.heard)
  let inbox = await anInbox(pool, pipe.url, 'cloud-1')
  let life: Life | null = null
  const begin = async (nth: number): Promise<Life> => {
    const begun = live(agentProgram.file, [
      ...['--keys', folder, '--store', store, '--seen', seen, '--url', pipe.url],
      ...['--from', String(nth * 100_000), '--acts', String(ACTS), '--seed', String(chance.next())],
    ])
    await begun.says('ready')
    return begun
  }
  try {
    pipe.loses(0.15)
    for (let nth = 1; nth < LIVES; nth += 1) {
      life = await begin(nth)
      await forMilliseconds(chance.between(200, 1_200))
      if (nth === 2) {
        await pipe.die()
        await pipe.comeBack()
      }
      life.signal('SIGKILL')
      await life.ended
      if (nth === 1) {
        await inbox.stop()
        inbox = await anInbox(pool, pipe.url, 'cloud-2')
      }
    }
    life = await begin(LIVES)
    await life.says('idle')
    await poison(pipe.url, (bytes) => observer.see({ event: 'poison', sha256: sha256(bytes) }))
    pipe.loses(0)
    // What does not heal in this time, or heals into a conflict, is what the checker then tells.
    await Promise.race([life.says('drained'), contradicted(databaseUrl), forMilliseconds(40_000)])
    await eventually(async () => Number((await asOwner(databaseUrl, 'select count(*) as n from quarantine'))[0]?.n) > 0, {
      within: 5_000,
    }).catch(() => undefined)
    life.signal('SIGKILL')
    await life.ended
    await inbox.stop()
    await beside.done()
    const logs = readObservations(seen)
    const cloud = await readCloudTables(databaseUrl, SITE, AGENT)
    const broken = brokenLines(check({ logs, edge: readEdgeFile(store), cloud, keys: keysOf([key.publicKey]) }))
    const receipts = logs.flat().filter(({ event }) => event === 'receipt').length
    return { records: cloud.ledger.length, lives: LIVES, receipts, broken }
  } finally {
    life?.signal('SIGKILL')
    await inbox.stop()
    await pipe.die()
    observer.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const anInbox = (pool: ReturnType<typeof testPool>, url: string, holder: string): Promise<Inbox> =>
  startInbox({ url, username: 'cloud', password: 'any', clientId: `cloud-${holder}` }, pool, holder)

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
  for (;;) {
    await forMilliseconds(500)
    if (Number((await asOwner(url, 'select count(*) as n from ledger_conflict'))[0]?.n) > 0) return
  }
}

async function asOwner(url: string, sql: string): Promise<{ readonly n?: string }[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ n?: string }>(sql)
    return rows ?? []
  } finally {
    await client.end()
  }
}
