import type { TicketRow } from '#cloud/api'
import type { BookletId } from '#edge/ids'
import type { SignedTicket, TicketState } from '#edge/ticket'
import type { Transaction } from '../database/pool.ts'
import { type Page, pageOf, readCursor, sortMoment } from '../paging.ts'

/** A ticket as the database holds it; what was signed is the truth, the columns are for finding it. */
export interface StoredTicket {
  readonly number: string
  readonly county: string
  readonly site_name: string
  readonly carrier_name: string | null
  readonly signed: SignedTicket
  readonly qr: string
  readonly state: TicketState
  readonly tare_kg: number | null
  readonly gross_kg: number | null
  readonly net_kg: number | null
  readonly sort_moment: string
  readonly at_site: boolean
  readonly origin: { readonly booklet: BookletId; readonly serial: number; readonly darkSince: string | null } | null
}

// At the site once its order's number is receipted in the site's order stream; one drawn there always was.
const SELECT = `select t.number, t.county, s.name as site_name, c.name as carrier_name, t.signed, t.qr, t.state, t.tare_kg, t.gross_kg, t.net_kg,
  ${sortMoment('t.issued_at')} as sort_moment, t.origin,
  t.origin is not null or exists (select from order_cursor o where o.site = t.site and o.upto >= t.order_seq) as at_site
  from ticket t join site s on s.site = t.site left join carrier c on c.carrier = t.carrier`

export const ticketRow = (row: StoredTicket): TicketRow => {
  const { number, site, carrier, carrierName, consignee, plate, plateColour, product, plannedNetKg, validFrom, validUntil, issuedAt } =
    row.signed.body
  return {
    number,
    site,
    siteName: row.site_name,
    carrier,
    carrierName: row.carrier_name ?? carrierName,
    consignee,
    plate,
    plateColour,
    product,
    plannedNetKg,
    tareKg: row.tare_kg,
    grossKg: row.gross_kg,
    netKg: row.net_kg,
    validFrom,
    validUntil,
    issuedAt,
    state: row.state,
    atSite: row.at_site,
    origin: row.origin && { booklet: row.origin.booklet, serial: row.origin.serial, darkSince: row.origin.darkSince },
  }
}

export interface TicketFilter {
  readonly state?: string
  readonly site?: string
  readonly plate?: string
  readonly cursor?: string
}

/** Newest issued first; `state=open` means issued, checked-in or held. */
export async function listTickets(tx: Transaction, filter: TicketFilter, limit: number): Promise<Page<TicketRow>> {
  const after = readCursor(filter.cursor, 2)
  const { rows } = await tx.query<StoredTicket>(
    `${SELECT} where ($1::text is null or t.state = $1 or ($1 = 'open' and t.state in ('issued', 'checked-in', 'held')))
       and ($2::text is null or t.site = $2) and ($3::text is null or t.plate = $3)
       and ($4::timestamptz is null or (t.issued_at <= $4 and (t.issued_at < $4 or t.number > $5)))
     order by t.issued_at desc, t.number limit $6`,
    [filter.state, filter.site, filter.plate, ...(after ?? [null, null]), limit + 1],
  )
  return pageOf(rows, limit, (row) => [row.sort_moment, row.number], ticketRow)
}

export async function ticketsNamed(tx: Transaction, numbers: readonly string[]): Promise<StoredTicket[]> {
  const { rows } = await tx.query<StoredTicket>(`${SELECT} where t.number = any($1)`, [numbers])
  return rows
}

/** One ticket; locked until the transaction ends when it is about to change. */
export async function oneTicket(tx: Transaction, number: string, toChange: boolean): Promise<StoredTicket | null> {
  const { rows } = await tx.query<StoredTicket>(`${SELECT} where t.number = $1${toChange ? ' for update of t' : ''}`, [number])
  return rows[0] ?? null
}

export interface TicketHistory {
  readonly state: string
  readonly at: string
  readonly by: string
  readonly reason: string
}
export async function ticketHistory(tx: Transaction, number: string): Promise<TicketHistory[]> {
  const { rows } = await tx.query<TicketHistory>(
    'select state, at, by_whom as by, reason from ticket_history where ticket = $1 order by number',
    [number],
  )
  return rows
}

/** The next line of a ticket's history. */
export async function writeHistory(tx: Transaction, ticket: StoredTicket, state: TicketState, by: string, reason: string): Promise<void> {
  const { number, site, carrier } = ticket.signed.body
  await tx.query(
    `insert into ticket_history (ticket, number, state, by_whom, reason, county, site, carrier)
     select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7 from ticket_history where ticket = $1`,
    [number, state, by, reason, ticket.county, site, carrier],
  )
}
