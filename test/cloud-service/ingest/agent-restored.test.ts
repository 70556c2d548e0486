import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { hasher } from '../../../edge-agent/keys.ts'
import { restore } from '../../../edge-agent/store/restore.ts'
import { AGENT, aRig, SITE, weigh } from '../../edge-agent/store/store-rig.ts'
import { testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { anInbox, anUplink, write } from './real-road.ts'
import { settle } from './town.ts'

const counted = (pool: Pool, what: string): Promise<unknown[]> => asIngest(pool, async (tx) => (await tx.query(what)).rows)

/** Failure F8: a mine's computer dies, and its store comes back from last night's backup. */
it('an agent restored from a backup goes on in a new epoch: the cloud loses nothing it had, has everything since, and no conflict', {
  timeout: 120_000,
}, async () => {
  const pool = testPool(await freshDatabase(), 'pitgate_ingest')
  const broker = await testBroker([[SITE, AGENT]])
  const rig = aRig()
  await settle(pool, [{ site: SITE, agent: AGENT, key: rig.signer }])
  const inbox = await anInbox(broker, pool)
  const backup = join(rig.folder, 'last-night.backup')

  const before = rig.open()
  const first = anUplink(rig, before, broker)
  for (let visit = 1; visit <= 3; visit += 1) weigh(before, visit)
  // Receipted after the backup: the copy knows of no receipt, and sends what the cloud has.
  before.backups.begin(backup)
  await before.backups.idle()
  expect(before.backups.state()).toMatchObject({ kind: 'done' })
  first.start()
  weigh(before, 4)
  write(before, 300)
  await eventually(() => before.backlog().records === 0, { within: 60_000 })
  const { epoch: lost, seq: held } = before.head()
  await first.stop()
  await before.close()

  restore(backup, rig.parts.folder, rig.signer, { mayBe: () => {} })
  const after = rig.open()
  expect(after.head().epoch).toMatch(/^2-/)
  const second = anUplink(rig, after, broker)
  second.start()
  weigh(after, 4)
  weigh(after, 5)
  await eventually(() => after.backlog().records === 0, { within: 60_000 })
  const now = after.head()

  expect(
    await counted(pool, 'select epoch, count(*)::int as n, max(seq)::int as newest from ledger group by epoch order by epoch'),
  ).toEqual([
    { epoch: lost, n: held, newest: held },
    { epoch: now.epoch, n: now.seq, newest: now.seq },
  ])
  expect(await counted(pool, 'select count(*)::int as n from ledger_conflict')).toEqual([{ n: 0 }])
  expect(await counted(pool, `select kind, facts ->> 'why' as why from alarm where site = '${SITE}' order by kind`)).toEqual([
    { kind: 'store', why: 'restored' },
  ])
  const here = after.linesFrom(now.epoch, 1, 100).map(({ bytes }) => hasher.hash(bytes))
  expect(
    (await counted(pool, `select hash from ledger where epoch = '${now.epoch}' order by seq`)).map((row) => (row as { hash: string }).hash),
  ).toEqual(here)
  await second.stop()
  await inbox.stop()
  await after.close()
  rig.remove()
})
