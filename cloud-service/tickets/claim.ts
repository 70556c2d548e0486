import type { LaneId, TicketNumber } from '#edge/ids'
import { toIso } from '#edge/units'
import type { Transaction } from '../database/pool.ts'
import { appendOrder, asIngestFor, type Issuing } from '../orders/append.ts'
import type { Who } from '../people/who.ts'
import { Refusal } from '../problems.ts'
import { oneTicket } from './queries.ts'

const CLAIMABLE = ['issued', 'checked-in', 'held']

export interface Claimed {
  readonly number: string
  readonly lanes: readonly LaneId[]
}

/**
 * A driver at the lane says "this is my ticket" with the one-time code of the lane's sign: an order to the ticket's site, to the lane
 * named, or to every lane of it, of which only the one that shows this code takes it. The same claim again is no other order.
 * The answer is no verdict: whether it was taken shows at the lane.
 */
export async function claimTicket(
  tx: Transaction,
  issuing: Issuing,
  who: Who,
  claim: { readonly number: TicketNumber; readonly lane: LaneId | null; readonly code: string },
): Promise<Claimed> {
  const { number, lane, code } = claim
  const ticket = await oneTicket(tx, number, false)
  if (!ticket) throw new Refusal('not-found')
  if (!CLAIMABLE.includes(ticket.state))
    throw new Refusal('not-now', { detail: { zh: '此票已不能使用', en: `The ticket is ${ticket.state}: it carries no truck any more` } })
  const { site } = ticket.signed.body
  const at = toIso(issuing.clock.now())
  return asIngestFor(tx, async () => {
    const { rows } = await tx.query<{ lane: LaneId }>(
      'select lane from lane where site = $1 and ($2::text is null or lane = $2) order by lane',
      [site, lane],
    )
    if (rows.length === 0)
      throw new Refusal('mistakes', { mistakes: [{ path: 'lane', zh: '该站点没有这条磅道', en: 'is no lane of the ticket’s site' }] })
    for (const one of rows) {
      const { rowCount } = await tx.query(
        'insert into ticket_claim (number, lane, code, by_whom, at) values ($1, $2, $3, $4, $5) on conflict do nothing',
        [number, one.lane, code, who.by, at],
      )
      if (rowCount === 1) await appendOrder(tx, issuing, { site, kind: 'claim', body: { lane: one.lane, code, number, at } })
    }
    return { number, lanes: rows.map((one) => one.lane) }
  })
}
