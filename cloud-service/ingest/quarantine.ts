import { intArray, textArray } from '../database/arrays.ts'
import type { Transaction } from '../database/pool.ts'
import { hasher } from '../keys.ts'
import type { Agent } from './agents.ts'
import { type DayBudget, dayOf, noteDay, roomFor } from './day-budget.ts'
import { raiseOurs } from './own-alarms.ts'

/** What could not be read, kept verbatim and counted (reliability rule R14): it never blocks its stream and never vanishes. */
export interface Quarantined {
  readonly topic: string
  /** Its place in the stream, where it has one. A line of the ledger stream keeps that place: its bytes stand in the ledger as well. */
  readonly epoch: string | null
  readonly seq: number | null
  readonly why: string
  readonly payload: Buffer
}

/** What comes beyond is counted: a line with a place stands in the ledger all the same, and what has none was never receipted. */
export const KEPT_PER_DAY = { table: 'quarantine_day', items: 1_000, bytes: 16_000_000 } as const satisfies DayBudget

type Whose = Pick<Agent, 'site' | 'agent' | 'county'>

/**
 * Keeps what fits into the agent's day; the same bytes on the same topic are kept once, however often they are sent. Somebody is called
 * when a day's first item comes and when its budget is used up, once each. Returns the ids of alarms that are new.
 */
export async function quarantine(tx: Transaction, agent: Whose, items: readonly Quarantined[], at: string): Promise<string[]> {
  if (items.length === 0) return []
  const day = await dayOf(tx, KEPT_PER_DAY, agent)
  const sizes = items.map(({ payload }) => payload.length)
  const fits = roomFor(sizes, day, KEPT_PER_DAY)
  const fresh = await keep(tx, agent, items.slice(0, fits))
  const beyond = items.slice(fits)
  await noteDay(tx, KEPT_PER_DAY, agent, day, fresh, sizes.slice(fits))
  const alarms: string[] = []
  const call = async (occurrence: string, why: string): Promise<void> => {
    const facts = { agent: agent.agent, why }
    alarms.push(...(await raiseOurs(tx, agent, { kind: 'quarantine', epoch: 'cloud', occurrence, facts, at })))
  }
  if (day.kept === 0 && fresh.length > 0) await call(`lines-${day.day}`, items[0]?.why ?? '')
  if (day.beyond === 0 && beyond.length > 0) await call(`budget-${day.day}`, 'budget')
  return alarms
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
