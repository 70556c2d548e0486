import type { OrderBody, OrderKind, RegisteredVehicle } from '#edge/orders'
import { toIso } from '#edge/units'
import type { Transaction } from '../database/pool.ts'
import { operatorsOf } from '../people/operators.ts'
import { appendOrder, type Issuing } from './append.ts'
import { quotasAhead } from './quota.ts'

/**
 * Orders to a newly enrolled agent everything it needs to decide alone: the newest policy, the register, the people of its console, quotas,
 * and the open tickets and booklets of its site that are in nobody else's book; a drawn ticket that this side did not sign is in none. Runs
 * inside the caller's transaction, as ingest. Returns how many orders that were.
 */
export async function fillBook(tx: Transaction, issuing: Issuing, site: string, agent: string): Promise<number> {
  let orders = 0
  const order = async <K extends OrderKind>(kind: K, bodies: readonly OrderBody<K>[]): Promise<void> => {
    for (const body of bodies) orders += (await appendOrder(tx, issuing, { site, agent, kind, body })).length
  }
  const policies = await tx.query<{ signed: OrderBody<'policy'> }>('select signed from policy order by version desc limit 1')
  await order('policy', signedIn(policies))
  await order('vehicle', await registerOf(tx, site))
  await order('operator', await operatorsOf(tx, site))
  await order('quota', await quotasAhead(tx, site, issuing.clock.now()))
  const tickets = await tx.query<{ signed: OrderBody<'ticket'> }>(
    `select t.signed from ticket t left join ordered_ticket o using (number)
     where t.site = $1 and t.state in ('issued', 'checked-in', 'held') and (o.agent = $2 or (o.agent is null and t.signature <> ''))
     order by t.issued_at, t.number`,
    [site, agent],
  )
  await order('ticket', signedIn(tickets))
  const booklets = await tx.query<{ signed: OrderBody<'booklet'> }>(
    `select signed from booklet where site = $1 and (agent is null or agent = $2) and withdrawn_at is null and valid_until > $3 order by signed_at, booklet`,
    [site, agent, toIso(issuing.clock.now())],
  )
  await order('booklet', signedIn(booklets))
  return orders
}

const signedIn = <T>({ rows }: { readonly rows: readonly { readonly signed: T }[] }): T[] => rows.map(({ signed }) => signed)

/** Coal trucks may come to any site; a non-cargo vehicle is registered at one. */
export async function registerOf(tx: Transaction, site: string): Promise<RegisteredVehicle[]> {
  const { rows } = await tx.query<RegisteredVehicle & { readonly tags: string[]; readonly cards: string[] }>(
    `select plate, use, what, cap_kg as "capKg", axles, driven_axles as "drivenAxles", combination, suspended, tags, cards
     from vehicle where site is null or site = $1 order by plate`,
    [site],
  )
  // An order is signed and kept for good: it names only what there is.
  return rows.map(({ tags, cards, ...vehicle }) => ({ ...vehicle, ...(tags.length > 0 && { tags }), ...(cards.length > 0 && { cards }) }))
}
