import { beforeAll, expect, it } from 'vitest'
import type { Booklet } from '#edge/booklet'
import { withdrawBooklet } from '../../../cloud-service/booklets/withdraw.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { closeUsed } from '../../../cloud-service/orders/close-used.ts'
import { fillBook } from '../../../cloud-service/orders/fill-book.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { newKey } from '../ingest/agent-double.ts'
import { settle } from '../ingest/town.ts'
import { aDraw, aTown } from './a-town.ts'

let pool: Pool
let town: Awaited<ReturnType<typeof aTown>>
beforeAll(async () => {
  pool = testPool(await freshDatabase())
  town = await aTown(pool)
})
const ordersOf = async (site: string, agent: string): Promise<[string, string][]> => {
  const { rows } = await asIngest(pool, (tx) =>
    tx.query<{ kind: string; bytes: string }>(
      `select kind, bytes from orders where site = $1 and agent = $2 and kind in ('booklet', 'withdraw-booklet') order by seq`,
      [site, agent],
    ),
  )
  return rows.map(({ kind, bytes }) => {
    const { body } = JSON.parse(bytes) as { body: { booklet?: string; body?: Booklet } }
    return [kind, body.booklet ?? body.body?.booklet ?? '']
  })
}

it('a booklet is one agent’s: an agent that joins the site gets what is nobody’s, and nothing that is withdrawn or over', async () => {
  const { booklet, agent } = await town.aSite()
  await settle(pool, [{ site: agent.site, agent: 'a2', key: newKey() }])
  expect(await ordersOf(agent.site, 'a1')).toEqual([['booklet', booklet.booklet]])

  await settle(pool, [])
  await asIngest(pool, (tx) => tx.query(`insert into site values ('young', 'young', '610881', 'mine', 110, 38)`))
  const waiting = await town.aBooklet('young')
  const taken = await town.aBooklet('young')
  const over = await town.aBooklet('young', { validHours: 1 })
  await asIngest(pool, async (tx) => {
    const answer = await withdrawBooklet(tx, town.issuing, { booklet: taken.booklet, by: 'test', reason: '不再需要' })
    if (answer.outcome === 'done') await answer.order(tx)
  })
  town.at((Date.parse(over.validUntil) + 1) as never)
  await settle(pool, [{ site: 'young', agent: 'a1', key: newKey() }])
  await asIngest(pool, (tx) => fillBook(tx, town.issuing, 'young', 'a1'))
  expect(await ordersOf('young', 'a1')).toEqual([['booklet', waiting.booklet]])
  await settle(pool, [{ site: 'young', agent: 'a2', key: newKey() }])
  await asIngest(pool, (tx) => fillBook(tx, town.issuing, 'young', 'a2'))
  expect(await ordersOf('young', 'a2')).toEqual([])
})

it('an agent that begins anew keeps no booklet of which numbers were drawn: its new store would draw them again', async () => {
  const { booklet, agent, tell } = await town.aSite()
  const untouched = await town.aBooklet(agent.site)
  await closeUsed(pool, town.issuing, agent.site, 'a1', { records: null, left: null })
  expect((await ordersOf(agent.site, 'a1')).map(([kind]) => kind)).toEqual(['booklet', 'booklet'])
  agent.append('drawn-ticket', aDraw(booklet, 1))
  await tell()
  for (let n = 0; n < 2; n += 1) await closeUsed(pool, town.issuing, agent.site, 'a1', { records: null, left: null })
  expect(await ordersOf(agent.site, 'a1')).toEqual([
    ['booklet', booklet.booklet],
    ['booklet', untouched.booklet],
    ['withdraw-booklet', booklet.booklet],
  ])
})
