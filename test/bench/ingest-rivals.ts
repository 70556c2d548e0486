import { connectAsync } from 'mqtt'
import { emptyHead, encodeBatch } from '#edge/stream'
import type { Pool } from '../../cloud-service/database/pool.ts'
import type { Agent } from '../../cloud-service/ingest/agents.ts'
import { judgeBatches } from '../../cloud-service/ingest/judge-batches.ts'
import { readMessage } from '../../cloud-service/ingest/read-message.ts'
import { verifierOf } from '../../cloud-service/keys.ts'
import type { AgentDouble } from '../cloud-service/ingest/agent-double.ts'
import { startRig } from './ingest-rig.ts'

/** What our ingest is held against. Both write the same rows as our ledger's, byte for byte, into a table made like it. */
export const RIVALS = `create table bare_ledger (like ledger including all);
  create table naive_ledger (like ledger including all);
  grant insert on bare_ledger, naive_ledger to pitgate_ingest`

const SIDE_BY_SIDE = 3
const AT_ONCE = 500

/**
 * The ledger's rows alone, by UNNEST of 500 arrays as `pg` sends them, from memory, on one connection: what the database could do if nobody
 * checked, told or counted anything. Weighings a second.
 */
export const runBare = (pool: Pool, agents: readonly AgentDouble[]): Promise<number> =>
  bare(agents, 1, (agent, from) => storePlain(pool, agent, from))

/** The same as swiftly as we know how: over as many connections as our ingest stores by, each column one text that the database splits. */
export const runSwift = (pool: Pool, agents: readonly AgentDouble[]): Promise<number> =>
  bare(agents, SIDE_BY_SIDE, (agent, from) => storeSwift(pool, agent, from))

async function bare(
  agents: readonly AgentDouble[],
  sideBySide: number,
  storeFrom: (agent: AgentDouble, from: number) => Promise<void>,
): Promise<number> {
  const waiting = [...agents]
  const store = async (): Promise<void> => {
    for (let agent = waiting.shift(); agent !== undefined; agent = waiting.shift())
      for (let from = 0; from < agent.lines.length; from += AT_ONCE) await storeFrom(agent, from)
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: sideBySide }, store))
  return perSecond(
    agents.reduce((sum, { lines }) => sum + lines.length, 0),
    started,
  )
}

async function storePlain(pool: Pool, agent: AgentDouble, from: number): Promise<void> {
  const lines = agent.lines.slice(from, from + AT_ONCE)
  await pool.query({
    name: 'bare-plain',
    text: `insert into bare_ledger (site, agent, epoch, seq, kind, bytes, hash, prev, key, signature)
     select $1, $2, $3, seq, 'weighing', bytes, hash, prev, $4, signature
     from unnest($5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[]) as l (seq, bytes, hash, prev, signature)`,
    values: [
      agent.site,
      agent.agent,
      agent.epoch,
      agent.key.key,
      lines.map((_, at) => from + at + 1),
      lines.map(({ bytes }) => bytes),
      agent.hashes.slice(from, from + AT_ONCE),
      lines.map((_, at) => linkBefore(agent, from + at)),
      lines.map(({ signature }) => signature),
    ],
  })
}

async function storeSwift(pool: Pool, agent: AgentDouble, from: number): Promise<void> {
  const lines = agent.lines.slice(from, from + AT_ONCE)
  const hashes = agent.hashes.slice(from, from + AT_ONCE)
  await pool.query({
    name: 'bare-swift',
    text: `insert into bare_ledger (site, agent, epoch, seq, kind, bytes, hash, prev, key, signature)
     select $1, $2, $3, $4::bigint + n - 1, 'weighing', bytes, hash, prev, $5, signature
     from unnest(string_to_array($6, E'\\n'), string_to_array($7, ','), string_to_array($8, ','), string_to_array($9, ','))
       with ordinality as line (bytes, hash, prev, signature, n)`,
    values: [
      agent.site,
      agent.agent,
      agent.epoch,
      from + 1,
      agent.key.key,
      lines.map(({ bytes }) => bytes).join('\n'),
      hashes.join(','),
      lines.map((_, at) => linkBefore(agent, from + at)).join(','),
      lines.map(({ signature }) => signature).join(','),
    ],
  })
}
const linkBefore = ({ hashes, epoch }: AgentDouble, at: number): string => hashes[at - 1] ?? emptyHead(epoch).hash

/**
 * What one writes first: each weighing its own message, judged by the very functions our ingest judges with (text, schema, canonical bytes,
 * chain, the head's signature), then one INSERT, a transaction of its own, as many at once as the pool lends. No list, no count, no ticket, no cursor,
 * no receipt. `signatures: false` spares it the head's signature, which ours checks once a batch. Weighings a second.
 */
export async function runNaive(
  pool: Pool,
  folder: string,
  agents: readonly AgentDouble[],
  each: number,
  { signatures }: { readonly signatures: boolean },
): Promise<number> {
  const rig = await startRig(
    folder,
    agents,
    (agent) => Array.from({ length: each }, (_, at) => ({ payload: encodeBatch(agent.batch(at + 1, at + 1)), upto: at + 1 })),
    true,
  )
  const { url, username, password, clientId } = rig.cloud
  const client = await connectAsync(url, { protocolVersion: 4, clean: true, username, password, clientId })
  const streams = new Map(agents.map((agent) => [agent.site, { of: knownAs(agent, signatures), head: emptyHead(agent.epoch) }]))
  const total = agents.length * each
  const store = inserterInto(pool)
  await store.ready()
  let stored = 0
  const done = new Promise<void>((resolve, reject) => {
    client.handleMessage = (packet, acknowledge) => {
      if (packet.cmd !== 'publish') return acknowledge()
      const payload = Buffer.from(packet.payload)
      const stream = streams.get(packet.topic.split('/')[2] ?? '')
      const reading = readMessage('ledger', payload)
      if (stream === undefined || !reading.ok) return reject(new Error('a message of the bench cannot be read'))
      const { fresh, head } = judgeBatches(stream.of, stream.head, [{ batch: reading.said, payload }])
      const line = fresh.lines[0]
      if (head === null || line === undefined || !line.reading.ok) return reject(new Error('a message of the bench was refused'))
      const { site, agent, key } = stream.of
      const { kind } = line.reading.record
      const row = [site, agent, head.epoch, line.seq, kind, line.line.bytes, fresh.hashes[0], stream.head.hash, key, line.line.signature]
      stream.head = { epoch: head.epoch, seq: head.seq, hash: head.hash }
      store
        .insert(row)
        .then(() => {
          stored += 1
          if (stored === total) resolve()
        })
        .catch(reject)
      store.room().then(() => acknowledge(), reject)
    }
  })
  await client.subscribeAsync('pitgate/v1/+/+/ledger', { qos: 1 })
  const started = performance.now()
  await Promise.all([rig.go(), done])
  const rate = perSecond(total, started)
  await client.endAsync(true)
  await rig.stop()
  return rate
}

/** Inserts a row each as a transaction of its own, as many at once as the pool has connections; who brings more waits. */
function inserterInto(pool: Pool) {
  const most = pool.options.max
  const waiting: (() => void)[] = []
  let running = 0
  return {
    /** Every connection is there before anything begins. */
    async ready(): Promise<void> {
      for (const client of await Promise.all(Array.from({ length: most }, () => pool.connect()))) client.release()
    },
    async insert(values: unknown[]): Promise<void> {
      running += 1
      await pool.query({
        name: 'naive',
        text: `insert into naive_ledger (site, agent, epoch, seq, kind, bytes, hash, prev, key, signature)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
        values,
      })
      running -= 1
      waiting.shift()?.()
    },
    async room(): Promise<void> {
      if (running >= most) await new Promise<void>((turn) => waiting.push(turn))
    },
  }
}

/** As the register knows it. */
function knownAs({ site, agent, key }: AgentDouble, signatures: boolean): Agent {
  const verifier = verifierOf([key.publicKey])
  return {
    site,
    agent,
    county: '610881',
    key: key.key,
    verifier: signatures ? verifier : { ...verifier, verify: () => true },
  }
}

export const perSecond = (count: number, started: number): number => count / ((performance.now() - started) / 1_000)
