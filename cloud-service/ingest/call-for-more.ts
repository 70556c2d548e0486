import type { Epoch } from '#edge/ids'
import type { Receipt } from '#edge/stream'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'

/** Where the stream of an agent stands that was written to last. */
export interface Stand {
  readonly site: string
  readonly agent: string
  readonly epoch: Epoch
  readonly upto: number
  readonly hash: string
}

/** Where the agents of these sites stand, by the database's word; who has sent nothing yet is not among them. */
export async function standsOf(pool: Pool, sites: readonly string[]): Promise<readonly Stand[]> {
  if (sites.length === 0) return []
  const { rows } = await asIngest(pool, (tx) =>
    tx.query<Stand>(
      `select distinct on (site, agent) site, agent, epoch, upto, hash from ledger_cursor where site = any($1)
       order by site, agent, updated_at desc`,
      [sites],
    ),
  )
  return rows
}

/**
 * A true receipt that also asks for the next record, which may not exist. What an agent sent to an instance that has died is then sent
 * again at once, and not when it has lost its patience; one that has nothing more sends nothing.
 */
export const callForMore = ({ epoch, upto, hash }: Stand): Receipt => ({ epoch, upto, hash, missing: [[upto + 1, upto + 1]] })
