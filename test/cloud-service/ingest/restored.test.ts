import { expect, it } from 'vitest'
import { seconds } from '#edge/units'
import { trueClock } from '../../../cloud-service/clock.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { cloudSide } from '../../../cloud-service/reconcile/cloud-side.ts'
import { isEqual, reconcile } from '../../../cloud-service/reconcile/compare.ts'
import { AGENT, aRig, SITE, weigh } from '../../edge-agent/store/store-rig.ts'
import { testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { anInbox, anUplink, sideOf, write } from './real-road.ts'
import { settle } from './town.ts'

/** Failure F30, test T10b: the agents keep what was receipted, because the cloud may have to ask for it again. */
it('the cloud’s database is put back to last night’s backup: the agent sends again what it lost, and both are equal, hash for hash', {
  timeout: 120_000,
}, async () => {
  const url = await freshDatabase()
  const name = new URL(url).pathname.slice(1)
  const admin = testPool(Object.assign(new URL(url), { pathname: '/postgres' }).href, null, 1)
  const broker = await testBroker([[SITE, AGENT]])
  const rig = aRig()
  const store = rig.open()
  let pool: Pool = testPool(url, 'pitgate_ingest')
  await settle(pool, [{ site: SITE, agent: AGENT, key: rig.signer }])
  let inbox = await anInbox(broker, pool)
  const uplink = anUplink(rig, store, broker)
  uplink.start()
  const delivered = () => eventually(() => store.backlog().records === 0, { within: 60_000 })
  const compared = (waitFor = seconds(0)) => reconcile(sideOf(store), cloudSide(pool, { site: SITE, agent: AGENT }), trueClock(), waitFor)
  const whileNobodyIsConnected = async (work: () => Promise<unknown>): Promise<void> => {
    await inbox.stop()
    await pool.end()
    await work()
    pool = testPool(url, 'pitgate_ingest')
    inbox = await anInbox(broker, pool)
  }

  for (let visit = 1; visit <= 3; visit += 1) weigh(store, visit, { netKg: 33_000 })
  write(store, 300)
  await delivered()
  await whileNobodyIsConnected(() => admin.query(`create database ${name}_backup template ${name}`))
  write(store, 600)
  for (let visit = 4; visit <= 7; visit += 1) weigh(store, visit, { netKg: 33_000 })
  await delivered()
  const whole = await compared()
  expect([isEqual(whole), whole[0]?.same]).toEqual([true, store.head().seq])

  await whileNobodyIsConnected(async () => {
    await admin.query(`drop database ${name}`)
    await admin.query(`alter database ${name}_backup rename to ${name}`)
  })
  const [lost] = await compared()
  // The agent may have begun to send already.
  expect(lost?.onlyCloud.count).toBe(0)
  const healed = await compared(seconds(60))
  expect([isEqual(healed), healed[0]?.same]).toEqual([true, store.head().seq])
  const { rows } = await asIngest(pool, (tx) =>
    tx.query('select count(*) as n, count(distinct (epoch, seq)) as different, sum(net_kg) as kg from weighing_fact'),
  )
  expect(rows).toEqual([{ n: 7, different: 7, kg: 7 * 33_000 }])

  await uplink.stop()
  await inbox.stop()
  await store.close()
  await admin.end()
  rig.remove()
})
