import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'

/** What the register knows of an agent: a double's, or a real one's. */
export interface Enrolled {
  readonly site: string
  readonly agent: string
  readonly key: { readonly key: string; readonly publicKey: string }
}

/** A small town in the database: two counties, a carrier with a truck, and the site of each agent. */
export async function settle(pool: Pool, agents: readonly Enrolled[]): Promise<void> {
  await asIngest(pool, async (tx) => {
    await tx.query(`insert into county values ('610881', '神木市'), ('610822', '府谷县') on conflict do nothing`)
    await tx.query(`insert into carrier values ('haoyun', '好运物流(示例)', '91610000MA00000000') on conflict do nothing`)
    await tx.query(
      `insert into vehicle (plate, carrier, use, what, axles, driven_axles, combination) values ('陕KB6718', 'haoyun', 'coal', '牵引车', 6, 2, true) on conflict do nothing`,
    )
    for (const { site, agent, key } of agents) {
      await tx.query(`insert into site values ($1, $1, '610881', 'mine', 110, 38) on conflict do nothing`, [site])
      await tx.query(
        `insert into agent (site, agent, county, key, public_key, order_epoch) values ($1, $2, '610881', $3, $4, '1-00000001')`,
        [site, agent, key.key, key.publicKey],
      )
    }
  })
}

/** An open ticket of the carrier for its truck at this site. */
export async function issueTicket(pool: Pool, site: string, number: string, plate = '陕KB6718'): Promise<void> {
  await asIngest(pool, async (tx) => {
    await tx.query(
      `insert into ticket (number, site, county, carrier, plate, signed, signature, qr, planned_net_kg, valid_from, valid_until, issued_at, state)
       values ($1, $2, '610881', 'haoyun', $3, jsonb_build_object('body', jsonb_build_object('number', $1::text), 'signature', 's'), 's', 'q', 33000, now(), now() + interval '1 day', now(), 'issued')`,
      [number, site, plate],
    )
    await tx.query(
      `insert into ticket_history (ticket, number, state, by_whom, county, site, carrier) values ($1, 1, 'issued', 'x', '610881', $2, 'haoyun')`,
      [number, site],
    )
  })
}
