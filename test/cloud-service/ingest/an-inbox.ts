import { trueClock } from '../../../cloud-service/clock.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import type { BrokerAccess } from '../../../cloud-service/ingest/broker-link.ts'
import { createInbox, type Inbox, type InboxParts } from '../../../cloud-service/ingest/inbox.ts'
import { NOBODY_LISTENS } from '../../../cloud-service/live/changes.ts'
import { eventually } from '../../support/eventually.ts'
import { quiet } from '../../support/postgres.ts'
import { newKey } from './agent-double.ts'

/** The cloud's real inbox, started, and connected to its broker. */
export const startInbox = (broker: BrokerAccess, pool: Pool, holder = 'cloud-1'): Promise<Inbox> => startInboxOf({ broker, pool, holder })

/** The same of other parts: say only what differs. */
export async function startInboxOf(differs: Pick<InboxParts, 'broker' | 'pool'> & Partial<InboxParts>): Promise<Inbox> {
  const usual = { issuer: newKey(), live: NOBODY_LISTENS, clock: trueClock(), log: quiet, holder: 'cloud-1' }
  const inbox = createInbox({ ...usual, ...differs })
  await inbox.start()
  await eventually(() => inbox.connected())
  return inbox
}
