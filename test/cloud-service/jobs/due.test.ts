import { beforeEach, expect, it } from 'vitest'
import type { Clock } from '#edge/clock'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { createDue } from '../../../cloud-service/jobs/due.ts'
import type { Changes } from '../../../cloud-service/live/changes.ts'
import type { Log } from '../../../cloud-service/log.ts'
import { eventually } from '../../support/eventually.ts'
import { type ManualClock, manualClock } from '../../support/manual-clock.ts'
import { freshDatabase, quiet, testPool } from '../../support/postgres.ts'
import { AgentDouble } from '../ingest/agent-double.ts'
import { settle } from '../ingest/town.ts'

const SILENT = 'hongliu.a1.cloud.agent-silent.b0070001.1'
let url: string
let pool: Pool
let time: ManualClock
/** How many of the watches wait for their next turn, and ask nothing just now. */
let resting = 0
let raised: string[] = []
let warned: unknown[] = []

beforeEach(async () => {
  url = await freshDatabase()
  pool = testPool(url, 'pitgate_ingest')
  await settle(pool, [new AgentDouble('hongliu', 'a1')])
  await asIngest(pool, (tx) => tx.query(`update agent set online = true, boot = 'b0070001', heard_at = now()`))
  time = manualClock()
  resting = 0
  raised = []
  warned = []
})

/** Both watches, over a clock that tells how many of them rest. */
function start() {
  const clock: Clock = {
    ...time,
    timer(span, then) {
      resting += 1
      return time.timer(span, () => {
        resting -= 1
        then()
      })
    },
  }
  const log: Log = { ...quiet, warn: (told: unknown) => void warned.push(told), child: () => log }
  const live = { changed: ({ alarms = [] }: Changes) => void raised.push(...alarms), lanes: () => {} }
  const due = createDue({ pool, live, clock, log, listeningSince: () => 0, leasedSites: () => new Set(['hongliu']) })
  due.start()
  return due
}
/** A minute passes, two seconds at a time, each when so many watches have their answers. */
async function aMinute(answered: number): Promise<void> {
  for (let passed = 0; passed < 60; passed += 2) {
    await eventually(() => resting >= answered, { within: 60_000 })
    await time.advance(2_000)
  }
  await eventually(() => resting >= answered, { within: 60_000 })
}

it('a question for gaps that fails again and again hides no silence, and is a warning once', { timeout: 120_000 }, async () => {
  await testPool(url, null, 1).query('alter table ledger_gap rename to ledger_gap_elsewhere')
  const due = start()
  await aMinute(2)
  await due.stop()
  expect(raised).toEqual([SILENT])
  expect(warned).toEqual([{ watch: 'gaps', reason: expect.stringContaining('ledger_gap') }])
})

it('a question for gaps that must wait for its answer keeps the one for silence from nothing', { timeout: 120_000 }, async () => {
  const due = start()
  await asIngest(pool, async (tx) => {
    await tx.query('set local idle_in_transaction_session_timeout = 0; lock table ledger_gap in access exclusive mode')
    await aMinute(1)
    await eventually(() => raised.length > 0, { within: 60_000 })
  })
  await due.stop()
  expect(raised).toEqual([SILENT])
})
