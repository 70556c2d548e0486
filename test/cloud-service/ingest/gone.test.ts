import { join } from 'node:path'
import Libsql from 'libsql'
import { expect, it } from 'vitest'
import { topicOf } from '#edge/messages'
import { trueClock } from '../../../cloud-service/clock.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { createSchedule } from '../../../cloud-service/jobs/schedule.ts'
import { NOBODY_LISTENS } from '../../../cloud-service/live/changes.ts'
import { DATABASE_FILE } from '../../../edge-agent/store/database.ts'
import { helloOf } from '../../../edge-agent/sync/hello.ts'
import { AGENT, aRig, SITE } from '../../edge-agent/store/store-rig.ts'
import { testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freshDatabase, quiet, testPool } from '../../support/postgres.ts'
import { newKey } from './agent-double.ts'
import { anInbox, anUplink, write } from './real-road.ts'
import { settle } from './town.ts'

/** Failure F30 at its worst: between the backup and the restore the agent's own 90 days have run out. */
it('a cloud put back to before what its agent still holds goes on behind the hole, which the agent has signed and a person must close', {
  timeout: 180_000,
}, async () => {
  const url = await freshDatabase()
  const pool = testPool(url, 'pitgate_ingest')
  const owner = testPool(url, null, 1)
  const rows = async (text: string) => (await asIngest(pool, (tx) => tx.query(text))).rows
  const broker = await testBroker([[SITE, AGENT]])
  const rig = aRig()
  await settle(pool, [{ site: SITE, agent: AGENT, key: rig.signer }])
  const before = rig.open()
  const first = [await anInbox(broker, pool), anUplink(rig, before, broker)] as const
  first[1].start()
  write(before, 39)
  await eventually(() => before.backlog().records === 0, { within: 60_000 })
  const { epoch, seq: last } = before.head()
  expect(last).toBe(40)
  await first[1].stop()
  await first[0].stop()
  await before.close()

  const pruned = new Libsql(join(rig.parts.folder, DATABASE_FILE))
  pruned.exec('delete from journal where seq <= 20')
  pruned.close()
  await owner.query(`delete from ledger where seq > 10;
    update ledger_cursor set upto = 10, hash = (select hash from ledger where seq = 10)`)

  const store = rig.open()
  expect(store.head()).toMatchObject({ epoch, seq: last })
  const inbox = await anInbox(broker, pool)
  const uplink = anUplink(rig, store, broker)
  uplink.start()
  const stored = () => rows('select count(*) as n from ledger').then(([one]) => (one as { n: number }).n)
  await eventually(async () => (await stored()) === 30, { within: 90_000 })
  await eventually(() => store.backlog().records === 0, { within: 60_000 })
  write(store, 5)
  await eventually(async () => (await stored()) === 35, { within: 60_000 })
  await eventually(() => store.gone().length === 0, { within: 60_000 })

  expect(await rows('select epoch, from_seq, upto from ledger_hole')).toEqual([{ epoch, from_seq: 11, upto: 20 }])
  expect(await rows('select state, occurrence, facts from alarm')).toEqual([
    {
      state: 'unacknowledged',
      occurrence: `gone/${epoch}/11`,
      facts: { epoch, from: 11, upto: 20, count: 10, why: 'no-longer-held' },
    },
  ])
  expect(await rows('select from ledger_conflict')).toEqual([])
  // The night's comparison knows the hole by its signature; a record behind it that was changed is found all the same.
  const night = createSchedule({
    pool,
    issuing: { issuer: newKey(), clock: trueClock() },
    live: NOBODY_LISTENS,
    clock: trueClock(),
    log: quiet,
  })
  expect(await night.runNow('compare-totals')).toMatchObject({ differences: 0 })
  await owner.query(`update ledger set prev = repeat('1', 64) where seq = 21`)
  expect(await night.runNow('compare-totals')).toMatchObject({ differences: 1 })

  await uplink.stop()
  await inbox.stop()
  await store.close()
  rig.remove()
})

it('no other head passes for the word that records are gone', async () => {
  const url = await freshDatabase()
  const pool = testPool(url, 'pitgate_ingest')
  const broker = await testBroker([[SITE, AGENT]])
  const rig = aRig()
  await settle(pool, [{ site: SITE, agent: AGENT, key: rig.signer }])
  const store = rig.open()
  const inbox = await anInbox(broker, pool)
  const client = await broker.agent(SITE, AGENT)
  const heard: string[] = []
  client.on('message', (_topic, payload) => heard.push(payload.toString()))
  await client.subscribeAsync(topicOf(SITE, AGENT, 'receipt'), { qos: 1 })
  const hello = helloOf({ ...rig.parts, store, turn: 0 })
  const forged = { ...hello, gone: [hello.records] }
  await client.publishAsync(topicOf(SITE, AGENT, 'hello'), JSON.stringify(forged), { qos: 1 })
  await eventually(() => heard.length > 0, { within: 30_000 })
  expect(JSON.parse(heard[0] ?? '')).toMatchObject({ upto: 0 })
  expect((await asIngest(pool, (tx) => tx.query('select from ledger_hole'))).rowCount).toBe(0)
  await inbox.stop()
  await store.close()
  rig.remove()
})
