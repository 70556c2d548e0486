import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BATCH_MAX_LINES, batchLength, encodeBatch } from '#edge/stream'
import { trueClock } from '../../cloud-service/clock.ts'
import type { Pool } from '../../cloud-service/database/pool.ts'
import { asIngest } from '../../cloud-service/database/transaction.ts'
import { createInbox } from '../../cloud-service/ingest/inbox.ts'
import { NOBODY_LISTENS } from '../../cloud-service/live/changes.ts'
import { AgentDouble, aTareOf, aWeighing, newKey } from '../cloud-service/ingest/agent-double.ts'
import { settle } from '../cloud-service/ingest/town.ts'
import { eventually } from '../support/eventually.ts'
import { benchDatabase, quiet } from './bench-parts.ts'
import { startRig } from './ingest-rig.ts'
import { perSecond, RIVALS, runBare, runNaive, runSwift } from './ingest-rivals.ts'
import { median } from './shares.ts'

/**
 * Ingest beside its rivals (DESIGN.md section 7), over the same records, on a real PostgreSQL with every commit on disk; they take turns,
 * each round in another order, and what is compared is compared within a round:
 *   ours     MQTT → chain, seal and schema checked → ledger, lists, lens, tickets, cursor → COMMIT → receipt
 *   bare, swift, naive, spared     see ingest-rivals.ts
 * Every second weighing takes a ticket in, every other lets it out.
 */
export interface IngestFigures {
  readonly records: number
  readonly meanRecordBytes: number
  readonly rounds: number
  readonly oursPerSecond: number
  readonly barePerSecond: number
  /** The same rows as swiftly as we know how. */
  readonly swiftPerSecond: number
  readonly naivePerSecond: number
  /** Naive, and spared the signature of its head. */
  readonly sparedPerSecond: number
  readonly shareOfBare: number
  readonly shareOfSwift: number
  readonly timesNaive: number
  readonly timesSpared: number
  /** Of each round, in their order. */
  readonly timesNaiveByRound: readonly number[]
}

const AGENTS = 8
const PER_AGENT = 2_500
const NAIVE_PER_AGENT = 600
const ROUNDS = 5

type Runner = 'ours' | 'bare' | 'swift' | 'naive' | 'spared'
const IN_TURN: readonly Runner[] = ['ours', 'bare', 'swift', 'naive', 'spared']

export async function benchIngest(): Promise<{ name: string; text: string; figures: IngestFigures }> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-bench-ingest-'))
  const { owner, pool, stop } = await benchDatabase(folder, 8)
  const rates: Record<Runner, number[]> = { ours: [], bare: [], swift: [], naive: [], spared: [] }
  let bytes = 0
  try {
    await owner.query(RIVALS)
    for (let round = 0; round < ROUNDS; round += 1) {
      const { agents, meanBytes } = await prepare(pool, round)
      bytes = meanBytes
      const run: Record<Runner, () => Promise<number>> = {
        ours: () => runOurs(pool, folder, agents),
        bare: () => runBare(pool, agents),
        swift: () => runSwift(pool, agents),
        naive: () => runNaive(pool, folder, agents, NAIVE_PER_AGENT, { signatures: true }),
        spared: () => runNaive(pool, folder, agents, NAIVE_PER_AGENT, { signatures: false }),
      }
      for (const nth of IN_TURN.keys()) {
        const whose = IN_TURN[(nth + round) % IN_TURN.length] ?? 'ours'
        await owner.query('truncate bare_ledger, naive_ledger')
        // What one leaves to be written must not fall into the next one's time.
        await owner.query('checkpoint')
        rates[whose].push(await run[whose]())
      }
    }
  } finally {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const figures = figuresOf(rates, bytes)
  return { name: 'ingest', text: textOf(figures), figures }
}

function figuresOf(rates: Readonly<Record<Runner, readonly number[]>>, meanRecordBytes: number): IngestFigures {
  const against = (rival: Runner): number[] => rates.ours.map((rate, round) => rate / (rates[rival][round] ?? Number.NaN))
  const to = (digits: number, value: number): number => Number(value.toFixed(digits))
  return {
    records: AGENTS * PER_AGENT,
    meanRecordBytes,
    rounds: ROUNDS,
    oursPerSecond: Math.round(median(rates.ours)),
    barePerSecond: Math.round(median(rates.bare)),
    swiftPerSecond: Math.round(median(rates.swift)),
    naivePerSecond: Math.round(median(rates.naive)),
    sparedPerSecond: Math.round(median(rates.spared)),
    shareOfBare: to(2, median(against('bare'))),
    shareOfSwift: to(2, median(against('swift'))),
    timesNaive: to(1, median(against('naive'))),
    timesSpared: to(1, median(against('spared'))),
    timesNaiveByRound: against('naive').map((times) => to(1, times)),
  }
}

const textOf = (it: IngestFigures): string =>
  [
    `${it.records.toLocaleString('en')} weighings of ${it.meanRecordBytes} bytes, committed and receipted: ${it.oursPerSecond}/s, median of ${it.rounds} rounds`,
    `  bare UNNEST of the same ledger rows ${it.barePerSecond}/s (ours is ${Math.round(100 * it.shareOfBare)} % of it)`,
    `  … as swiftly as we know how, on three connections ${it.swiftPerSecond}/s (ours is ${Math.round(100 * it.shareOfSwift)} % of it)`,
    `  one INSERT per message, same checks and pool ${it.naivePerSecond}/s (ours is ${it.timesNaive} times that; by round ${it.timesNaiveByRound.join(', ')})`,
    `  … and spared the signature of each message ${it.sparedPerSecond}/s (ours is ${it.timesSpared} times that)`,
  ].join('\n')

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

async function runOurs(pool: Pool, folder: string, agents: readonly AgentDouble[]): Promise<number> {
  const rig = await startRig(folder, agents, (agent) =>
    batchesOf(agent).map(([from, upto]) => ({ payload: encodeBatch(agent.batch(from, upto)), upto })),
  )
  const inbox = createInbox({
    broker: rig.cloud,
    pool,
    issuer: newKey(),
    live: NOBODY_LISTENS,
    clock: trueClock(),
    log: quiet,
    holder: `bench-${folder}`,
  })
  await inbox.start()
  await eventually(() => inbox.connected())
  const started = performance.now()
  await rig.go()
  const rate = perSecond(agents.length * PER_AGENT, started)
  await inbox.stop()
  await rig.stop()
  const { rows } = await asIngest(pool, (tx) =>
    tx.query<{ ledger: number; facts: number; released: number }>(
      `select (select count(*) from ledger where site = any($1)) as ledger, (select count(*) from weighing_fact where site = any($1)) as facts,
         (select count(*) from ticket where site = any($1) and state = 'released') as released`,
      [agents.map(({ site }) => site)],
    ),
  )
  const total = agents.length * PER_AGENT
  const [stored] = rows
  if (stored?.ledger !== total || stored.facts !== total || stored.released !== total / 2)
    throw new Error(`ours stored ${JSON.stringify(stored)} of ${total}`)
  return rate
}

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
