import { trueClock } from '../../../cloud-service/clock.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import type { BrokerAccess } from '../../../cloud-service/ingest/broker-link.ts'
import { createInbox, type Inbox } from '../../../cloud-service/ingest/inbox.ts'
import { NOBODY_LISTENS } from '../../../cloud-service/live/changes.ts'
import { eventually } from '../../support/eventually.ts'
import { quiet } from '../../support/postgres.ts'
import { newKey } from './agent-double.ts'

/** The cloud's real inbox, started, and connected to its broker. */
export async function startInbox(broker: BrokerAccess, pool: Pool, holder = 'cloud-1'): Promise<Inbox> {
  const inbox = createInbox({ broker, pool, issuer: newKey(), live: NOBODY_LISTENS, clock: trueClock(), log: quiet, holder })
  await inbox.start()
  await eventually(() => inbox.connected())
  return inbox
}
