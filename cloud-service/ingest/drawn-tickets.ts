import { signBody } from '#edge/seal'
import type { SignedTicket, Ticket } from '#edge/ticket'
import { encodeQr } from '#edge/ticket-qr'
import { moment } from '../booklets/keep-draws.ts'
import type { DrawnRecord } from '../booklets/story.ts'
import type { Transaction } from '../database/pool.ts'
import { appendOrder, type Issuing } from '../orders/append.ts'
import { insertTicket } from '../tickets/insert.ts'
import type { Agent } from './agents.ts'
import { type Entering, judgeDraws } from './draws.ts'

/** What draws led to: numbers of tickets that are new here, those tickets that this side vouches for, and alarms. */
export interface DrawnTickets {
  readonly numbers: readonly string[]
  readonly signed: readonly SignedTicket[]
  readonly alarms: readonly string[]
}

/**
 * Tickets that a site drew from its booklets. Every draw is kept as it was told, and each that its booklet allows becomes a ticket like
 * any other, signed here on arrival so that its code can be verified from now on. What is wrong with a draw is told as an alarm; the
 * record is never refused and its stream never held: the truck has left, and hiding it would serve nobody. Where it is more than the
 * booklet allows, its ticket is held, bears no signature of this side and is not ordered back: a person decides.
 */
export async function enterDrawnTickets(
  tx: Transaction,
  issuing: Issuing,
  agent: Agent,
  epoch: string,
  records: readonly DrawnRecord[],
): Promise<DrawnTickets> {
  const { entering, alarms } = await judgeDraws(tx, issuing, agent, { epoch, records, beside: false })
  return { ...(await insertTickets(tx, agent, issuing, entering)), alarms }
}

/**
 * Orders drawn tickets back to the agent that drew them: from then on they stand in its book under this side's signature like any other,
 * are voided and expire by orders, and come again to a new machine. One that was used before its draw was understood (`before`) may come
 * to a store that knows nothing of it, and is closed behind its order. The last act of the transaction, because it locks the site's orders.
 */
export async function orderDrawnTickets(
  tx: Transaction,
  issuing: Issuing,
  { site, agent }: Agent,
  tickets: readonly SignedTicket[],
  before: readonly { readonly ticket: string }[],
): Promise<void> {
  const used = new Set(before.map(({ ticket }) => ticket))
  for (const body of tickets) {
    const { number } = body.body
    await appendOrder(tx, issuing, { site, agent, kind: 'ticket', body })
    if (used.has(number) && (await hasLeft(tx, number)))
      await appendOrder(tx, issuing, { site, kind: 'void-ticket', body: { number, reason: 'left already', state: 'voided' } })
  }
}

async function hasLeft(tx: Transaction, number: string): Promise<boolean> {
  const { rowCount } = await tx.query(`select from ticket where number = $1 and state = 'released'`, [number])
  return rowCount === 1
}

/** A ticket for which this side does not vouch: as it was drawn, and a code that is its number and proves nothing. */
const unsigned = (body: Ticket, { suite, key }: Issuing['issuer']): SignedTicket => ({ body, suite, key, signature: '' })

/** Tickets that are new here. A number that is a ticket already stays that ticket. */
async function insertTickets(
  tx: Transaction,
  { site, agent, county }: Agent,
  { issuer }: Issuing,
  entering: readonly Entering[],
): Promise<Pick<DrawnTickets, 'numbers' | 'signed'>> {
  const numbers: string[] = []
  const vouchedFor: SignedTicket[] = []
  for (const { draw, vouched } of entering) {
    const { booklet, serial, ticket, darkSince } = draw.body
    const signed = vouched ? signBody('ticket', ticket, issuer) : unsigned(ticket, issuer)
    const isNew = await insertTicket(tx, {
      signed,
      county,
      qr: vouched ? encodeQr(ticket, issuer) : ticket.number,
      state: vouched ? 'issued' : 'held',
      origin: { booklet, serial, agent, darkSince: moment(darkSince) },
      begun: { at: draw.at, by: `${site}/${agent}`, reason: `${booklet} #${serial}` },
    })
    if (!isNew) continue
    numbers.push(ticket.number)
    if (vouched) vouchedFor.push(signed)
  }
  return { numbers, signed: vouchedFor }
}
