import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { BATCH_MAX_LINES, batchLength, decodeBatch, encodeBatch } from '#edge/stream'
import { agentUser, CLOUD_USER, setPassword } from '../../cloud-service/broker/credentials.ts'
import { trueClock } from '../../cloud-service/clock.ts'
import { startEmbedded } from '../../cloud-service/database/embedded.ts'
import { migrate } from '../../cloud-service/database/migrate.ts'
import { createPool, type Pool } from '../../cloud-service/database/pool.ts'
import { asIngest } from '../../cloud-service/database/transaction.ts'
import { createInbox } from '../../cloud-service/ingest/inbox.ts'
import { readLine } from '../../cloud-service/ingest/read-line.ts'
import { NOBODY_LISTENS } from '../../cloud-service/live/changes.ts'
import { createLog } from '../../cloud-service/log.ts'
import { AgentDouble, aTareOf, aWeighing, newKey } from '../cloud-service/ingest/agent-double.ts'
import { settle } from '../cloud-service/ingest/town.ts'
import type { Load, Prepared } from './ingest-load.ts'

/**
 * Ingest, three ways side by side, over the same records (DESIGN.md section 7), on a real PostgreSQL with every commit on disk:
 *   bare     the ledger rows alone, by UNNEST of 500, from memory: what the database could do if nobody checked or counted anything
 *   ours     MQTT → chain, seal and schema checked → ledger, lists, lens, tickets, cursor → COMMIT → receipt
 *   naive    MQTT, one message per weighing, the same schema check and pool, one INSERT each, no chain, no receipt, no tickets
 * Every second weighing takes a ticket in, every other lets it out.
 */
export interface IngestFigures {
  readonly records: number
  readonly meanRecordBytes: number
  readonly rounds: number
  readonly barePerSecond: number
  readonly oursPerSecond: number
  readonly naivePerSecond: number
  readonly shareOfBare: number
  readonly timesNaive: number
}

const AGENTS = 8
const PER_AGENT = 2_500
const NAIVE_PER_AGENT = 500
const ROUNDS = 3
const quiet = createLog('bench', 'silent')

export async function benchIngest(): Promise<{ name: string; text: string; figures: IngestFigures }> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-bench-ingest-'))
  const database = await startEmbedded({ folder: join(folder, 'postgres'), port: await freePort(), log: quiet })
  const owner = createPool({ url: database.url, role: null, name: 'bench-owner', size: 1, log: quiet })
  await migrate(owner, quiet)
  await owner.query(`create table bare_ledger (like ledger including all);
    create table naive_weighing (site text, epoch text, seq bigint, at timestamptz, bytes text, key text, signature text, primary key (site, epoch, seq));
    grant insert on naive_weighing to pitgate_ingest`)
  const pool = createPool({ url: database.url, role: 'pitgate_ingest', name: 'bench', size: 8, log: quiet })
  const bare: number[] = []
  const ours: number[] = []
  const naive: number[] = []
  let bytes = 0
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const town = await prepare(pool, round)
      bytes = town.meanBytes
      bare.push(await runBare(owner, town.agents))
      ours.push(await runOurs(pool, folder, town.agents))
      naive.push(await runNaive(pool, folder, town.agents))
    }
  } finally {
    await Promise.all([owner.end(), pool.end()])
    await database.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const figures: IngestFigures = {
    records: AGENTS * PER_AGENT,
    meanRecordBytes: bytes,
    rounds: ROUNDS,
    barePerSecond: Math.round(median(bare)),
    oursPerSecond: Math.round(median(ours)),
    naivePerSecond: Math.round(median(naive)),
    shareOfBare: Math.round((100 * median(ours)) / median(bare)) / 100,
    timesNaive: Math.round((10 * median(ours)) / median(naive)) / 10,
  }
  const text = [
    `ingest of weighings of ${bytes} bytes, committed and receipted: ${figures.oursPerSecond}/s`,
    `  bare UNNEST of the same ledger rows ${figures.barePerSecond}/s (ours is ${Math.round(100 * figures.shareOfBare)} % of it)`,
    `  one INSERT per message, same check and pool ${figures.naivePerSecond}/s (ours is ${figures.timesNaive} times that)`,
  ].join('\n')
  return { name: 'ingest', text, figures }
}

/** Agents with sealed records, and the tickets their trucks carry. */
async function prepare(pool: Pool, round: number): Promise<{ agents: AgentDouble[]; meanBytes: number }> {
  const agents = Array.from({ length: AGENTS }, (_, at) => new AgentDouble(`bench-${round}-${at}`, 'a1'))
  await settle(pool, agents)
  for (const [at, agent] of agents.entries()) {
    const tickets = Array.from({ length: PER_AGENT / 2 }, (_, n) => `610881-26112${round}-${at}B${String(n).padStart(6, '0')}1`)
    await asIngest(pool, (tx) =>
      tx.query(
        `insert into ticket (number, site, county, carrier, plate, signed, signature, qr, planned_net_kg, valid_from, valid_until, issued_at, state)
         select n, $1, '610881', 'haoyun', '陕KB6718', '{}', 's', 'q', 33000, now(), now() + interval '1 day', now(), 'issued' from unnest($2::text[]) n`,
        [agent.site, tickets],
      ),
    )
    for (const [visit, ticket] of tickets.entries()) {
      agent.append('weighing', aTareOf(ticket, { visit: visit * 2 + 1 }))
      agent.append('weighing', aWeighing({ visit: visit * 2 + 2, ticket: ticket as never }))
    }
  }
  const lines = agents.flatMap((agent) => agent.lines)
  return { agents, meanBytes: Math.round(lines.reduce((sum, { bytes }) => sum + Buffer.byteLength(bytes), 0) / lines.length) }
}

async function runBare(owner: Pool, agents: readonly AgentDouble[]): Promise<number> {
  const started = performance.now()
  for (const agent of agents)
    for (let from = 0; from < agent.lines.length; from += 500) {
      const lines = agent.lines.slice(from, from + 500)
      const hashes = agent.hashes.slice(from, from + 500)
      await owner.query({
        name: 'bare',
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
          hashes,
          lines.map((_, at) => agent.hashes[from + at - 1] ?? '0'.repeat(64)),
          lines.map(({ signature }) => signature),
        ],
      })
    }
  return (agents.length * PER_AGENT) / ((performance.now() - started) / 1_000)
}

async function runOurs(pool: Pool, folder: string, agents: readonly AgentDouble[]): Promise<number> {
  const rig = await startRig(folder, agents, (agent) =>
    batchesOf(agent).map(([from, upto]) => ({ payload: encodeBatch(agent.batch(from, upto)), upto })),
  )
  const inbox = createInbox({
    broker: { url: rig.url, username: CLOUD_USER, password: rig.cloudPassword, clientId: 'cloud-bench' },
    pool,
    issuer: newKey(),
    live: NOBODY_LISTENS,
    clock: trueClock(),
    log: quiet,
    holder: `bench-${folder}`,
  })
  await inbox.start()
  await until(() => inbox.connected())
  const started = performance.now()
  await rig.go()
  const elapsed = performance.now() - started
  await inbox.stop()
  await rig.stop()
  const { rows } = await asIngest(pool, (tx) =>
    tx.query('select count(*) as n, count(*) filter (where kind = $2) as gross from weighing where site = any($1)', [
      agents.map(({ site }) => site),
      'gross',
    ]),
  )
  if (rows[0].n !== agents.length * PER_AGENT) throw new Error(`ours stored ${rows[0].n} of ${agents.length * PER_AGENT}`)
  return (agents.length * PER_AGENT) / (elapsed / 1_000)
}

/** What one writes first: a handler that checks a message and inserts a row, as many at once as the pool lends. */
async function runNaive(pool: Pool, folder: string, agents: readonly AgentDouble[]): Promise<number> {
  const total = agents.length * NAIVE_PER_AGENT
  const rig = await startRig(
    folder,
    agents,
    (agent) => Array.from({ length: NAIVE_PER_AGENT }, (_, at) => ({ payload: encodeBatch(agent.batch(at + 1, at + 1)), upto: at + 1 })),
    true,
  )
  const client = await connectAsync(rig.url, {
    protocolVersion: 4,
    clientId: 'cloud-naive',
    username: CLOUD_USER,
    password: rig.cloudPassword,
  })
  const places = new Map(agents.map(({ site, agent, epoch, key }) => [site, { site, agent, epoch, key: key.key }]))
  let stored = 0
  client.on('message', (topic, payload) => {
    const read = decodeBatch(payload.toString())
    const place = places.get(topic.split('/')[2] ?? '')
    const line = read.ok ? read.batch.lines[0] : undefined
    if (!read.ok || place === undefined || line === undefined) return
    const { reading } = readLine(line, read.batch.from, place)
    if (!reading.ok || reading.record.kind !== 'weighing') return
    void pool
      .query({
        name: 'naive',
        text: `insert into naive_weighing values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
        values: [place.site, place.epoch, read.batch.from, reading.record.at, line.bytes, place.key, line.signature],
      })
      .then(() => {
        stored += 1
      })
  })
  await client.subscribeAsync('pitgate/v1/+/+/ledger', { qos: 1 })
  const started = performance.now()
  await rig.go()
  await until(() => stored >= total)
  const elapsed = performance.now() - started
  await client.endAsync(true)
  await rig.stop()
  return total / (elapsed / 1_000)
}

interface Rig {
  readonly url: string
  readonly cloudPassword: string
  /** Lets the agents run, and resolves when they are done. */
  go(): Promise<void>
  stop(): Promise<void>
}

/** Broker and agents, each in a process of its own. */
async function startRig(
  folder: string,
  agents: readonly AgentDouble[],
  messages: (agent: AgentDouble) => Prepared[number],
  withoutReceipts = false,
): Promise<Rig> {
  const passwordFile = join(folder, 'passwords')
  const cloudPassword = setPassword(passwordFile, CLOUD_USER)
  const who = agents.map(({ site, agent }) => ({
    site,
    agent,
    user: agentUser(site, agent),
    password: setPassword(passwordFile, agentUser(site, agent)),
  }))
  const file = join(folder, 'messages.json')
  writeFileSync(file, JSON.stringify(agents.map(messages)))
  const broker = fork(new URL('./ingest-broker.ts', import.meta.url), [passwordFile])
  const { port } = (await word(broker)) as { port: number }
  const url = `mqtt://127.0.0.1:${port}`
  const load = fork(new URL('./ingest-load.ts', import.meta.url))
  const ready = word(load)
  load.send({ url, file, agents: who, window: 4, withoutReceipts } satisfies Load)
  await ready
  return {
    url,
    cloudPassword,
    async go() {
      const done = word(load)
      load.send({ go: true })
      await done
    },
    async stop() {
      for (const child of [load, broker]) {
        const gone = new Promise((then) => child.once('exit', then))
        child.disconnect()
        await gone
      }
    },
  }
}
const word = (child: ChildProcess): Promise<unknown> =>
  new Promise((heard, failed) => {
    child.once('message', heard)
    child.once('exit', () => failed(new Error('a process of the bench ended early')))
  })

/** Cut as the uplink cuts them. */
function batchesOf({ lines }: AgentDouble): [number, number][] {
  const cuts: [number, number][] = []
  for (let from = 0; from < lines.length; ) {
    const count = batchLength(lines.slice(from, from + BATCH_MAX_LINES))
    cuts.push([from + 1, from + count])
    from += count
  }
  return cuts
}
async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((then) => setTimeout(then, 5))
}
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer()
    probe.once('error', failed)
    probe.listen(0, '127.0.0.1', () => {
      const at = probe.address()
      probe.close(() => (at !== null && typeof at === 'object' ? found(at.port) : failed(new Error('no port'))))
    })
  })
}
