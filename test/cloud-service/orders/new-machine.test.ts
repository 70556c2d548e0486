import { beforeAll, expect, it } from 'vitest'
import type { Order } from '#edge/orders'
import { decodeBatch } from '#edge/stream'
import { trueClock } from '../../../cloud-service/clock.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { createInbox } from '../../../cloud-service/ingest/inbox.ts'
import { NOBODY_LISTENS } from '../../../cloud-service/live/changes.ts'
import { appendOrder } from '../../../cloud-service/orders/append.ts'
import { testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freshDatabase, quiet, testPool } from '../../support/postgres.ts'
import { AgentDouble, newKey } from '../ingest/agent-double.ts'
import { issueTicket, settle } from '../ingest/town.ts'

const issuer = newKey()
const issuing = { issuer, clock: trueClock() }
const [USED, OPEN] = ['610881-261121-DDDDDDDD1', '610881-261121-DDDDDDDD2'] as const
let pool: Pool
beforeAll(async () => {
  pool = testPool(await freshDatabase())
})

it('a machine that begins anew is told, with all its orders, which tickets have already left; once', async () => {
  const agent = new AgentDouble('anew', 'a1')
  await settle(pool, [agent])
  for (const number of [USED, OPEN]) {
    await issueTicket(pool, 'anew', number)
    const body = { body: { number }, suite: 'ed25519-sha256', key: issuer.key, signature: `sig-${number}` } as never
    await asIngest(pool, (tx) => appendOrder(tx, issuing, { site: 'anew', kind: 'ticket', body }))
  }
  await asIngest(pool, (tx) => tx.query("update ticket set state = 'released' where number = $1", [USED]))
  const broker = await testBroker([['anew', 'a1']])
  const inbox = createInbox({
    broker: broker.cloud(),
    pool,
    issuer,
    live: NOBODY_LISTENS,
    clock: trueClock(),
    log: quiet,
    holder: 'cloud-1',
  })
  await inbox.start()
  await eventually(() => inbox.connected())
  await agent.listen(await broker.agent('anew', 'a1'))

  /** The orders of the newest batch that begins at the beginning. */
  const fromTheBeginning = (): Order[] => {
    const batches = agent.heard.filter(({ topic }) => topic === 'orders').map(({ payload }) => decodeBatch(payload))
    const first = batches.findLast((read) => read.ok && read.batch.from === 1 && read.batch.lines.length > 2)
    return first?.ok ? first.batch.lines.map(({ bytes }) => JSON.parse(bytes) as Order) : []
  }
  await agent.hello(null)
  await eventually(() => fromTheBeginning().length > 0)
  expect(fromTheBeginning().map(({ kind, body }) => [kind, (body as { number?: string }).number])).toEqual([
    ['ticket', undefined],
    ['ticket', undefined],
    ['void-ticket', USED],
  ])
  agent.heard.splice(0)
  await agent.hello(null)
  await eventually(() => fromTheBeginning().length === 3)
  expect(await asIngest(pool, async (tx) => (await tx.query('select state from ticket order by number')).rows)).toEqual([
    { state: 'released' },
    { state: 'issued' },
  ])
  await inbox.stop()
})
