import { expect, it } from 'vitest'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { claimSites } from '../../../cloud-service/ingest/claim-sites.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { AgentDouble } from './agent-double.ts'
import { settle } from './town.ts'

const SITES = ['a', 'b', 'c', 'd'].map((name) => `site-${name}`)

it('who takes his share waits for no holder who is just renewing: that site is left for the next time', async () => {
  const pool = testPool(await freshDatabase(), 'pitgate_ingest')
  await settle(
    pool,
    SITES.map((site) => new AgentDouble(site, 'a1')),
  )
  const claim = (holder: string, held: ReadonlyMap<string, number>) =>
    asIngest(pool, (tx) => claimSites(tx, { holder, held, takeOwn: false }))
  expect(await claim('one', new Map())).toHaveLength(SITES.length)
  // However slow this computer is, nothing runs out.
  await asIngest(pool, (tx) =>
    tx.query(`update site_lease set until = now() + interval '1 hour'; update cloud_instance set until = now() + interval '1 hour'`),
  )

  const taken = await asIngest(pool, async (renewing) => {
    await renewing.query(`select from site_lease where site = 'site-d' for update`)
    return claim('two', new Map())
  })
  expect(taken).toEqual([{ site: 'site-c', fence: 2 }])
  const both = await claim('two', new Map(taken.map(({ site, fence }) => [site, fence])))
  expect(both.map(({ site }) => site).sort()).toEqual(['site-c', 'site-d'])
})
