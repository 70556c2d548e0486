import { beforeAll, expect, it } from 'vitest'
import type { Booklet } from '#edge/booklet'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { closeUsed } from '../../../cloud-service/orders/close-used.ts'
import { applied } from '../../../cloud-service/orders/receipts.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { aTown } from '../booklets/a-town.ts'
import { aWeighing } from '../ingest/agent-double.ts'

const ANEW = '1-0b0b0b0b'
let pool: Pool
let town: Awaited<ReturnType<typeof aTown>>
beforeAll(async () => {
  pool = testPool(await freshDatabase())
  town = await aTown(pool)
})
const rows = async <T extends object>(text: string, values: unknown[]): Promise<T[]> =>
  asIngest(pool, async (tx) => (await tx.query<T>(text, values)).rows)
const isWithdrawn = async ({ booklet }: Booklet): Promise<boolean> =>
  (await rows('select from booklet where booklet = $1 and withdrawn_at is not null', [booklet])).length === 1
/** The site says that it has applied every order there is. */
const confirm = async (site: string): Promise<void> => {
  const [head] = await rows<{ epoch: string; seq: number; hash: string }>('select epoch, seq, hash from order_head where site = $1', [site])
  if (head === undefined) throw new Error('no orders')
  await asIngest(pool, (tx) => applied(tx, site, 'a1', { epoch: head.epoch, upto: head.seq, hash: head.hash }, false))
}
/** A site that has its booklet, has told one record, and whose hellos of an epoch say that it has no orders. */
async function aRunningSite() {
  const site = await town.aSite()
  site.agent.append('weighing', aWeighing())
  await site.tell()
  await confirm(site.agent.site)
  return { ...site, bare: (records: string | null) => closeUsed(pool, town.issuing, site.agent.site, 'a1', { records, left: null }) }
}

it('a store that begins anew may have drawn from every booklet it had: all are withdrawn, and somebody is called', async () => {
  const { agent, booklet, bare } = await aRunningSite()
  const notThereYet = await town.aBooklet(agent.site)
  expect(await bare(ANEW)).toEqual([`${agent.site}.a1.${ANEW}.store.begun-anew/${ANEW}`])
  expect([await isWithdrawn(booklet), await isWithdrawn(notThereYet)]).toEqual([true, false])
  expect(await rows('select kind, severity, state, facts from alarm where site = $1', [agent.site])).toEqual([
    { kind: 'store', severity: 'critical', state: 'unacknowledged', facts: { why: 'begun-anew', epoch: ANEW } },
  ])
})

it('a hello that was overtaken by the receipt of orders takes no booklet of the new store away', async () => {
  const { agent, bare } = await aRunningSite()
  await bare(ANEW)
  const given = await town.aBooklet(agent.site)
  await confirm(agent.site)
  expect(await bare(ANEW)).toEqual([])
  expect(await isWithdrawn(given)).toBe(false)
  // The next beginning is another one.
  expect(await bare('1-0c0c0c0c')).toHaveLength(1)
  expect(await isWithdrawn(given)).toBe(true)
})

it('a true first start keeps its booklets: it has written no other epoch, or has applied no orders', async () => {
  const { agent, booklet, bare } = await aRunningSite()
  expect([await bare(agent.epoch), await bare(null)]).toEqual([[], []])
  const { agent: other, booklet: fresh } = await town.aSite()
  expect(await closeUsed(pool, town.issuing, other.site, 'a1', { records: ANEW, left: null })).toEqual([])
  expect([await isWithdrawn(booklet), await isWithdrawn(fresh)]).toEqual([false, false])
})
