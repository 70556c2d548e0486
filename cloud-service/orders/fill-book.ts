import type { OrderBody, RegisteredVehicle } from '#edge/orders'
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
  const policies = await tx.query<{ signed: OrderBody<'policy'> }>('select signed from policy order by version desc limit 1')
  for (const { signed } of policies.rows)
    orders += (
      await appendOrder(tx, issuing, {
        site,
        agent,
        kind: 'policy',
        body: signed,
      })
    ).length
  for (const vehicle of await registerOf(tx, site))
    orders += (
      await appendOrder(tx, issuing, {
        site,
        agent,
        kind: 'vehicle',
        body: vehicle,
      })
    ).length
  for (const body of await operatorsOf(tx, site)) orders += (await appendOrder(tx, issuing, { site, agent, kind: 'operator', body })).length
  for (const body of await quotasAhead(tx, site, issuing.clock.now()))
    orders += (await appendOrder(tx, issuing, { site, agent, kind: 'quota', body })).length
  const tickets = await tx.query<{ signed: OrderBody<'ticket'> }>(
    `select t.signed from ticket t left join ordered_ticket o using (number)
     where t.site = $1 and t.state in ('issued', 'checked-in', 'held') and (o.agent = $2 or (o.agent is null and t.signature <> ''))
     order by t.issued_at, t.number`,
    [site, agent],
  )
  for (const { signed } of tickets.rows)
    orders += (
      await appendOrder(tx, issuing, {
        site,
        agent,
        kind: 'ticket',
        body: signed,
      })
    ).length
  const booklets = await tx.query<{ signed: OrderBody<'booklet'> }>(
    `select signed from booklet where site = $1 and (agent is null or agent = $2) and withdrawn_at is null and valid_until > $3 order by signed_at, booklet`,
    [site, agent, toIso(issuing.clock.now())],
  )
  for (const { signed: body } of booklets.rows) orders += (await appendOrder(tx, issuing, { site, agent, kind: 'booklet', body })).length
  return orders
}

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
