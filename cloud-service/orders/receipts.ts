import type { Receipt } from '#edge/stream'
import type { Pool, Transaction } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'

/** What a site's word on its orders led to. */
export interface OrdersHeard {
  /** Send (again) after this order; null when the site has all of them. */
  readonly sendAfter: number | null
  /** Tickets that are now at the site, for the screens. */
  readonly tickets: readonly string[]
  /** The site has orders this database has not: one of the two was set back. */
  readonly ahead: boolean
}

/**
 * A site's receipt for orders: notes how far they are applied and says what to send again. A receipt of another epoch means the site
 * does not know this stream yet: it is sent from the beginning.
 */
export const orderReceipt = (pool: Pool, site: string, agent: string, receipt: Receipt): Promise<OrdersHeard> =>
  asIngest(pool, (tx) => applied(tx, site, agent, receipt, receipt.missing.length > 0))

/** The same from a hello, whose head says how far orders are applied; `again` is whether what follows was asked for. */
export async function applied(
  tx: Transaction,
  site: string,
  agent: string,
  stands: { readonly epoch: string; readonly upto: number; readonly hash: string } | null,
  again: boolean,
): Promise<OrdersHeard> {
  const { rows } = await tx.query<{ epoch: string; seq: number; before: number; hash: string | null }>(
    `select h.epoch, h.seq, coalesce(c.upto, 0) as before,
       (select o.hash from orders o where o.site = h.site and o.agent = h.agent and o.epoch = h.epoch and o.seq = $3) as hash
     from order_head h left join order_cursor c using (site, agent, epoch) where h.site = $1 and h.agent = $2`,
    [site, agent, stands?.upto ?? 0],
  )
  const head = rows[0]
  if (head === undefined) return { sendAfter: null, tickets: [], ahead: stands !== null && stands.upto > 0 }
  if (stands === null || stands.epoch !== head.epoch) return { sendAfter: head.seq > 0 ? 0 : null, tickets: [], ahead: false }
  if (stands.upto > head.seq || (stands.upto > 0 && stands.hash !== head.hash)) return { sendAfter: null, tickets: [], ahead: true }
  if (stands.upto > head.before) {
    await tx.query(
      `insert into order_cursor (site, agent, epoch, upto, hash) values ($1, $2, $3, $4, $5)
       on conflict (site, agent, epoch) do update set upto = excluded.upto, hash = excluded.hash where order_cursor.upto < excluded.upto`,
      [site, agent, stands.epoch, stands.upto, stands.hash],
    )
  }
  const delivered = await tx.query<{ number: string }>(
    'select number from ticket where site = $1 and order_seq > $2 and order_seq <= $3 limit 200',
    [site, head.before, stands.upto],
  )
  return {
    sendAfter: again && stands.upto < head.seq ? stands.upto : null,
    tickets: delivered.rows.map(({ number }) => number),
    ahead: false,
  }
}
