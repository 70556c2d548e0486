import { join } from 'node:path'
import type { SignedTicket } from '#edge/ticket'
import { createPool } from '../../cloud-service/database/pool.ts'
import { asIngest } from '../../cloud-service/database/transaction.ts'
import { issuerKey } from '../../cloud-service/keys.ts'
import { createLog } from '../../cloud-service/log.ts'
import { appendOrder } from '../../cloud-service/orders/append.ts'
import { simulatorClock } from '../../simulators/clock.ts'
import type { House } from './house.ts'

/** What somebody could do who can write the cloud's database but has not the issuer's hand on this ticket: order it to the site. */
export async function orderTampered(house: House, ticket: SignedTicket): Promise<void> {
  const pool = createPool({
    url: house.databaseUrl,
    role: 'pitgate_ingest',
    name: 'tamperer',
    size: 1,
    log: createLog('tamperer', 'silent'),
  })
  await asIngest(pool, (tx) =>
    appendOrder(
      tx,
      { issuer: issuerKey(join(house.folder, 'cloud', 'issuer.pem')), clock: simulatorClock() },
      { site: 'hongliu', kind: 'ticket', body: ticket },
    ),
  )
  await pool.end()
}
