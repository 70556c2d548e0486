import { beforeEach, describe, expect, it } from 'vitest'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { endSilence } from '../../../cloud-service/ingest/hello.ts'
import { type SilenceWatch, silenceWatch } from '../../../cloud-service/jobs/silence.ts'
import { type ManualClock, manualClock } from '../../support/manual-clock.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { AgentDouble } from '../ingest/agent-double.ts'
import { settle } from '../ingest/town.ts'

const AT = '2026-11-21T08:00:00.000Z'
const BOOT = 'b0070001'
const FIRST = 'hongliu.a1.cloud.agent-silent.b0070001.1'
let pool: Pool
let clock: ManualClock
let watch: SilenceWatch
/** By how many hours the database's clock is wrong. */
let wrongHours = 0
let hellos = 0

beforeEach(async () => {
  pool = testPool(await freshDatabase())
  await settle(pool, [new AgentDouble('hongliu', 'a1')])
  clock = manualClock()
  watch = silenceWatch(pool, clock)
  wrongHours = 0
})
const rows = (text: string) => asIngest(pool, async (tx) => (await tx.query(text)).rows)
/** A hello, as the inbox notes it by a database clock that may be wrong. */
async function hello(): Promise<string[]> {
  hellos += 1
  return asIngest(pool, async (tx) => {
    await tx.query(
      `update agent set online = true, boot = $1, heard_at = timestamptz '2026-11-21 08:00Z' + make_interval(hours => $2, secs => $3)`,
      [BOOT, wrongHours, hellos * 10],
    )
    return endSilence(tx, { site: 'hongliu', agent: 'a1', county: '610881' })
  })
}
/** The poll goes on for so long; everything it raised. */
async function passing(seconds: number): Promise<string[]> {
  const raised: string[] = []
  for (let passed = 0; passed < seconds; passed += 2) {
    await clock.advance(2_000)
    raised.push(...(await watch.ask(['hongliu'], AT)).alarms)
  }
  return raised
}
/** A healthy agent: a hello every ten seconds. */
async function speaking(seconds: number): Promise<string[]> {
  const raised: string[] = []
  for (let passed = 0; passed < seconds; passed += 10) {
    await hello()
    raised.push(...(await passing(10)))
  }
  return raised
}

it('a silent agent raises one alarm for each silence, which returns when it speaks', async () => {
  expect(await passing(60)).toEqual([])
  await hello()
  expect(await passing(28)).toEqual([])
  expect(await passing(8)).toEqual([FIRST])
  expect(await passing(60)).toEqual([])
  expect(await rows('select online from agent')).toEqual([{ online: false }])
  expect(await hello()).toEqual([FIRST])
  expect(await passing(20)).toEqual([])
  expect(await passing(60)).toEqual([FIRST.replace(/1$/, '2')])
})

it('an alarm a person has closed is not raised again for the same silence', async () => {
  await hello()
  expect(await passing(40)).toEqual([FIRST])
  await rows(`update alarm set state = 'closed'`)
  expect(await passing(120)).toEqual([])
  expect(await speaking(20)).toEqual([])
  expect(await passing(60)).toEqual([FIRST.replace(/1$/, '2')])
})

describe('when the clock of the database steps', () => {
  it.each([
    ['an hour ahead', 1],
    ['an hour back', -1],
    ['a day ahead', 24],
    ['a day back', -24],
    ['to 2038', 24 * 365 * 12],
    ['to 1970', -24 * 365 * 56],
  ])('%s: nobody is silent who speaks, and who falls silent is found out as soon as ever, once', async (_how, hours) => {
    expect(await speaking(40)).toEqual([])
    wrongHours = hours
    expect(await speaking(60)).toEqual([])
    expect(await passing(20)).toEqual([])
    expect(await passing(20)).toEqual([FIRST])
    wrongHours = 0
    expect(await passing(60)).toEqual([])
    expect(await hello()).toEqual([FIRST])
    expect(await speaking(60)).toEqual([])
  })
})

it('nobody is called silent for the time in which the broker, or the database, was away', async () => {
  await hello()
  await passing(20)
  watch.forget()
  expect(await passing(20)).toEqual([])
  await clock.advance(60_000)
  expect(await passing(28)).toEqual([])
  expect(await passing(10)).toEqual([FIRST])
})
