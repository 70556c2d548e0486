import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { AGENT, aRig, rigIn, SITE } from '../../edge-agent/store/store-rig.ts'
import { testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { anInbox, anUplink, write } from './real-road.ts'
import { settle } from './town.ts'

it('a disk image runs twice at once: nothing is overwritten, both are kept, somebody is called, and both go on', {
  timeout: 120_000,
}, async () => {
  const pool = testPool(await freshDatabase(), 'pitgate_ingest')
  const broker = await testBroker([[SITE, AGENT]])
  const rig = aRig()
  await settle(pool, [{ site: SITE, agent: AGENT, key: rig.signer }])
  const inbox = await anInbox(broker, pool)
  const ledger = () =>
    asIngest(
      pool,
      async (tx) => (await tx.query<{ epoch: string; seq: number; bytes: string }>('select epoch, seq, bytes from ledger')).rows,
    )

  const before = rig.open()
  const uplinkBefore = anUplink(rig, before, broker)
  uplinkBefore.start()
  write(before, 20)
  await eventually(() => before.backlog().records === 0)
  await uplinkBefore.stop()
  await before.close()
  const common = await ledger()

  const folder = mkdtempSync(join(tmpdir(), 'pitgate-clone-'))
  cpSync(rig.folder, folder, { recursive: true })
  const twins = [rig, rigIn(folder)].map((of) => ({ of, store: of.open() }))
  const uplinks = twins.map(({ of, store }) => anUplink(of, store, broker))
  const forked = twins.map(({ store }) => {
    const { epoch, seq } = store.head()
    write(store, 5)
    return store.linesFrom(epoch, seq + 1, 100).map(({ bytes }) => bytes)
  })
  for (const uplink of uplinks) uplink.start()

  // They throw one another out of the broker, which knows them as one; each gets its say all the same.
  await eventually(
    () => twins.every(({ store }) => store.backlog().records === 0) && twins.some(({ store }) => store.ledger.epochs().length > 1),
    {
      within: 90_000,
    },
  )
  const kept = async (): Promise<string> => {
    const conflicts = await asIngest(pool, (tx) => tx.query<{ payload: Buffer }>('select payload from ledger_conflict'))
    return [...(await ledger()).map(({ bytes }) => bytes), ...conflicts.rows.map(({ payload }) => payload.toString())].join('\n')
  }
  await eventually(async () => {
    const all = await kept()
    return forked.flat().every((bytes) => all.includes(bytes))
  })
  const now = await ledger()
  for (const row of common) expect(now).toContainEqual(row)
  const alarms = await asIngest(pool, (tx) =>
    tx.query(`select by_whom from alarm a join alarm_history h on h.alarm = a.id where kind = 'conflict'`),
  )
  expect(alarms.rows).toContainEqual({ by_whom: 'cloud' })

  await Promise.all(uplinks.map((uplink) => uplink.stop()))
  await inbox.stop()
  for (const { of, store } of twins) {
    await store.close()
    of.remove()
  }
})
