import type { Booklet } from '#edge/booklet'
import type { LedgerRecord } from '#edge/records'
import { intArray, textArray } from '../database/arrays.ts'
import type { Transaction } from '../database/pool.ts'
import type { Agent } from '../ingest/agents.ts'
import type { Draw, DrawnBefore, KnownBooklet } from './judge-draw.ts'

export type DrawnRecord = LedgerRecord<'drawn-ticket'>

/**
 * The booklets of these draws, if they are this agent's: with another's numbers nobody draws. Locked until COMMIT, so that two streams of
 * one booklet (an agent and its restored self) are judged one after the other.
 */
export async function bookletsNamed(tx: Transaction, agent: Agent, records: readonly DrawnRecord[]): Promise<Map<string, KnownBooklet>> {
  const { rows } = await tx.query<{ booklet: string; body: Booklet; closed_epoch: string | null; closed_seq: number | null }>(
    `select booklet, signed -> 'body' as body, closed_epoch, closed_seq from booklet
     where booklet = any($1::text[]) and site = $2 and agent = $3 order by booklet for no key update`,
    [textArray(namesOf(records)), agent.site, agent.agent],
  )
  return new Map(
    rows.map(({ booklet, body, closed_epoch: of, closed_seq: seq }) => [
      booklet,
      { booklet: body, closed: of === null || seq === null ? null : { epoch: of, seq } },
    ]),
  )
}
const namesOf = (records: readonly DrawnRecord[]): string[] => [...new Set(records.map(({ body }) => body.booklet))]

/** What this agent drew before, kept up as draws are added. A ticket told again, by a restored agent, is counted once. */
export async function drawnBefore(tx: Transaction, agent: Agent, records: readonly DrawnRecord[]) {
  const drawn = await tx.query<{ booklet: string; last: number; kg: number }>(
    `select booklet, max(serial) as last, sum(planned_net_kg)::bigint as kg
     from (select distinct booklet, serial, ticket_hash, planned_net_kg from booklet_draw where booklet = any($1::text[]) and site = $2 and agent = $3) once
     group by booklet`,
    [textArray(namesOf(records)), agent.site, agent.agent],
  )
  const taken = await tx.query<{ booklet: string; serial: number; ticket_hash: string }>(
    `select distinct d.booklet, d.serial, d.ticket_hash from unnest($1::text[], $2::bigint[]) as asked (booklet, serial)
     join booklet_draw d on d.booklet = asked.booklet and d.serial = asked.serial and d.site = $3 and d.agent = $4`,
    [textArray(records.map(({ body }) => body.booklet)), intArray(records.map(({ body }) => body.serial)), agent.site, agent.agent],
  )
  const totals = new Map(drawn.rows.map(({ booklet, last, kg }) => [booklet, { last, kg }]))
  const hashes = new Map<string, Set<string>>()
  const under = (booklet: string, serial: number): Set<string> => {
    const name = `${booklet} ${serial}`
    const there = hashes.get(name) ?? new Set()
    hashes.set(name, there)
    return there
  }
  for (const { booklet, serial, ticket_hash } of taken.rows) under(booklet, serial).add(ticket_hash)
  return {
    of({ body: { booklet, serial } }: Draw): DrawnBefore {
      return { ...(totals.get(booklet) ?? { last: 0, kg: 0 }), underSerial: new Set(under(booklet, serial)) }
    },
    add({ body: { booklet, serial, ticket }, ticketHash }: Draw): void {
      const { last, kg } = totals.get(booklet) ?? { last: 0, kg: 0 }
      const again = under(booklet, serial).has(ticketHash)
      under(booklet, serial).add(ticketHash)
      totals.set(booklet, { last: Math.max(last, serial), kg: again ? kg : kg + ticket.plannedNetKg })
    },
  }
}
