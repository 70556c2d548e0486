import { isTicketOf } from '#edge/booklet'
import { signBody } from '#edge/seal'
import type { SignedTicket, Ticket } from '#edge/ticket'
import { encodeQr } from '#edge/ticket-qr'
import { toIso } from '#edge/units'
import { type AgeWhy, type Draw, type DrawnBefore, type GapWhy, isVouchedFor, judgeDraw, KIND_OF_WHY } from '../booklets/judge-draw.ts'
import { drawsIn, keepDraws, moment } from '../booklets/keep-draws.ts'
import { bookletsNamed, type DrawnRecord, drawnBefore } from '../booklets/story.ts'
import type { Transaction } from '../database/pool.ts'
import { appendOrder, type Issuing } from '../orders/append.ts'
import { insertTicket } from '../tickets/insert.ts'
import type { Agent } from './agents.ts'
import { raiseOurs } from './own-alarms.ts'

/** What draws led to: tickets that are new here, those of them that this side vouches for, and alarms. */
export interface DrawnTickets {
  readonly tickets: readonly Pick<SignedTicket, 'body'>[]
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
  const { entering, alarms } = await judgeDraws(tx, issuing, agent, epoch, records, false)
  return { ...(await insertTickets(tx, agent, issuing, entering)), alarms }
}

/** A draw that is written as its booklet writes it; `vouched`: nothing about it is forbidden. */
interface Entering {
  readonly draw: Draw
  readonly vouched: boolean
}

/** Keeps draws and tells what is wrong with those that were not kept already; which of them their booklets write is told, too. */
export async function judgeDraws(
  tx: Transaction,
  { clock }: Issuing,
  agent: Agent,
  epoch: string,
  records: readonly DrawnRecord[],
  beside: boolean,
): Promise<{ readonly entering: Entering[]; readonly alarms: string[] }> {
  const alarms: string[] = []
  const entering: Entering[] = []
  if (records.length === 0) return { entering, alarms }
  const known = await bookletsNamed(tx, agent, records)
  const story = await drawnBefore(tx, agent, records)
  const draws = await drawsIn(tx, agent, epoch, records, clock.now(), beside)
  for (const draw of await keepDraws(tx, agent, draws, beside)) {
    const of = known.get(draw.body.booklet) ?? null
    const before = story.of(draw)
    const found = judgeDraw(of, before, draw)
    for (const why of found) alarms.push(...(await raise(tx, agent, why, draw, before)))
    story.add(draw)
    if (of === null || !isTicketOf(of.booklet, draw.body.serial, draw.body.ticket)) continue
    entering.push({ draw, vouched: isVouchedFor(of.booklet, draw.body, found) })
  }
  return { entering, alarms }
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
): Promise<Pick<DrawnTickets, 'tickets' | 'signed'>> {
  const tickets: SignedTicket[] = []
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
    tickets.push(signed)
    if (vouched) vouchedFor.push(signed)
  }
  return { tickets, signed: vouchedFor }
}

async function raise(tx: Transaction, agent: Agent, why: GapWhy | AgeWhy, draw: Draw, { last }: DrawnBefore): Promise<string[]> {
  const { booklet, serial, ticket, darkSince } = draw.body
  const { number, plate } = ticket
  const named = { booklet, why, ticket: number, plate, record: `${draw.epoch}.${draw.seq}`, darkSince }
  // What is missing are the serials before this one; the alarm is about them.
  const facts = why === 'serial-missing' ? { ...named, serial: missing(last, serial) } : { ...named, serial }
  const which = ONCE_A_DARKNESS.has(why) ? darkSince : `${serial}/${draw.seq}`
  return raiseOurs(tx, agent, KIND_OF_WHY[why], draw.epoch, `${booklet}/${which}/${why}`, facts, toIso(draw.received))
}
/** True of each draw that follows, too: one alarm for a booklet and a darkness, and the list of draws shows which. A flood hides what matters. */
const ONCE_A_DARKNESS: ReadonlySet<GapWhy | AgeWhy> = new Set(['reported-late', 'over-tonnes', 'unknown-booklet', 'withdrawn'])
const missing = (last: number, serial: number): string => (serial === last + 2 ? `${last + 1}` : `${last + 1}–${serial - 1}`)
