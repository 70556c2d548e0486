import type { TicketNumber } from '#edge/ids'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import type { Live } from '../live/changes.ts'
import { appendOrder, type Issuing } from '../orders/append.ts'

const AT_ONCE = 100

/**
 * Tickets whose time is over and whose truck has not left become `expired`, and their sites are told by order. Should a truck have left
 * in time at a site that is offline, its record comes later and says so: the ticket is then released (ingest/ticket-moves.ts).
 * Held tickets wait for a person. Returns the numbers.
 */
export async function expireTickets(pool: Pool, issuing: Issuing, live: Live): Promise<string[]> {
  const expired: string[] = []
  for (;;) {
    const some = await expireSome(pool, issuing)
    expired.push(...some)
    if (some.length > 0) live.changed({ tickets: some })
    if (some.length < AT_ONCE) return expired
  }
}

const expireSome = (pool: Pool, issuing: Issuing): Promise<string[]> =>
  asIngest(pool, async (tx) => {
    const { rows } = await tx.query<{ number: TicketNumber; site: string }>(
      `update ticket set state = 'expired' where number in (
         select number from ticket where state in ('issued', 'checked-in') and valid_until < now() order by number limit ${AT_ONCE} for update skip locked)
       returning number, site`,
    )
    await tx.query(
      `insert into ticket_history (ticket, number, state, by_whom, county, site, carrier)
       select t.number, (select coalesce(max(h.number), 0) + 1 from ticket_history h where h.ticket = t.number), 'expired', 'cloud', t.county, t.site, t.carrier
       from ticket t where t.number = any($1)`,
      [rows.map(({ number }) => number)],
    )
    for (const { number, site } of rows)
      await appendOrder(tx, issuing, { site, kind: 'void-ticket', body: { number, reason: 'past its validity', state: 'expired' } })
    return rows.map(({ number }) => number)
  })
