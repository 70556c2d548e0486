import type { Booklet } from '#edge/booklet'
import { signBody } from '#edge/seal'
import { decodeBatch } from '#edge/stream'
import type { SignedTicket } from '#edge/ticket'
import { encodeQr } from '#edge/ticket-qr'
import { toIso } from '#edge/units'
import { type AgeWhy, type Draw, type DrawnBefore, type GapWhy, isOfBooklet, judgeDraw, KIND_OF_WHY } from '../booklets/judge-draw.ts'
import { drawsIn, keepDraws, moment } from '../booklets/keep-draws.ts'
import { bookletsNamed, type DrawnRecord, drawnBefore } from '../booklets/story.ts'
import type { Transaction } from '../database/pool.ts'
import { appendOrder, type Issuing } from '../orders/append.ts'
import type { Agent } from './agents.ts'
import { raiseOurs } from './conflicts.ts'
import { readLine } from './read-line.ts'

/** What draws led to: tickets that are new here, and alarms. */
export interface DrawnTickets {
  readonly tickets: readonly SignedTicket[]
  readonly alarms: readonly string[]
}

/**
 * Tickets that a site drew from its booklets. Every draw is kept as it was told, and each that its booklet allows becomes a ticket like
 * any other, signed here on arrival so that its code can be verified from now on. What is wrong with a draw is told as an alarm; the
 * record is never refused and its stream never held: the truck has left, and hiding it would serve nobody.
 */
export async function enterDrawnTickets(
  tx: Transaction,
  issuing: Issuing,
  agent: Agent,
  epoch: string,
  records: readonly DrawnRecord[],
): Promise<DrawnTickets> {
  const { entering, alarms } = await judgeDraws(tx, issuing, agent, epoch, records, false)
  return { tickets: await insertTickets(tx, agent, issuing, entering), alarms }
}

/**
 * Draws among records that are kept beside a ledger, because others have their places: a copy of the site's computer drew these, or the
 * one it was copied from. They become no tickets, and count as drawn: two trucks under one serial come to light here.
 */
export async function noteDrawsBeside(
  tx: Transaction,
  issuing: Issuing,
  agent: Agent,
  epoch: string,
  payload: Buffer,
): Promise<readonly string[]> {
  const read = decodeBatch(payload.toString('utf8'))
  if (!read.ok) return []
  const place = { site: agent.site, agent: agent.agent, epoch, key: agent.key }
  const draws = read.batch.lines.flatMap((line, at) => {
    const { reading } = readLine(line, read.batch.from + at, place)
    return reading.ok && reading.record.kind === 'drawn-ticket' ? [reading.record as DrawnRecord] : []
  })
  return (await judgeDraws(tx, issuing, agent, epoch, draws, true)).alarms
}

/** A draw that its booklet allows. */
interface Entering {
  readonly draw: Draw
  readonly booklet: Booklet
}

async function judgeDraws(
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
  const draws = await drawsIn(tx, agent, epoch, records, clock.now())
  for (const draw of await keepDraws(tx, agent, draws, beside)) {
    const of = known.get(draw.body.booklet) ?? null
    const before = story.of(draw)
    for (const why of judgeDraw(of, before, draw)) alarms.push(...(await raise(tx, agent, why, draw, before)))
    story.add(draw)
    if (of !== null && isOfBooklet(of.booklet, draw.body)) entering.push({ draw, booklet: of.booklet })
  }
  return { entering, alarms }
}

/**
 * Orders drawn tickets back to the agent that drew them: from then on they stand in its book under this side's signature like any other,
 * are voided and expire by orders, and come again to a new machine. The last act of the transaction, because it locks the site's orders.
 */
export async function orderDrawnTickets(
  tx: Transaction,
  issuing: Issuing,
  { site, agent }: Agent,
  tickets: readonly SignedTicket[],
): Promise<void> {
  for (const body of tickets) await appendOrder(tx, issuing, { site, agent, kind: 'ticket', body })
}

/** Tickets that are new here, each with the first line of its history. A number that is a ticket already stays that ticket. */
async function insertTickets(tx: Transaction, agent: Agent, { issuer }: Issuing, entering: readonly Entering[]): Promise<SignedTicket[]> {
  const entered: SignedTicket[] = []
  for (const { draw, booklet } of entering) {
    const { serial, ticket, darkSince } = draw.body
    const signed = signBody('ticket', ticket, issuer)
    const qr = encodeQr(ticket, issuer)
    const { number, carrier, plate, plannedNetKg, validFrom, validUntil, issuedAt } = ticket
    const origin = { booklet: booklet.booklet, serial, agent: agent.agent, darkSince: moment(darkSince) }
    const { rowCount } = await tx.query(
      `insert into ticket (number, site, county, carrier, plate, signed, signature, qr, planned_net_kg, valid_from, valid_until, issued_at, state, origin)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'issued', $13) on conflict do nothing`,
      [
        number,
        agent.site,
        agent.county,
        carrier,
        plate,
        signed,
        signed.signature,
        qr,
        plannedNetKg,
        validFrom,
        validUntil,
        issuedAt,
        origin,
      ],
    )
    if (rowCount !== 1) continue
    entered.push(signed)
    await tx.query(
      `insert into ticket_history (ticket, number, state, at, by_whom, reason, county, site, carrier) values ($1, 1, 'issued', $2, $3, $4, $5, $6, $7)`,
      [number, toIso(draw.at), `${agent.site}/${agent.agent}`, `${booklet.booklet} #${serial}`, agent.county, agent.site, carrier],
    )
  }
  return entered
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
