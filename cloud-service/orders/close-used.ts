import type { BookletId, TicketNumber } from '#edge/ids'
import { toIso } from '#edge/units'
import { withdrawBooklet } from '../booklets/withdraw.ts'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { appendOrder, type Issuing } from './append.ts'
import { noteBegunAnew } from './begun-anew.ts'
import { notePutBack } from './put-back.ts'

/** How an agent showed that its store is not what it was. */
export interface Beginning {
  /** It said that it has no orders, and writes this epoch, by its signed word; null where it said neither. */
  readonly records: string | null
  /** It writes an epoch older than this one, of which we hold records; null where it does not. */
  readonly left: string | null
}

/**
 * An agent that begins anew (a new machine, a store that was lost or put back) is sent all its orders again, and with them tickets whose
 * trucks have long left: in its new book they would be open once more. So they are closed there, behind the orders that bring them; and
 * its booklets are withdrawn: those of which numbers were drawn, and all that the lost store had, because what only that store knew to be
 * drawn, nobody knows, and the new one would draw it again. Returns the ids of alarms that are new.
 */
export const closeUsed = (pool: Pool, issuing: Issuing, site: string, agent: string, { records, left }: Beginning): Promise<string[]> =>
  asIngest(pool, async (tx) => {
    const now = toIso(issuing.clock.now())
    const alarms = [
      ...(records === null ? [] : await noteBegunAnew(tx, issuing, { site, agent }, records)),
      ...(left === null ? [] : await notePutBack(tx, issuing, { site, agent }, left)),
    ]
    // Locked first: whoever withdraws one takes the same two locks in this order.
    const booklets = await tx.query<{ booklet: BookletId }>(
      `select booklet from booklet b where b.site = $1 and b.agent = $2 and b.withdrawn_at is null and b.valid_until > $4
         and (exists (select from booklet_draw d where d.booklet = b.booklet and d.site = b.site and d.agent = b.agent)
           or $3::boolean and exists (select from order_cursor c
                where (c.site, c.agent, c.epoch) = (b.site, b.agent, b.order_epoch) and c.upto >= b.order_seq))
       order by booklet for no key update`,
      [site, agent, alarms.length > 0, now],
    )
    const { rows } = await tx.query<{ number: TicketNumber }>(
      `select t.number from ticket t join ordered_ticket o using (number)
       where t.site = $1 and o.agent = $2 and not o.voided and t.state = 'released' and t.valid_until > $3 order by t.number`,
      [site, agent, now],
    )
    for (const { number } of rows)
      await appendOrder(tx, issuing, { site, kind: 'void-ticket', body: { number, reason: 'left already', state: 'voided' } })
    for (const { booklet } of booklets.rows) {
      const taken = await withdrawBooklet(tx, issuing, { booklet, by: 'cloud', reason: `${agent}: begun anew / 站点存储重建` })
      if (taken.outcome === 'done') await taken.order(tx)
    }
    return alarms
  })
