import type { SignedTicket } from '#edge/ticket'
import { type Instant, toIso } from '#edge/units'
import type { Transaction } from '../database/pool.ts'

/** A ticket that is new here: as it is signed, and how it begins. */
export interface NewTicket {
  readonly signed: SignedTicket
  readonly county: string
  /** What its code holds. */
  readonly qr: string
  readonly state: 'issued' | 'held'
  /** Null: issued here. Else where it was drawn. */
  readonly origin: { readonly booklet: string; readonly serial: number; readonly agent: string; readonly darkSince: string | null } | null
  /** The first line of its history; `at` is null where it is now. */
  readonly begun: { readonly at: Instant | null; readonly by: string; readonly reason: string }
}

/** Stores a ticket with the first line of its history. False where its number is a ticket already, which stays that ticket. */
export async function insertTicket(tx: Transaction, { signed, county, qr, state, origin, begun }: NewTicket): Promise<boolean> {
  const { number, site, carrier, plate, plannedNetKg, validFrom, validUntil, issuedAt } = signed.body
  const { rowCount } = await tx.query(
    `insert into ticket (number, site, county, carrier, plate, signed, signature, qr, planned_net_kg, valid_from, valid_until, issued_at, state, origin)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing`,
    [number, site, county, carrier, plate, signed, signed.signature, qr, plannedNetKg, validFrom, validUntil, issuedAt, state, origin],
  )
  if (rowCount !== 1) return false
  await tx.query(
    `insert into ticket_history (ticket, number, state, at, by_whom, reason, county, site, carrier)
     values ($1, 1, $2, coalesce($3, now()), $4, $5, $6, $7, $8)`,
    [number, state, begun.at === null ? null : toIso(begun.at), begun.by, begun.reason, county, site, carrier],
  )
  return true
}
