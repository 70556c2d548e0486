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
  /** Null: the lane whose sign shows the code. */
  readonly lane: LaneId | null
}

/**
 * A driver at the lane says "this is my ticket" with the one-time code of the lane's sign: an order to the ticket's site. The same claim
 * again is no other order. The answer is no verdict: whether the code was right shows at the lane, and nowhere else.
 */
export async function claimTicket(
  tx: Transaction,
  issuing: Issuing,
  who: Who,
  { number, lane, code }: Claimed & { readonly number: TicketNumber; readonly code: string },
): Promise<Claimed> {
  const ticket = await oneTicket(tx, number, false)
  if (!ticket) throw new Refusal('not-found')
  if (!CLAIMABLE.includes(ticket.state))
    throw new Refusal('not-now', { detail: { zh: '此票已不能使用', en: `The ticket is ${ticket.state}: it carries no truck any more` } })
  const { site } = ticket.signed.body
  const at = toIso(issuing.clock.now())
  return asIngestFor(tx, async () => {
    const { rowCount: known } = await tx.query('select from lane where site = $1 and lane = $2', [site, lane])
    if (lane !== null && known !== 1)
      throw new Refusal('mistakes', { mistakes: [{ path: 'lane', zh: '该站点没有这条磅道', en: 'is no lane of the ticket’s site' }] })
    const { rowCount: fresh } = await tx.query(
      'insert into ticket_claim (number, lane, code, by_whom, at) values ($1, $2, $3, $4, $5) on conflict do nothing',
      [number, lane ?? ANY_LANE, code, who.by, at],
    )
    if (fresh === 1) await appendOrder(tx, issuing, { site, kind: 'claim', body: { lane, code, number, at } })
    return { number, lane }
  })
}

/** No lane is called so. */
const ANY_LANE = '*'
