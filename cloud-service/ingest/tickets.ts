import type { TicketState } from '#edge/ticket'
import { intArray, textArray } from '../database/arrays.ts'
import type { Transaction } from '../database/pool.ts'
import { CloudError } from '../errors.ts'
import type { Agent } from './agents.ts'
import { raiseOurs } from './own-alarms.ts'
import { move, type TicketEvent, type TicketNow } from './ticket-moves.ts'

/** A ticket of this site as the transaction found it. */
export interface StoredTicket extends TicketNow {
  readonly number: string
  readonly carrier: string
}

/** Tickets by number, of this site only: a record that names another site's ticket finds nothing. */
export async function ticketsNamed(tx: Transaction, site: string, numbers: ReadonlySet<string>): Promise<Map<string, StoredTicket>> {
  if (numbers.size === 0) return new Map()
  const { rows } = await tx.query<{
    number: string
    site: string
    carrier: string
    state: TicketState
    tare_kg: number | null
    gross_kg: number | null
    net_kg: number | null
  }>({
    name: 'tickets-named',
    // Asked by number alone: with the site in the question the plan reads all tickets of the site (measured: 40 µs a weighing).
    text: 'select number, site, carrier, state, tare_kg, gross_kg, net_kg from ticket where number = any($1::text[])',
    values: [textArray([...numbers])],
  })
  const here = rows.filter((row) => row.site === site)
  return new Map(
    here.map((row) => [
      row.number,
      { number: row.number, carrier: row.carrier, state: row.state, tareKg: row.tare_kg, grossKg: row.gross_kg, netKg: row.net_kg },
    ]),
  )
}

/** What tickets were before they were released or held, for those that may be taken back: their histories know. */
async function statesBefore(
  tx: Transaction,
  tickets: ReadonlyMap<string, StoredTicket>,
  events: readonly TicketEvent[],
): Promise<[string, TicketNow][]> {
  const asked = new Set(events.flatMap(({ how, outcome, ticket }) => (how === 'decided' && outcome !== 'open' ? [ticket] : [])))
  const wanted = [...asked].filter((number) => ['released', 'held'].includes(tickets.get(number)?.state ?? ''))
  if (wanted.length === 0) return []
  const { rows } = await tx.query<{ ticket: string; state: TicketState }>(
    `select distinct on (ticket) ticket, state from ticket_history where ticket = any($1::text[]) and state not in ('released', 'held')
     order by ticket, number desc`,
    [textArray(wanted)],
  )
  return rows.flatMap(({ ticket, state }) => {
    const stored = tickets.get(ticket)
    return stored === undefined ? [] : [[ticket, { ...stored, before: state }]]
  })
}

interface Step {
  readonly ticket: string
  readonly carrier: string
  readonly state: string
  readonly at: string
  readonly by: string
  readonly reason: string
}

/** Moves tickets as the events say, in order; each step is a line of the ticket's history. Doubts become alarms. Returns what changed. */
export async function moveTickets(
  tx: Transaction,
  agent: Agent,
  epoch: string,
  tickets: ReadonlyMap<string, StoredTicket>,
  events: readonly TicketEvent[],
): Promise<{ readonly tickets: string[]; readonly alarms: string[] }> {
  const now = new Map<string, TicketNow>(await statesBefore(tx, tickets, events))
  const told = new Set<string>()
  const steps: Step[] = []
  const alarms: string[] = []
  for (const event of events) {
    const stored = tickets.get(event.ticket)
    if (stored === undefined) continue
    const before = now.get(event.ticket) ?? stored
    const made = move(before, event)
    if (made.moved) {
      now.set(event.ticket, made.now)
      told.add(event.ticket)
      // A tare taken again, or a second hold, changes figures but is no new state.
      if (made.now.state !== before.state)
        steps.push({
          ticket: event.ticket,
          carrier: stored.carrier,
          state: made.now.state,
          at: event.at,
          by: event.by,
          reason: made.reason,
        })
    }
    if ('doubt' in made && made.doubt !== null) {
      const facts = { ticket: event.ticket, record: event.record, was: before.state }
      alarms.push(...(await raiseOurs(tx, agent, { kind: made.doubt, epoch, occurrence: event.ticket, facts, at: event.at })))
    }
  }
  const changed = [...told].map((number) => ({
    number,
    to: now.get(number) as TicketNow,
    was: (tickets.get(number) as StoredTicket).state,
  }))
  if (changed.length > 0) await keep(tx, agent, changed, steps)
  return { tickets: changed.map(({ number }) => number), alarms }
}

/**
 * Compare-and-set: should a person have voided one of them meanwhile, nothing of this transaction stands, and it is done again on what is
 * true then (CloudError `ticket-moved`). Cheaper than locking rows that nobody else touches in all but a few cases a day.
 */
async function keep(
  tx: Transaction,
  agent: Agent,
  changed: readonly { readonly number: string; readonly to: TicketNow; readonly was: TicketState }[],
  steps: readonly Step[],
): Promise<void> {
  const moved = await tx.query({
    name: 'move-tickets',
    text: `update ticket t set state = m.state, tare_kg = m.tare_kg, gross_kg = m.gross_kg, net_kg = m.net_kg
     from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::int[], $6::int[]) as m (number, was, state, tare_kg, gross_kg, net_kg)
     where t.number = m.number and t.state = m.was`,
    values: [
      textArray(changed.map(({ number }) => number)),
      textArray(changed.map(({ was }) => was)),
      textArray(changed.map(({ to }) => to.state)),
      intArray(changed.map(({ to }) => to.tareKg)),
      intArray(changed.map(({ to }) => to.grossKg)),
      intArray(changed.map(({ to }) => to.netKg)),
    ],
  })
  if (moved.rowCount !== changed.length) throw new CloudError('ticket-moved', 'A ticket was changed by somebody else at the same moment')
  if (steps.length === 0) return
  await tx.query({
    name: 'note-tickets',
    text: `insert into ticket_history (ticket, number, state, at, by_whom, reason, county, site, carrier)
     select s.ticket, row_number() over (partition by s.ticket order by n) + (select coalesce(max(h.number), 0) from ticket_history h where h.ticket = s.ticket),
       s.state, s.at, s.by_whom, s.reason, $7, $8, s.carrier
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[]) with ordinality
       as s (ticket, state, at, by_whom, reason, carrier, n)`,
    values: [
      textArray(steps.map(({ ticket }) => ticket)),
      textArray(steps.map(({ state }) => state)),
      textArray(steps.map(({ at }) => at)),
      textArray(steps.map(({ by }) => by)),
      textArray(steps.map(({ reason }) => reason)),
      textArray(steps.map(({ carrier }) => carrier)),
      agent.county,
      agent.site,
    ],
  })
}
