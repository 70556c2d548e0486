import type { Transaction } from '../database/pool.ts'
import { appendOrder, type Issuing } from '../orders/append.ts'
import type { Who } from '../people/who.ts'
import { Refusal } from '../problems.ts'
import type { Issued } from './issue.ts'
import { oneTicket, type StoredTicket, writeHistory } from './queries.ts'

const VOIDABLE = ['issued', 'checked-in', 'held']
const STATE_ZH: Readonly<Record<string, string>> = { released: '已放行', voided: '已作废', expired: '已过期' }

/**
 * Voids a ticket that has not been used: its row stays, with the reason. The site hears of it by order; a truck released there before
 * the order arrives is released, and its record, being later in the site's own ledger, says so.
 */
export async function voidTicket(tx: Transaction, issuing: Issuing, who: Who, number: string, reason: string): Promise<Issued> {
  const ticket = await oneTicket(tx, number, true)
  if (!ticket) throw new Refusal('not-found')
  if (!VOIDABLE.includes(ticket.state))
    throw new Refusal('not-now', {
      detail: { zh: `此票${STATE_ZH[ticket.state] ?? ticket.state}，不能作废`, en: `The ticket is ${ticket.state}: it cannot be voided` },
    })
  await tx.query("update ticket set state = 'voided' where number = $1", [number])
  await writeHistory(tx, ticket, 'voided', who.by, reason)
  const body = { number: ticket.signed.body.number, reason, state: 'voided' } as const
  return {
    ticket: (await oneTicket(tx, number, false)) as StoredTicket,
    order: async (last) => void (await appendOrder(last, issuing, { site: ticket.signed.body.site, kind: 'void-ticket', body })),
  }
}
