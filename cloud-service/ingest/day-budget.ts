import type { Transaction } from '../database/pool.ts'
import type { Agent } from './agents.ts'

/**
 * How much of one agent's trouble is kept in a day (UTC, by the database's clock): an agent in trouble says the same kind of thing over and
 * over, and must not fill the disk. What comes beyond is counted.
 */
export interface DayBudget {
  readonly table: 'quarantine_day' | 'conflict_day'
  readonly items: number
  readonly bytes: number
}

export interface Day {
  readonly day: string
  readonly kept: number
  readonly keptBytes: number
  readonly beyond: number
}

type Whose = Pick<Agent, 'site' | 'agent'>

/** Today's row of this agent, locked: whoever else keeps something of it waits. */
export async function dayOf(tx: Transaction, { table }: DayBudget, { site, agent }: Whose): Promise<Day> {
  const { rows } = await tx.query<Day>(
    `insert into ${table} as d (site, agent, day) values ($1, $2, (now() at time zone 'utc')::date)
     on conflict (site, agent, day) do update set kept = d.kept
     returning day::text, kept, kept_bytes as "keptBytes", beyond`,
    [site, agent],
  )
  return rows[0] as Day
}

/** How many of these, from the first on, the day has room for. */
export function roomFor(sizes: readonly number[], { kept, keptBytes }: Day, { items, bytes }: DayBudget): number {
  let sum = keptBytes
  for (const [at, size] of sizes.entries()) {
    sum += size
    if (kept + at >= items || sum > bytes) return at
  }
  return sizes.length
}

/** Counts what was kept and what came beyond, by their sizes. */
export async function noteDay(
  tx: Transaction,
  { table }: DayBudget,
  { site, agent }: Whose,
  { day }: Day,
  kept: readonly number[],
  beyond: readonly number[],
): Promise<void> {
  await tx.query(
    `update ${table} set kept = kept + $4, kept_bytes = kept_bytes + $5, beyond = beyond + $6, beyond_bytes = beyond_bytes + $7
     where site = $1 and agent = $2 and day = $3`,
    [site, agent, day, kept.length, total(kept), beyond.length, total(beyond)],
  )
}

const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0)
