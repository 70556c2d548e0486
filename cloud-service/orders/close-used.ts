import type { BookletId, TicketNumber } from '#edge/ids'
import { withdrawBooklet } from '../booklets/withdraw.ts'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { appendOrder, type Issuing } from './append.ts'

/**
 * An agent that begins anew (a new machine, a store that was lost or put back) is sent all its orders again, and with them tickets whose
 * trucks have long left: in its new book they would be open once more. So they are closed there, behind the orders that bring them; and
 * its booklets are withdrawn of which numbers were drawn, because the new store would draw these again. What only the lost store knew,
 * nobody knows.
 */
export const closeUsed = (pool: Pool, issuing: Issuing, site: string, agent: string): Promise<void> =>
  asIngest(pool, async (tx) => {
    // Locked first: whoever withdraws one takes the same two locks in this order.
    const booklets = await tx.query<{ booklet: BookletId }>(
      `select booklet from booklet b where b.site = $1 and b.agent = $2 and b.withdrawn_at is null and b.valid_until > now()
         and exists (select from booklet_draw d where d.booklet = b.booklet and d.site = b.site and d.agent = b.agent)
       order by booklet for no key update`,
      [site, agent],
    )
    const { rows } = await tx.query<{ number: TicketNumber }>(
      `select t.number from ticket t join ordered_ticket o using (number)
       where t.site = $1 and o.agent = $2 and not o.voided and t.state = 'released' and t.valid_until > now() order by t.number`,
      [site, agent],
    )
    for (const { number } of rows)
      await appendOrder(tx, issuing, { site, kind: 'void-ticket', body: { number, reason: 'left already', state: 'voided' } })
    for (const { booklet } of booklets.rows) {
      const taken = await withdrawBooklet(tx, issuing, { booklet, by: 'cloud', reason: `${agent}: begun anew / 站点存储重建` })
      if (taken.outcome === 'done') await taken.order(tx)
    }
  })
