import type { TicketNumber } from '#edge/ids'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { appendOrder, type Issuing } from './append.ts'

/**
 * An agent that begins anew (a new machine, a store that was lost or put back) is sent all its orders again, and with them tickets whose
 * trucks have long left: in its new book they would be open once more. So they are closed there, behind the orders that bring them.
 * What only the lost store knew, nobody knows.
 */
export const closeUsed = (pool: Pool, issuing: Issuing, site: string, agent: string): Promise<void> =>
  asIngest(pool, async (tx) => {
    const { rows } = await tx.query<{ number: TicketNumber }>(
      `select t.number from ticket t join ordered_ticket o using (number)
       where t.site = $1 and o.agent = $2 and not o.voided and t.state = 'released' and t.valid_until > now() order by t.number`,
      [site, agent],
    )
    for (const { number } of rows)
      await appendOrder(tx, issuing, { site, kind: 'void-ticket', body: { number, reason: 'left already', state: 'voided' } })
  })
