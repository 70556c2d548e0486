import type { Transaction } from '../database/pool.ts'
import type { AskingAgent } from './agent-signature.ts'

/**
 * Whether somebody wants this blob: it was asked for, or a stored record of that very site names it. `evidence-of: <epoch>.<seq>` says which
 * record of the asking agent; without it the newest weighings are looked through.
 */
export async function isWanted(
  tx: Transaction,
  { site, agent }: AskingAgent,
  hash: string,
  evidenceOf: string | undefined,
): Promise<boolean> {
  const asked = await tx.query(
    'select from blob_asked where hash = $1 and site = $2 union all select from weighing where tape = $1 and site = $2 limit 1',
    [hash, site],
  )
  if ((asked.rowCount ?? 0) > 0) return true
  const place = /^(\d{1,9}-[0-9a-f]{8})\.(\d{1,15})$/.exec(evidenceOf ?? '')
  if (place) {
    const names = await tx.query(
      'select from ledger where site = $1 and agent = $2 and epoch = $3 and seq = $4 and position($5 in bytes) > 0',
      [site, agent, place[1], place[2], hash],
    )
    return (names.rowCount ?? 0) > 0
  }
  const named = await tx.query(
    `select from weighing w join ledger l using (site, agent, epoch, seq)
     where w.site = $2 and w.stored_at > now() - interval '30 days' and position($1 in l.bytes) > 0 order by w.stored_at desc limit 1`,
    [hash, site],
  )
  return (named.rowCount ?? 0) > 0
}
