import { beforeAll, expect, it } from 'vitest'
import { canonical } from '#edge/canonical'
import type { Order } from '#edge/orders'
import { accept, decodeBatch, emptyHead, type Head, headIsSigned, ordersOf, type Receipt } from '#edge/stream'
import { bookEntry, bookHash } from '#edge/ticket'
import { trueClock } from '../../../cloud-service/clock.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest, asPerson } from '../../../cloud-service/database/transaction.ts'
import { hasher, verifierOf } from '../../../cloud-service/keys.ts'
import { appendOrder, type OrderToAppend } from '../../../cloud-service/orders/append.ts'
import { fillBook } from '../../../cloud-service/orders/fill-book.ts'
import { testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { AgentDouble, newKey } from '../ingest/agent-double.ts'
import { startInboxOf } from '../ingest/an-inbox.ts'
import { issueTicket, settle } from '../ingest/town.ts'

const issuer = newKey()
const issuing = { issuer, clock: trueClock() }
let pool: Pool
beforeAll(async () => {
  pool = testPool(await freshDatabase())
})

const aVehicle = (plate: string) =>
  ({ plate, use: 'coal', what: '牵引车', capKg: null, axles: 6, drivenAxles: 2, combination: true, suspended: false }) as const
const signedTicket = (number: string): OrderToAppend<'ticket'>['body'] =>
  ({ body: { number }, suite: 'ed25519-sha256', key: issuer.key, signature: `sig-${number}` }) as never
const asCarrier = <T>(work: Parameters<typeof asPerson<T>>[2]): Promise<T> => asPerson(pool, { role: 'carrier', scope: 'haoyun' }, work)
const headOf = async (site: string): Promise<{ seq: number; book_tickets: number; book_hash: string }> =>
  asIngest(pool, async (tx) => (await tx.query('select seq, book_tickets, book_hash from order_head where site = $1', [site])).rows[0])

it('orders of many writers are numbered without a gap and linked', async () => {
  const agent = new AgentDouble('crowd', 'a1')
  await settle(pool, [agent])
  await Promise.all(
    Array.from({ length: 12 }, (_, at) =>
      asPerson(pool, { role: 'city', scope: null }, (tx) =>
        appendOrder(tx, issuing, { site: 'crowd', kind: 'vehicle', body: aVehicle(`陕KB00${at + 10}`) }),
      ),
    ),
  )
  const { rows } = await asIngest(pool, (tx) =>
    tx.query('select seq, bytes, hash, prev from orders where site = $1 order by seq', ['crowd']),
  )
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, at) => at + 1))
  expect(rows.map(({ bytes }) => hasher.hash(bytes))).toEqual(rows.map(({ hash }) => hash))
  expect(rows.slice(1).map(({ prev }) => prev)).toEqual(rows.slice(0, -1).map(({ hash }) => hash))
  expect(rows.every(({ bytes }) => canonical(JSON.parse(bytes)) === bytes)).toBe(true)
})

it('a carrier’s transaction appends its order, reads nobody’s, and goes on as the carrier', async () => {
  const agent = new AgentDouble('mine', 'a1')
  await settle(pool, [agent])
  await issueTicket(pool, 'mine', '610881-261121-AAAAAAAA1')
  const placed = await asCarrier(async (tx) => {
    const where = await appendOrder(tx, issuing, { site: 'mine', kind: 'ticket', body: signedTicket('610881-261121-AAAAAAAA1') })
    await tx.query('savepoint one')
    await expect(tx.query('select * from orders')).rejects.toMatchObject({ code: '42501' })
    await tx.query('rollback to savepoint one')
    expect((await tx.query('select number, order_seq from ticket')).rows).toEqual([{ number: '610881-261121-AAAAAAAA1', order_seq: 1 }])
    expect((await tx.query('select * from ledger_cursor')).rowCount).toBe(0)
    return where
  })
  expect(placed).toEqual([{ agent: 'a1', epoch: '1-00000001', seq: 1 }])
})

it('an order stands or falls with the transaction that gave it', async () => {
  await settle(pool, [new AgentDouble('falls', 'a1')])
  const failing = asIngest(pool, async (tx) => {
    await appendOrder(tx, issuing, { site: 'falls', kind: 'vehicle', body: aVehicle('陕KB0001') })
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(await headOf('falls')).toBeUndefined()
})

it('the book’s hash moves with tickets and voids as the site computes it; a site of two agents has each ticket once', async () => {
  await settle(pool, [new AgentDouble('twin', 'a1'), new AgentDouble('twin', 'a2')])
  const numbers = ['610881-261121-BBBBBBBB1', '610881-261121-BBBBBBBB2']
  for (const number of numbers) {
    await issueTicket(pool, 'twin', number)
    await asIngest(pool, (tx) => appendOrder(tx, issuing, { site: 'twin', kind: 'ticket', body: signedTicket(number) }))
  }
  const voiding = { site: 'twin', kind: 'void-ticket', body: { number: numbers[0] as never, reason: 'no', state: 'voided' } } as const
  const placed = await asIngest(pool, async (tx) => [
    ...(await appendOrder(tx, issuing, voiding)),
    ...(await appendOrder(tx, issuing, voiding)),
  ])
  expect(placed.map(({ agent }) => agent)).toEqual(['a1', 'a1'])
  const expected = bookHash(
    [bookEntry(numbers[0] as string, `sig-${numbers[0]}`, true), bookEntry(numbers[1] as string, `sig-${numbers[1]}`, false)],
    hasher,
  )
  expect(await headOf('twin')).toMatchObject({ book_tickets: 2, book_hash: expected })
})

it('a newly enrolled agent is ordered the policy, the register and the open tickets', async () => {
  await settle(pool, [])
  await asIngest(pool, (tx) => tx.query(`insert into site values ('late', 'late', '610881', 'mine', 1, 1)`))
  await issueTicket(pool, 'late', '610881-261121-CCCCCCCC1')
  await asIngest(pool, async (tx) => {
    await tx.query(`update ticket set state = 'voided' where number = '610881-261121-CCCCCCCC1'`)
  })
  await issueTicket(pool, 'late', '610881-261121-CCCCCCCC2')
  await settle(pool, [new AgentDouble('late', 'a1')])
  await asIngest(pool, (tx) =>
    tx.query(`insert into vehicle (plate, use, what, site, cap_kg, axles, driven_axles, combination, tags)
              values ('陕K00077', 'non-cargo', '通勤车', 'late', 3500, 2, 1, false, '{E2000017}')`),
  )
  expect(await asIngest(pool, (tx) => fillBook(tx, issuing, 'late', 'a1'))).toBe(3)
  const { rows } = await asIngest(pool, (tx) => tx.query('select kind, bytes from orders where site = $1 order by seq', ['late']))
  expect(rows.map(({ kind }) => kind)).toEqual(['vehicle', 'vehicle', 'ticket'])
  const ordered = rows.slice(0, 2).map(({ bytes }) => (JSON.parse(bytes) as Order<'vehicle'>).body)
  expect(ordered).toMatchObject([{ plate: '陕K00077', tags: ['E2000017'] }, { plate: '陕KB6718' }])
  expect(Object.keys(ordered[1] ?? {})).not.toContain('tags')
})

it('a new order is at the agent at once; lost batches and a lost last one are sent again; the book is then whole', async () => {
  const agent = new AgentDouble('hongliu', 'a1')
  await settle(pool, [agent])
  const broker = await testBroker([['hongliu', 'a1']])
  const inbox = await startInboxOf({ broker: broker.cloud(), pool, issuer })
  await agent.listen(await broker.agent('hongliu', 'a1'))

  const verifier = verifierOf([issuer.publicKey])
  let have: Head = emptyHead('1-00000001' as never)
  const lose = new Set<number>()
  const taken: Order[] = []
  /** The receiving side as #edge/stream has it. */
  const take = async (): Promise<void> => {
    for (const { topic, payload } of agent.heard.splice(0)) {
      if (topic !== 'orders') continue
      const read = decodeBatch(payload)
      if (!read.ok || lose.delete(read.batch.from)) continue
      expect(headIsSigned(ordersOf('hongliu', 'a1'), read.batch.head, verifier)).toBe(true)
      const judged = accept(have, read.batch, verifier, (bytes) => JSON.parse(bytes).prev)
      if (judged.kind === 'next') {
        for (const line of read.batch.lines.slice(judged.skip)) taken.push(JSON.parse(line.bytes))
        have = { epoch: read.batch.head.epoch, seq: read.batch.head.seq, hash: read.batch.head.hash }
      }
      const receipt: Receipt = {
        epoch: have.epoch,
        upto: have.seq,
        hash: have.hash,
        missing: judged.kind === 'gap' ? [[have.seq + 1, read.batch.head.seq]] : [],
      }
      await agent.say('orders-receipt', JSON.stringify(receipt))
    }
  }
  const takenAnd = (check: () => boolean) => async (): Promise<boolean> => {
    await take()
    return check()
  }
  const order = (plate: string) =>
    asIngest(pool, (tx) => appendOrder(tx, issuing, { site: 'hongliu', kind: 'vehicle', body: aVehicle(plate) }))
  await order('陕KB0001')
  await eventually(takenAnd(() => taken.length === 1))

  lose.add(2)
  await order('陕KB0002')
  await eventually(takenAnd(() => lose.size === 0))
  await order('陕KB0003')
  await eventually(takenAnd(() => taken.length === 3))

  lose.add(4)
  await order('陕KB0004')
  await eventually(takenAnd(() => lose.size === 0))
  await agent.hello(have)
  await eventually(takenAnd(() => taken.length === 4))
  expect(taken.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
  expect(taken.map(({ body }) => (body as { plate: string }).plate)).toEqual(['陕KB0001', '陕KB0002', '陕KB0003', '陕KB0004'])

  const whole = async (): Promise<boolean> =>
    asIngest(pool, async (tx) => (await tx.query('select book_whole from agent where site = $1', ['hongliu'])).rows[0].book_whole)
  expect(await whole()).toBe(false)
  await agent.hello(have)
  await eventually(whole)
  await eventually(
    async () => (await asIngest(pool, (tx) => tx.query('select upto from order_cursor where site = $1', ['hongliu']))).rows[0]?.upto === 4,
  )
  await inbox.stop()
})
