import { toIso } from '#edge/units'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { isOvertaken, isRefusedData } from '../errors.ts'
import { type Agents, createAgents } from '../ingest/agents.ts'
import { applyRecords } from '../ingest/effects.ts'
import { asItCame } from '../ingest/ledger-rows.ts'
import { readLine } from '../ingest/read-line.ts'
import { hasher } from '../keys.ts'
import type { Issuing } from '../orders/append.ts'
import { whyNotReplayed, whyWords } from './words.ts'

/**
 * Reads again what this version of the software may understand (rule R14): every line of the ledger that stands there unread, from its own
 * bytes, in the order of its stream. What reads now counts as if it had come now: lists, tickets, alarms, the lens; the ledger's row stays
 * as it is, and `ledger_read` says that and by whom it was read.
 *
 * A message without a place in a stream is never replayed, because it cannot be worth anything any more: it was not receipted, so what it
 * carried of the ledger is still at its site, which sends it again by itself (and `sequence-gap` calls somebody where it does not come); and
 * what is no ledger was about its own moment. How many there are is told with the reason.
 */
export interface Replayed {
  readonly read: number
  /** Reason → lines that still cannot be read. */
  readonly still: ReadonlyMap<string, number>
  /** Topic's name → messages without a place, which are never replayed. */
  readonly placeless: ReadonlyMap<string, number>
}

interface Parts {
  readonly pool: Pool
  readonly issuing: Issuing
  readonly by: string
}

interface Unread {
  readonly site: string
  readonly agent: string
  readonly epoch: string
  readonly seq: number
  readonly bytes: string
  readonly hash: string
  readonly key: string
  readonly signature: string | null
}

const AT_A_TIME = 200
const TRIES = 5

export async function replayQuarantine(parts: Parts, site: string | null): Promise<Replayed> {
  const agents = createAgents(parts.pool)
  await agents.refresh()
  let read = 0
  const still = new Map<string, number>()
  for (let after: Unread | null = null; ; ) {
    const page: Unread[] = await unreadAfter(parts.pool, site, after)
    for (const one of page) {
      const why = await replayOne(parts, agents, one)
      if (why === null) read += 1
      else still.set(why, (still.get(why) ?? 0) + 1)
    }
    after = page.at(-1) ?? null
    if (after === null || page.length < AT_A_TIME) return { read, still, placeless: await placelessIn(parts.pool, site) }
  }
}

/** Null when it was read; otherwise why not. */
async function replayOne(parts: Parts, agents: Agents, { site, agent: name, epoch, seq, bytes, hash, key, signature }: Unread) {
  const agent = agents.get(site, name)
  if (agent === null) return 'unknown-agent'
  const came = asItCame(bytes)
  if (hasher.hash(came) !== hash) return 'other-bytes'
  const line = readLine({ bytes: came, signature }, seq, { site, agent: name, epoch, key })
  if (!line.reading.ok) return line.reading.why
  const { kind } = line.reading.record
  const apply = (): Promise<void> =>
    asIngest(parts.pool, async (tx) => {
      const { rowCount } = await tx.query(
        'insert into ledger_read (site, agent, epoch, seq, kind, by_whom) values ($1, $2, $3, $4, $5, $6) on conflict do nothing',
        [site, name, epoch, seq, kind, parts.by],
      )
      if (rowCount === 1) await applyRecords(tx, parts.issuing, agent, epoch, [line], [hash], toIso(parts.issuing.clock.now()))
    })
  return applied(apply)
}

async function applied(apply: () => Promise<void>, tries = 1): Promise<string | null> {
  try {
    await apply()
    return null
  } catch (error) {
    if (isOvertaken(error) && tries < TRIES) return applied(apply, tries + 1)
    if (isRefusedData(error)) return 'refused-by-database'
    throw error
  }
}

async function unreadAfter(pool: Pool, site: string | null, after: Unread | null): Promise<Unread[]> {
  const { rows } = await asIngest(pool, (tx) =>
    tx.query<Unread>(
      `select l.site, l.agent, l.epoch, l.seq, l.bytes, l.hash, l.key, l.signature from ledger l
       where l.kind = 'unreadable' and ($1::text is null or l.site = $1)
         and ($2::text is null or (l.site, l.agent, l.epoch, l.seq) > ($2, $3, $4, $5::bigint))
         and not exists (select from ledger_read r where (r.site, r.agent, r.epoch, r.seq) = (l.site, l.agent, l.epoch, l.seq))
       order by l.site, l.agent, l.epoch, l.seq limit ${AT_A_TIME}`,
      [site, after?.site ?? null, after?.agent ?? null, after?.epoch ?? null, after?.seq ?? null],
    ),
  )
  return rows
}

async function placelessIn(pool: Pool, site: string | null): Promise<ReadonlyMap<string, number>> {
  const { rows } = await asIngest(pool, (tx) =>
    tx.query<{ message: string; count: number }>(
      `select substring(topic from '[^/]*$') as message, count(*)::int as count from quarantine
       where ($1::text is null or site = $1) and (seq is null or topic not like '%/ledger') group by 1 order by 1`,
      [site],
    ),
  )
  return new Map(rows.map(({ message, count }) => [message, count]))
}

/** What the command says about it, in both languages. */
export const replayedWords = ({ read, still, placeless }: Replayed): readonly string[] => [
  `补读成功 ${read} 条 / ${read} read now`,
  ...[...still].map(([why, count]) => `仍无法识读 ${count} 条 / ${count} still cannot be read: ${whyWords(why)}`),
  ...[...placeless].map(
    ([message, count]) => `不补读 ${count} 条 ${message} 消息 / ${count} ${message} messages not replayed: ${whyNotReplayed(message)}`,
  ),
]
