import { beforeAll, expect, it } from 'vitest'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { alarmIdOf, type HeardAlarm, raiseAlarms } from '../../../cloud-service/ingest/alarms.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { AgentDouble } from './agent-double.ts'
import { settle } from './town.ts'

const ROUNDS = 1_500
let pool: Pool
const agent = new AgentDouble('mine-1', 'a1')
const who = { site: agent.site, agent: agent.agent, county: '610881' }
beforeAll(async () => {
  pool = testPool(await freshDatabase(), 'pitgate_ingest')
  await settle(pool, [agent])
})

const heard = (nth: number, confirmed: boolean): HeardAlarm => ({
  ...{ id: alarmIdOf(who, agent.epoch, 'escape', `north/${nth}`), epoch: agent.epoch, seq: nth, kind: 'escape', lane: 'north' },
  ...{ occurrence: `north/${nth}`, facts: {}, at: '2026-11-22T08:00:00.000Z', confirmed, by: 'a1' },
})

it('an alarm that comes by express and in its place at the same moment is one alarm, and it is confirmed', {
  timeout: 60_000,
}, async () => {
  for (let nth = 1; nth <= ROUNDS; nth += 1)
    await Promise.all([false, true].map((confirmed) => asIngest(pool, (tx) => raiseAlarms(tx, who, [heard(nth, confirmed)]))))
  const { rows } = await asIngest(pool, (tx) => tx.query('select count(*) as alarms from alarm where confirmed'))
  expect(rows).toEqual([{ alarms: ROUNDS }])
})
