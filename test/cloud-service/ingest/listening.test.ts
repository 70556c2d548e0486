import { it } from 'vitest'
import { trueClock } from '../../../cloud-service/clock.ts'
import { linkBroker } from '../../../cloud-service/ingest/broker-link.ts'
import { createInbox } from '../../../cloud-service/ingest/inbox.ts'
import { NOBODY_LISTENS } from '../../../cloud-service/live/changes.ts'
import { network } from '../../../simulators/network.ts'
import { testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freshDatabase, quiet, testPool } from '../../support/postgres.ts'
import { newKey } from './agent-double.ts'

it('sites are heard while both connections stand: hellos come by one, alarms and receipts of orders by the other', {
  timeout: 120_000,
}, async () => {
  const pool = testPool(await freshDatabase(), 'pitgate_ingest')
  const broker = await testBroker([])
  const port = Number(new URL(broker.url).port)
  const cables = { backlog: await network([port]), ahead: await network([port]) }
  const inbox = createInbox(
    { broker: broker.cloud(), pool, issuer: newKey(), live: NOBODY_LISTENS, clock: trueClock(), log: quiet, holder: 'cloud-1' },
    (parts) => {
      const cable = parts.clientId.endsWith('-ahead') ? cables.ahead : cables.backlog
      return linkBroker({ ...parts, url: `mqtt://127.0.0.1:${cable.ports[0]}` })
    },
  )
  const since = (after: number) => eventually(() => (inbox.listeningSince() ?? -1) > after, { within: 40_000 })
  try {
    await inbox.start()
    await since(-1)
    for (const cable of [cables.backlog, cables.ahead]) {
      const before = inbox.listeningSince() ?? 0
      cable.cut()
      await eventually(() => inbox.listeningSince() === null, { within: 40_000 })
      cable.mend()
      await since(before)
    }
  } finally {
    await inbox.stop()
    await Promise.all([cables.backlog.stop(), cables.ahead.stop()])
  }
})
