import type { Head, SignedHead } from '#edge/stream'
import type { Transaction } from '../database/pool.ts'
import type { Agent } from './agents.ts'
import { raiseOurs } from './own-alarms.ts'

/**
 * Numbers that nobody can send any more: this side was put back to a backup older than what the agent still holds, and the agent says so
 * under its signature (`gone` of a hello). The hole is written down as evidence, the stream goes on behind it, and somebody is called by an
 * alarm that nothing but a person ends. Returns its id where it is new.
 */
export async function noteHole(tx: Transaction, agent: Agent, stands: Head, gone: SignedHead, at: string): Promise<string[]> {
  const from = stands.seq + 1
  await tx.query(
    `insert into ledger_hole (site, agent, epoch, from_seq, upto, hash, key, signature) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [agent.site, agent.agent, gone.epoch, from, gone.seq, gone.hash, gone.key, gone.signature],
  )
  const facts = { epoch: gone.epoch, from, upto: gone.seq, count: gone.seq - stands.seq, why: 'no-longer-held' }
  return raiseOurs(tx, agent, { kind: 'sequence-gap', epoch: gone.epoch, occurrence: `gone/${gone.epoch}/${from}`, facts, at })
}
