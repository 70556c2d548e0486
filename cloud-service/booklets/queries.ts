import type { BookletDraw, BookletRow } from '#cloud/api'
import type { SignedBooklet } from '#edge/booklet'
import type { Transaction } from '../database/pool.ts'
import { type Page, pageOf, readCursor, sortMoment } from '../paging.ts'

interface StoredBooklet {
  readonly booklet: string
  readonly site_name: string
  readonly signed: SignedBooklet
  readonly signed_at: string
  readonly signed_by: string
  readonly withdrawn_at: string | null
  readonly withdrawn_by: string | null
  readonly withdrawn_reason: string | null
  readonly at_site: boolean
  readonly withdrawn_there: boolean
  readonly over: boolean
  readonly drawn: number
  readonly drawn_kg: number
  readonly last_serial: number
  readonly sort_moment: string
}

// `drawn` and `kg` count a ticket once, however often a restored agent told it; `last` may be beyond what was ever signed.
const SELECT = `select b.booklet, s.name as site_name, b.signed, b.signed_at, b.signed_by, b.withdrawn_at, b.withdrawn_by, b.withdrawn_reason,
  exists (select from order_cursor o where o.site = b.site and o.agent = b.agent and o.epoch = b.order_epoch and o.upto >= b.order_seq) as at_site,
  exists (select from order_cursor o where o.site = b.site and o.agent = b.agent and o.epoch = b.withdraw_epoch and o.upto >= b.withdraw_seq) as withdrawn_there,
  b.valid_until <= $1::timestamptz as over, d.drawn, d.kg as drawn_kg, d.last as last_serial, ${sortMoment('b.signed_at')} as sort_moment
  from booklet b join site s on s.site = b.site cross join lateral (
    select count(*)::int as drawn, coalesce(sum(planned_net_kg), 0)::bigint as kg, coalesce(max(serial), 0)::bigint as last
    from (select distinct serial, ticket_hash, planned_net_kg from booklet_draw x where x.booklet = b.booklet and x.site = b.site and x.agent = b.agent) once) d`

/** As it stands: what is left of it counts from the last serial heard of, because serials are drawn in order. */
const bookletRow = (row: StoredBooklet): BookletRow => {
  const { body } = row.signed
  const { numbers, mostKg } = body
  const lastSerial = Math.min(row.last_serial, numbers.length)
  const withdrawn =
    row.withdrawn_at === null
      ? null
      : { at: row.withdrawn_at, by: row.withdrawn_by ?? '', reason: row.withdrawn_reason ?? '', atSite: row.withdrawn_there }
  const left = numbers.length - lastSerial
  return {
    booklet: body.booklet,
    site: body.site,
    siteName: row.site_name,
    carrier: body.carrier,
    carrierName: body.carrierName,
    consignee: body.consignee,
    category: body.category,
    products: body.products,
    count: numbers.length,
    mostKg,
    mostEachKg: body.mostEachKg,
    validFrom: body.validFrom,
    validUntil: body.validUntil,
    ticketHours: body.ticketHours,
    reportWithinHours: body.reportWithinHours,
    signedAt: row.signed_at,
    signedBy: row.signed_by,
    atSite: row.at_site,
    withdrawn,
    state: withdrawn !== null ? 'withdrawn' : left === 0 ? 'used-up' : row.over ? 'over' : 'open',
    drawn: row.drawn,
    drawnKg: row.drawn_kg,
    lastSerial,
    left,
    leftKg: Math.max(0, mostKg - row.drawn_kg),
  }
}

/** Newest signed first. */
export async function listBooklets(
  tx: Transaction,
  now: string,
  filter: { readonly site?: string; readonly cursor?: string },
  limit: number,
): Promise<Page<BookletRow>> {
  const after = readCursor(filter.cursor, 2)
  const { rows } = await tx.query<StoredBooklet>(
    `${SELECT} where ($2::text is null or b.site = $2)
       and ($3::timestamptz is null or (b.signed_at <= $3 and (b.signed_at < $3 or b.booklet > $4)))
     order by b.signed_at desc, b.booklet limit $5`,
    [now, filter.site, ...(after ?? [null, null]), limit + 1],
  )
  return pageOf(rows, limit, (row) => [row.sort_moment, row.booklet], bookletRow)
}

export async function oneBooklet(tx: Transaction, now: string, booklet: string): Promise<BookletRow | null> {
  const { rows } = await tx.query<StoredBooklet>(`${SELECT} where b.booklet = $2`, [now, booklet])
  return rows[0] === undefined ? null : bookletRow(rows[0])
}

/** What its agent drew from it, serial by serial. Numbers not drawn yet are nobody's to read. */
export async function drawsOf(tx: Transaction, { booklet, site }: Pick<BookletRow, 'booklet' | 'site'>): Promise<BookletDraw[]> {
  const { rows } = await tx.query<BookletDraw>(
    `select d.site || '.' || d.agent || '.' || d.epoch || '.' || d.seq as id, d.serial, d.number, d.ticket ->> 'plate' as plate,
       d.planned_net_kg as "plannedNetKg", d.operator, d.drawn_at as "drawnAt", d.received_at as "receivedAt", d.dark_since as "darkSince", t.state
     from booklet_draw d left join ticket t on t.number = d.number and t.site = d.site
     where d.booklet = $1 and d.site = $2 order by d.serial, d.stored_at, d.epoch, d.seq limit 400`,
    [booklet, site],
  )
  return rows
}
