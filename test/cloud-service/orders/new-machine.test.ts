import { beforeAll, expect, it } from 'vitest'
import type { Order } from '#edge/orders'
import { decodeBatch } from '#edge/stream'
import { trueClock } from '../../../cloud-service/clock.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { type Changes, NOBODY_LISTENS } from '../../../cloud-service/live/changes.ts'
import { appendOrder } from '../../../cloud-service/orders/append.ts'
import { testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { AgentDouble, aWeighing, newKey } from '../ingest/agent-double.ts'
import { startInboxOf } from '../ingest/an-inbox.ts'
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
  const inbox = await startInboxOf({ broker: broker.cloud(), pool, issuer })
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

it('a store that was wiped comes up as a first start: people are told of its loss, once', async () => {
  const agent = new AgentDouble('wiped', 'a1', '3-0a0b0c0d')
  await settle(pool, [agent])
  await issueTicket(pool, 'wiped', '610881-261121-EEEEEEEE1')
  const body = { body: { number: '610881-261121-EEEEEEEE1' }, suite: 'ed25519-sha256', key: issuer.key, signature: 'sig' } as never
  await asIngest(pool, (tx) => appendOrder(tx, issuing, { site: 'wiped', kind: 'ticket', body }))
  const broker = await testBroker([['wiped', 'a1']])
  const told: Changes[] = []
  const live = { ...NOBODY_LISTENS, changed: (changes: Changes) => void told.push(changes) }
  const inbox = await startInboxOf({ broker: broker.cloud(), pool, issuer, live, holder: 'cloud-2' })
  const client = await broker.agent('wiped', 'a1')
  await agent.listen(client)
  agent.append('weighing', aWeighing())
  await agent.send(1, 1)
  await eventually(() => agent.receipts.some(({ upto }) => upto === 1))
  /** A hello, answered; nothing waits on what follows from it. */
  const hello = async (of: AgentDouble, orders: Parameters<AgentDouble['hello']>[0]): Promise<void> => {
    const before = agent.receipts.length
    await of.hello(orders)
    await eventually(() => agent.receipts.length > before)
  }
  const alarms = () =>
    asIngest(pool, async (tx) => (await tx.query<{ id: string }>(`select id from alarm where site = 'wiped' and kind = 'store'`)).rows)
  const { rows } = await asIngest(pool, (tx) =>
    tx.query<{ epoch: never; seq: number; hash: string }>(`select epoch, seq, hash from order_head where site = 'wiped'`),
  )
  await hello(agent, null)
  await hello(agent, rows[0] ?? null)

  const anew = await new AgentDouble('wiped', 'a1', '1-0b0b0b0b', agent.key).listen(client)
  anew.boot = 'b0070002'
  anew.append('weighing', aWeighing({ visit: 2 }))
  await hello(anew, null)
  await eventually(async () => (await alarms()).length > 0)
  const id = 'wiped.a1.1-0b0b0b0b.store.begun-anew/1-0b0b0b0b'
  expect(await alarms()).toEqual([{ id }])
  await eventually(() => told.some((changes) => changes.alarms?.includes(id) === true))
  anew.heard.splice(0)
  await hello(anew, null)
  await eventually(() => anew.heard.some(({ topic }) => topic === 'orders'))
  await hello(anew, rows[0] ?? null)
  await hello(anew, rows[0] ?? null)
  expect(await alarms()).toHaveLength(1)
  await inbox.stop()
})

it('an agent whose whole disk was put back to an image from before its newest epoch cannot know it: people are told, once, and what is used up is closed', async () => {
  const number = '610881-261121-FFFFFFFF1'
  const newer = new AgentDouble('imaged', 'a1', '2-0b0b0b0b')
  await settle(pool, [newer])
  await issueTicket(pool, 'imaged', number)
  const body = { body: { number }, suite: 'ed25519-sha256', key: issuer.key, signature: 'sig' } as never
  await asIngest(pool, (tx) => appendOrder(tx, issuing, { site: 'imaged', kind: 'ticket', body }))
  const broker = await testBroker([['imaged', 'a1']])
  const inbox = await startInboxOf({ broker: broker.cloud(), pool, issuer, holder: 'cloud-3' })
  const client = await broker.agent('imaged', 'a1')
  await newer.listen(client)
  newer.append('weighing', aWeighing())
  await newer.send(1, 1)
  await eventually(() => newer.receipts.some(({ upto }) => upto === 1))
  await asIngest(pool, (tx) => tx.query("update ticket set state = 'released' where number = $1", [number]))
  const orders = async () =>
    (
      await asIngest(pool, (tx) =>
        tx.query<{ epoch: never; seq: number; hash: string; kind: string }>(
          `select epoch, seq, hash, bytes::jsonb ->> 'kind' as kind from orders where site = 'imaged' order by seq`,
        ),
      )
    ).rows
  const [had = null] = await orders()
  const hello = async (of: AgentDouble): Promise<void> => {
    const before = newer.receipts.length
    await of.hello(had)
    await eventually(() => newer.receipts.length > before)
  }
  const alarms = async () =>
    (await asIngest(pool, (tx) => tx.query(`select id, facts from alarm where site = 'imaged' and kind = 'store'`))).rows
  await hello(newer)

  const older = await new AgentDouble('imaged', 'a1', '1-0a0a0a0a', newer.key).listen(client)
  older.boot = 'b0070002'
  older.append('weighing', aWeighing({ visit: 2 }))
  await hello(older)
  expect(await alarms()).toEqual([])
  await hello(older)
  await eventually(async () => (await alarms()).length > 0)
  const told = [{ id: 'imaged.a1.2-0b0b0b0b.store.put-back/2-0b0b0b0b', facts: { why: 'put-back', epoch: '2-0b0b0b0b' } }]
  expect(await alarms()).toEqual(told)
  await eventually(async () => (await orders()).length === 2)
  expect((await orders()).map(({ kind }) => kind)).toEqual(['ticket', 'void-ticket'])
  await hello(older)
  await hello(older)
  expect([await alarms(), (await orders()).length]).toEqual([told, 2])
  await inbox.stop()
})
