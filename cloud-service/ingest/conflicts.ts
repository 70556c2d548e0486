import type { Head } from '#edge/stream'
import type { Transaction } from '../database/pool.ts'
import { hasher } from '../keys.ts'
import type { Agent } from './agents.ts'
import { type DayBudget, dayOf, noteDay, roomFor } from './day-budget.ts'
import { raiseOurs } from './own-alarms.ts'

/** Why a batch does not continue what is stored: `accept` of #edge/stream, or an express alarm that its place in the chain contradicts. */
export type ConflictWhy = 'other-bytes' | 'broken-chain' | 'head-mismatch' | 'express-differs'

/** A conflict has a whole batch for a payload: some two thousand of the largest kind in a day are more than any honest trouble. */
export const CONFLICTS_PER_DAY = { table: 'conflict_day', items: 2_000, bytes: 64_000_000 } as const satisfies DayBudget

/** One thing that is not what stands in its place. */
export interface Conflicting {
  readonly epoch: string
  /** Where it begins to differ. */
  readonly seq: number
  readonly why: ConflictWhy
  readonly payload: Buffer
  /** Where a batch ends; null for an express alarm. */
  readonly head: Pick<Head, 'seq' | 'hash'> | null
}

/** `kept`: it lies beside what stands there, now or already. Where the day's budget is used up it does not, and was only counted. */
export interface KeptBeside {
  readonly kept: boolean
  readonly alarms: string[]
}

/**
 * Same identity, other bytes (DESIGN.md D4): a clone, a restored image or tampering. What is stored stays, what came is kept beside it,
 * and somebody is called: once per place, and once a day when the budget is used up. Whoever shows what was only counted shows it again,
 * for nothing said that it was kept.
 */
export async function keepConflict(tx: Transaction, agent: Agent, conflicting: Conflicting, at: string): Promise<KeptBeside> {
  const { epoch, seq, why, payload, head } = conflicting
  const hash = hasher.hash(payload.toString('latin1'))
  const alarms = await raiseOurs(tx, agent, { kind: 'conflict', epoch, occurrence: `records-${seq}`, facts: { why, seq }, at })
  const known = await tx.query('select from ledger_conflict where site = $1 and agent = $2 and epoch = $3 and seq = $4 and hash = $5', [
    agent.site,
    agent.agent,
    epoch,
    seq,
    hash,
  ])
  if ((known.rowCount ?? 0) > 0) return { kept: true, alarms }
  const day = await dayOf(tx, CONFLICTS_PER_DAY, agent)
  const sizes = [payload.length]
  if (roomFor(sizes, day, CONFLICTS_PER_DAY) === 0) {
    await noteDay(tx, CONFLICTS_PER_DAY, agent, day, [], sizes)
    const budget = { kind: 'conflict', epoch: 'cloud', occurrence: `budget-${day.day}`, facts: { why: 'budget' }, at } as const
    const full = day.beyond > 0 ? [] : await raiseOurs(tx, agent, budget)
    return { kept: false, alarms: [...alarms, ...full] }
  }
  await tx.query(
    `insert into ledger_conflict (site, agent, epoch, seq, why, payload, hash, head_seq, head_hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict do nothing`,
    [agent.site, agent.agent, epoch, seq, why, payload, hash, head?.seq ?? null, head?.hash ?? null],
  )
  await noteDay(tx, CONFLICTS_PER_DAY, agent, day, sizes, [])
  return { kept: true, alarms }
}

/** Where the fork began whose bytes are kept beside up to this head; null where none are. What follows it belongs beside, too. */
export async function forkEndingAt(tx: Transaction, { site, agent }: Agent, { epoch, seq, hash }: Head): Promise<number | null> {
  const { rows } = await tx.query<{ seq: number }>(
    'select seq from ledger_conflict where site = $1 and agent = $2 and epoch = $3 and head_seq = $4 and head_hash = $5 limit 1',
    [site, agent, epoch, seq, hash],
  )
  return rows[0]?.seq ?? null
}
