import type { SignedHead } from '#edge/stream'
import type { Transaction } from '../database/pool.ts'
import type { Agent } from './agents.ts'

/**
 * Records that an agent's signed head proves and that are not here (rule R13): a hello names the head every ten seconds, so that a lost
 * last record is proved as well. What is proved is noted with its signature; `jobs/gaps.ts` calls somebody when it does not come.
 */
export async function noteGap(tx: Transaction, { site, agent }: Whose, head: SignedHead, stands: { readonly seq: number }): Promise<void> {
  if (head.seq <= stands.seq) return
  await tx.query(
    `insert into ledger_gap as g (site, agent, epoch, head, hash, key, signature, stood) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (site, agent, epoch) do update
       set head = excluded.head, hash = excluded.hash, key = excluded.key, signature = excluded.signature where excluded.head > g.head`,
    [site, agent, head.epoch, head.seq, head.hash, head.key, head.signature, stands.seq],
  )
}

/** The agent is heard: only while it is does waiting count. After an absence it has all its time again; a hello that is lost is none. */
export async function heardOfGaps(tx: Transaction, { site, agent }: Whose): Promise<void> {
  await tx.query(
    `update ledger_gap set quiet_ms = 0, waited_ms = case when quiet_ms >= ${AWAY_MS} then 0 else waited_ms end where site = $1 and agent = $2`,
    [site, agent],
  )
}

/** Other bytes up to this number are kept beside what stands there (rule R15): they are not missing. */
export async function notMissing(tx: Transaction, { site, agent }: Whose, epoch: string, upto: number): Promise<void> {
  await tx.query('update ledger_gap set beside = greatest(beside, $4) where site = $1 and agent = $2 and epoch = $3', [
    site,
    agent,
    epoch,
    upto,
  ])
}

/** One hello and a half: beyond that, waiting for records of an agent that is not heard counts no further. */
export const QUIET_MS = 15_000
/** Not heard for so long it is away, which is another alarm's affair (jobs/silence.ts). */
export const AWAY_MS = 30_000

type Whose = Pick<Agent, 'site' | 'agent'>
