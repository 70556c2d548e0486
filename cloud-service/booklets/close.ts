import type { Head } from '#edge/stream'
import type { Transaction } from '../database/pool.ts'
import type { Agent } from '../ingest/agents.ts'

/**
 * The agent says, with both heads in one breath, that it has applied orders up to here and has written records up to there: a booklet
 * withdrawn by then is closed to whatever comes later in its ledger. Orders outrun a backlog, so a receipt for orders alone would not do.
 */
export async function closeBooklets(
  tx: Transaction,
  { site, agent }: Agent,
  orders: { readonly epoch: string; readonly upto: number },
  records: Head,
): Promise<void> {
  await tx.query(
    `update booklet set closed_epoch = $5, closed_seq = $6
     where site = $1 and agent = $2 and withdraw_seq is not null and closed_seq is null and withdraw_epoch = $3 and withdraw_seq <= $4`,
    [site, agent, orders.epoch, orders.upto, records.epoch, records.seq],
  )
}
