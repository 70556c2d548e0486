import type { Facts } from '#edge/findings'
import type { Transaction } from '../database/pool.ts'
import { hasher } from '../keys.ts'
import type { Agent } from './agents.ts'
import { alarmIdOf, raiseAlarms } from './alarms.ts'

/** Why a batch does not continue what is stored: `accept` of #edge/stream, or an express alarm that its place in the chain contradicts. */
export type ConflictWhy = 'other-bytes' | 'broken-chain' | 'head-mismatch' | 'express-differs'

/**
 * Same identity, other bytes (DESIGN.md D4): a clone, a restored image or tampering. What is stored stays, what came is kept beside it,
 * and somebody is called. Returns the ids of alarms that are new.
 */
export async function keepConflict(
  tx: Transaction,
  agent: Agent,
  place: { readonly epoch: string; readonly seq: number },
  why: ConflictWhy,
  payload: Buffer,
  at: string,
): Promise<string[]> {
  await tx.query(
    `insert into ledger_conflict (site, agent, epoch, seq, why, payload, hash) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [agent.site, agent.agent, place.epoch, place.seq, why, payload, hasher.hash(payload.toString('latin1'))],
  )
  return raiseOurs(tx, agent, 'conflict', place.epoch, `records-${place.seq}`, { why, seq: place.seq }, at)
}

/** An alarm the cloud itself raises about an agent. */
export async function raiseOurs(
  tx: Transaction,
  agent: Pick<Agent, 'site' | 'agent' | 'county'>,
  kind:
    | 'conflict'
    | 'seal-broken'
    | 'quarantine'
    | 'ticket-reuse'
    | 'ticket-mismatch'
    | 'agent-silent'
    | 'sequence-gap'
    | 'booklet-gap'
    | 'booklet-over-age',
  epoch: string,
  occurrence: string,
  facts: Facts,
  at: string,
): Promise<string[]> {
  const id = alarmIdOf(agent, epoch, kind, occurrence)
  const raised = await raiseAlarms(tx, agent, [
    { id, epoch, seq: null, kind, lane: null, occurrence, facts, at, confirmed: true, by: 'cloud' },
  ])
  return raised.fresh
}
