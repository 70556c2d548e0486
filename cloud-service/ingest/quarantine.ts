import { intArray, textArray } from '../database/arrays.ts'
import type { Transaction } from '../database/pool.ts'
import { hasher } from '../keys.ts'
import type { Agent } from './agents.ts'
import { raiseOurs } from './conflicts.ts'

/** What could not be read, kept verbatim and counted (reliability rule R14): it never blocks its stream and never vanishes. */
export interface Quarantined {
  readonly topic: string
  /** Its place in the stream, where it has one. A line of the ledger stream keeps that place: its bytes stand in the ledger as well. */
  readonly epoch: string | null
  readonly seq: number | null
  readonly why: string
  readonly payload: Buffer
}

/**
 * How much of one agent is kept in a day (UTC, by the database's clock): an agent in trouble says the same kind of thing over and over,
 * and must not fill the disk. What comes beyond is counted; a line with a place stands in the ledger all the same, and what has none was
 * never receipted, so that the site still has it.
 */
export const KEPT_PER_DAY = { items: 1_000, bytes: 16_000_000 }

type Whose = Pick<Agent, 'site' | 'agent' | 'county'>

interface Day {
  readonly day: string
  readonly kept: number
  readonly keptBytes: number
  readonly beyond: number
}

/**
 * Keeps what fits into the agent's day; the same bytes on the same topic are kept once, however often they are sent. Somebody is called
 * when a day's first item comes and when its budget is used up, once each. Returns the ids of alarms that are new.
 */
export async function quarantine(tx: Transaction, agent: Whose, items: readonly Quarantined[], at: string): Promise<string[]> {
  if (items.length === 0) return []
  const day = await dayOf(tx, agent)
  const fits = fitting(items, day)
  const fresh = await keep(tx, agent, items.slice(0, fits))
  const beyond = items.slice(fits)
  await tx.query(
    `update quarantine_day set kept = kept + $4, kept_bytes = kept_bytes + $5, beyond = beyond + $6, beyond_bytes = beyond_bytes + $7
     where site = $1 and agent = $2 and day = $3`,
    [agent.site, agent.agent, day.day, fresh.length, sum(fresh), beyond.length, sum(beyond.map(({ payload }) => payload.length))],
  )
  const alarms: string[] = []
  const call = async (occurrence: string, why: string): Promise<void> => {
    alarms.push(...(await raiseOurs(tx, agent, 'quarantine', 'cloud', occurrence, { agent: agent.agent, why }, at)))
  }
  if (day.kept === 0 && fresh.length > 0) await call(`lines-${day.day}`, items[0]?.why ?? '')
  if (day.beyond === 0 && beyond.length > 0) await call(`budget-${day.day}`, 'budget')
  return alarms
}

/** Today's row of this agent, locked: whoever else keeps something of it waits. */
async function dayOf(tx: Transaction, { site, agent }: Whose): Promise<Day> {
  const { rows } = await tx.query<Day>(
    `insert into quarantine_day as d (site, agent, day) values ($1, $2, (now() at time zone 'utc')::date)
     on conflict (site, agent, day) do update set kept = d.kept
     returning day::text, kept, kept_bytes as "keptBytes", beyond`,
    [site, agent],
  )
  return rows[0] as Day
}

/** How many of these, from the first on, the day has room for. */
function fitting(items: readonly Quarantined[], { kept, keptBytes }: Day): number {
  let bytes = keptBytes
  for (const [at, { payload }] of items.entries()) {
    bytes += payload.length
    if (kept + at >= KEPT_PER_DAY.items || bytes > KEPT_PER_DAY.bytes) return at
  }
  return items.length
}

/** Returns the sizes of those that were not there yet. */
async function keep(tx: Transaction, { site, agent, county }: Whose, items: readonly Quarantined[]): Promise<number[]> {
  if (items.length === 0) return []
  const { rows } = await tx.query<{ bytes: number }>(
    `insert into quarantine (site, agent, county, topic, epoch, seq, why, payload, hash)
     select $1, $2, $3, q.* from unnest($4::text[], $5::text[], $6::bigint[], $7::text[], $8::bytea[], $9::text[]) as q
     on conflict do nothing returning octet_length(payload) as bytes`,
    [
      site,
      agent,
      county,
      textArray(items.map(({ topic }) => topic)),
      textArray(items.map(({ epoch }) => epoch)),
      intArray(items.map(({ seq }) => seq)),
      textArray(items.map(({ why }) => why)),
      items.map(({ payload }) => payload),
      textArray(items.map(({ payload }) => hasher.hash(payload.toString('latin1')))),
    ],
  )
  return rows.map(({ bytes }) => bytes)
}

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0)
