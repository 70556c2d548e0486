import type { Transaction } from '../database/pool.ts'
import type { StoredWeighing } from './queries.ts'

/** Whether a photo is of this weighing: its record names it, or a later `photos` record of that weighing. */
export async function hasPhoto(tx: Transaction, of: StoredWeighing, hash: string): Promise<boolean> {
  const place = [of.site, of.agent, of.epoch, of.seq]
  const { rowCount } = await tx.query(
    `select from ledger where site = $1 and agent = $2 and epoch = $3 and seq = $4 and bytes::jsonb -> 'body' -> 'photos' ? $5
     union all select from later_photo where site = $1 and agent = $2 and epoch = $3 and weighing = $4 and hash = $5 limit 1`,
    [...place, hash],
  )
  return (rowCount ?? 0) > 0
}
