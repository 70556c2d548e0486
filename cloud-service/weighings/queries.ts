import type { WeighingRow } from '#cloud/api'
import { type Identity, identityText, type LaneId, parseIdentity, type TicketNumber } from '#edge/ids'
import type { PlateColour } from '#edge/plate'
import type { VerdictWord } from '#edge/weighing'
import type { Transaction } from '../database/pool.ts'
import { type Page, pageOf, readCursor, sortMoment } from '../paging.ts'

/** A weighing as the database lists it; `county` and `carrier` say who else may hear of it. */
export interface StoredWeighing extends Identity {
  readonly county: string
  readonly carrier: string | null
  readonly carrier_name: string | null
  readonly site_name: string
  readonly lane: LaneId
  readonly visit: number
  readonly weighed_at: string
  readonly stored_at: string
  readonly sort_moment: string
  readonly kind: string
  readonly pass: string
  readonly weight_kg: number
  readonly net_kg: number | null
  readonly plate: string | null
  readonly plate_colour: PlateColour
  readonly ticket: TicketNumber | null
  readonly verdict: VerdictWord
  readonly tape: string
  readonly nth: number | null
  readonly because: string | null
}

const SELECT = `select w.site, w.agent, w.epoch, w.seq, w.county, w.carrier, c.name as carrier_name, s.name as site_name, w.lane, w.visit, w.weighed_at,
  w.stored_at, ${sortMoment('w.stored_at')} as sort_moment, w.kind, w.pass, w.weight_kg, w.net_kg, w.plate, w.plate_colour, w.ticket, w.verdict, w.tape, w.nth, w.because
  from weighing w join site s on s.site = w.site left join carrier c on c.carrier = w.carrier`

export const weighingRow = (row: StoredWeighing): WeighingRow => ({
  id: identityText(row),
  site: row.site,
  siteName: row.site_name,
  lane: row.lane,
  weighedAt: row.weighed_at,
  storedAt: row.stored_at,
  kind: row.kind,
  pass: row.pass,
  weightKg: row.weight_kg,
  netKg: row.net_kg,
  plate: row.plate,
  plateColour: row.plate_colour,
  ticket: row.ticket,
  carrierName: row.carrier_name,
  verdict: row.verdict,
  again: row.nth === null || row.because === null ? null : { nth: row.nth, because: row.because },
})

export interface WeighingFilter {
  readonly site?: string
  readonly lane?: string
  readonly ticket?: string
  readonly plate?: string
  readonly cursor?: string
}

/** Newest stored first. */
export async function listWeighings(tx: Transaction, filter: WeighingFilter, limit: number): Promise<Page<WeighingRow>> {
  const after = readCursor(filter.cursor, 5)
  // Two bounds on the moment: the plain one lets the index start at the right place, the other decides among its equals.
  const { rows } = await tx.query<StoredWeighing>(
    `${SELECT} where ($1::text is null or w.site = $1) and ($2::text is null or w.lane = $2) and ($3::text is null or w.ticket = $3)
       and ($4::text is null or w.plate = $4)
       and ($5::timestamptz is null or (w.stored_at <= $5 and (w.stored_at < $5 or (w.site, w.agent, w.epoch) > ($6, $7, $8)
         or ((w.site, w.agent, w.epoch) = ($6, $7, $8) and w.seq < $9))))
     order by w.stored_at desc, w.site, w.agent, w.epoch, w.seq desc limit $10`,
    [filter.site, filter.lane, filter.ticket, filter.plate, ...(after ?? [null, null, null, null, null]), limit + 1],
  )
  return pageOf(rows, limit, (row) => [row.sort_moment, row.site, row.agent, row.epoch, row.seq], weighingRow)
}

export async function oneWeighing(tx: Transaction, of: Identity): Promise<StoredWeighing | null> {
  const { rows } = await tx.query<StoredWeighing>(`${SELECT} where w.site = $1 and w.agent = $2 and w.epoch = $3 and w.seq = $4`, [
    of.site,
    of.agent,
    of.epoch,
    of.seq,
  ])
  return rows[0] ?? null
}

/** The weighings of these ids, in no particular order; for the live feed. */
export async function weighingsNamed(tx: Transaction, ids: readonly string[]): Promise<StoredWeighing[]> {
  const named = ids.map(parseIdentity).filter((of) => of !== null)
  const { rows } = await tx.query<StoredWeighing>(
    `${SELECT} join unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as n(site, agent, epoch, seq)
       on (n.site, n.agent, n.epoch, n.seq) = (w.site, w.agent, w.epoch, w.seq)`,
    [named.map((of) => of.site), named.map((of) => of.agent), named.map((of) => of.epoch), named.map((of) => of.seq)],
  )
  return rows
}

/** Tare and gross of one ticket, oldest first. */
export async function weighingsOfTicket(tx: Transaction, ticket: string): Promise<WeighingRow[]> {
  const { rows } = await tx.query<StoredWeighing>(`${SELECT} where w.ticket = $1 order by w.stored_at, w.seq limit 20`, [ticket])
  return rows.map(weighingRow)
}

/** The newest weighing of a visit. */
export async function weighingOfVisit(
  tx: Transaction,
  of: { readonly site: string; readonly agent: string; readonly epoch: string; readonly lane: string; readonly visit: number },
): Promise<WeighingRow | null> {
  const { rows } = await tx.query<StoredWeighing>(
    `${SELECT} where w.site = $1 and w.agent = $2 and w.epoch = $3 and w.lane = $4 and w.visit = $5 order by w.seq desc limit 1`,
    [of.site, of.agent, of.epoch, of.lane, of.visit],
  )
  return rows[0] ? weighingRow(rows[0]) : null
}
