import { canonical } from '#edge/canonical'
import { fromIso, Instant, toIso } from '#edge/units'
import { intArray, textArray } from '../database/arrays.ts'
import type { Transaction } from '../database/pool.ts'
import type { Agent } from '../ingest/agents.ts'
import { hasher } from '../keys.ts'
import type { Draw } from './judge-draw.ts'
import type { DrawnRecord } from './story.ts'

/** Draws as their records tell them, and when these reached this side. In the place of one `beside` the ledger has another record. */
export async function drawsIn(
  tx: Transaction,
  agent: Agent,
  epoch: string,
  records: readonly DrawnRecord[],
  now: Instant,
  beside: boolean,
): Promise<Draw[]> {
  const received = beside ? new Map<number, Instant>() : await receivedAt(tx, agent, epoch, records, now)
  return records.map((record) => ({
    epoch,
    seq: record.seq,
    body: record.body,
    ticketHash: hasher.hash(canonical(record.body.ticket)),
    at: momentIn(record.at) ?? Instant(0),
    received: received.get(record.seq) ?? now,
  }))
}

/** When the records reached this side. One that lay in quarantine came when its line came, not when it was understood. */
async function receivedAt(
  tx: Transaction,
  agent: Agent,
  epoch: string,
  records: readonly DrawnRecord[],
  now: Instant,
): Promise<Map<number, Instant>> {
  const { rows } = await tx.query<{ seq: number; lain: number }>(
    `select seq, (extract(epoch from now() - stored_at) * 1000)::float8 as lain from ledger
     where site = $1 and agent = $2 and epoch = $3 and seq = any($4::bigint[])`,
    [agent.site, agent.agent, epoch, intArray(records.map(({ seq }) => seq))],
  )
  return new Map(rows.map(({ seq, lain }) => [seq, Instant(now - Math.max(0, lain))]))
}

/**
 * Keeps draws as they were told; returns those that were not kept already. `beside`: they stand in no ledger of ours, because other records
 * have their places. Where the ledger takes one after all (its batch was spoilt on the way, and came again whole) it is no longer beside,
 * and is returned as one that is new.
 */
export async function keepDraws(tx: Transaction, agent: Agent, draws: readonly Draw[], beside: boolean): Promise<Draw[]> {
  const { rows } = await tx.query<{ seq: number; ticket_hash: string }>(
    `insert into booklet_draw (site, agent, epoch, county, seq, booklet, serial, number, ticket, ticket_hash, planned_net_kg, drawn_at, received_at, operator, dark_since, beside)
     select $1, $2, $3, $4, d.*, $16 from unnest($5::bigint[], $6::text[], $7::bigint[], $8::text[], $9::jsonb[], $10::text[], $11::int[], $12::timestamptz[],
       $13::timestamptz[], $14::text[], $15::timestamptz[]) as d
     on conflict (site, agent, epoch, seq, ticket_hash) do update
       set booklet = excluded.booklet, serial = excluded.serial, drawn_at = excluded.drawn_at, received_at = excluded.received_at,
         operator = excluded.operator, dark_since = excluded.dark_since, beside = false
       where booklet_draw.beside and not excluded.beside
     returning seq, ticket_hash`,
    [
      agent.site,
      agent.agent,
      draws[0]?.epoch,
      agent.county,
      intArray(draws.map(({ seq }) => seq)),
      textArray(draws.map(({ body }) => body.booklet)),
      intArray(draws.map(({ body }) => body.serial)),
      textArray(draws.map(({ body }) => body.ticket.number)),
      textArray(draws.map(({ body }) => JSON.stringify(body.ticket))),
      textArray(draws.map(({ ticketHash }) => ticketHash)),
      intArray(draws.map(({ body }) => body.ticket.plannedNetKg)),
      textArray(draws.map(({ at }) => toIso(at))),
      textArray(draws.map(({ received }) => toIso(received))),
      textArray(draws.map(({ body }) => body.operator)),
      textArray(draws.map(({ body }) => moment(body.darkSince))),
      beside,
    ],
  )
  const kept = new Set(rows.map((row) => `${row.seq} ${row.ticket_hash}`))
  return draws.filter((draw) => kept.has(`${draw.seq} ${draw.ticketHash}`))
}

/** What looks like a moment and is none stands as null: a site's broken clock is no reason to lose its draw. */
export const moment = (text: string): string | null => (momentIn(text) === null ? null : text)

/** A moment that a column has a place for: PostgreSQL counts no year 0. */
const momentIn = (text: string): Instant | null => (text.startsWith('0000') ? null : fromIso(text))
