import { beforeAll, expect, it } from 'vitest'
import { trueClock } from '../../../cloud-service/clock.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { createSchedule, type Schedule } from '../../../cloud-service/jobs/schedule.ts'
import type { Changes } from '../../../cloud-service/live/changes.ts'
import { freshDatabase, quiet, testPool } from '../../support/postgres.ts'
import { aTeller } from '../ingest/a-teller.ts'
import { AgentDouble, aTareOf, aWeighing, newKey } from '../ingest/agent-double.ts'
import { issueTicket, settle } from '../ingest/town.ts'

const clock = trueClock()
const agent = new AgentDouble('hongliu', 'a1')
let pool: Pool
let owner: Pool
let schedule: Schedule
/** Stores what the agent has written since, as the inbox does. */
let store: () => Promise<void>
const told: Changes[] = []

beforeAll(async () => {
  const url = await freshDatabase()
  pool = testPool(url)
  owner = testPool(url, null, 1)
  await settle(pool, [agent])
  const { tell } = await aTeller(pool, agent)
  store = () => tell()
  const live = { changed: (changes: Changes) => void told.push(changes), lanes: () => {} }
  schedule = createSchedule({ pool, issuing: { issuer: newKey(), clock }, live, clock, log: quiet })
})
const rows = async (text: string, values: unknown[] = []) => asIngest(pool, async (tx) => (await tx.query(text, values)).rows)

it('a ticket past its time expires, its site is told by order, and late news of a good load still releases it', async () => {
  const [past, open] = ['610881-261121-DDDDDDDD1', '610881-261121-DDDDDDDD2']
  for (const number of [past, open]) await issueTicket(pool, 'hongliu', number)
  await owner.query(`set role none; update ticket set valid_until = now() - interval '1 minute' where number = '${past}'`)
  await asIngest(pool, (tx) => tx.query(`insert into ordered_ticket values ($1, 'hongliu', 'a1', '1-00000001', 's')`, [past]))
  expect(await schedule.runNow('expire-tickets')).toEqual({ expired: 1 })
  expect(await schedule.runNow('expire-tickets')).toEqual({ expired: 0 })
  expect(await rows('select number, state from ticket order by number')).toEqual([
    { number: past, state: 'expired' },
    { number: open, state: 'issued' },
  ])
  expect(await rows("select kind, (bytes::json -> 'body' ->> 'state') as state from orders")).toEqual([
    { kind: 'void-ticket', state: 'expired' },
  ])
  expect(told.flatMap(({ tickets = [] }) => tickets)).toEqual([past])

  agent.append('weighing', aTareOf(past))
  agent.append('weighing', aWeighing({ visit: 2, ticket: past as never }))
  await store()
  expect(await rows('select state, net_kg from ticket where number = $1', [past])).toEqual([{ state: 'released', net_kg: 33_000 }])
  expect(await rows('select state, reason from ticket_history where ticket = $1 order by number', [past])).toEqual([
    { state: 'issued', reason: '' },
    { state: 'expired', reason: '' },
    { state: 'checked-in', reason: 'late news from the site' },
    { state: 'released', reason: '' },
  ])
})

it('the night’s comparison finds everything equal, and the run is written down', async () => {
  agent.append('weighing', aWeighing({ visit: 3, verdict: 'ask', ticket: null }))
  agent.append('decision', { lane: 'north' as never, visit: 3, weighing: 3 as never, act: 'release', reason: '核对', operator: 'liu' })
  agent.append('decision', { lane: 'north' as never, visit: 3, weighing: 3 as never, act: 'release', reason: '又来', operator: 'liu' })
  agent.append('weighing', aWeighing({ visit: 4 }), () => 'not json')
  await store()
  expect(await schedule.runNow('compare-totals')).toMatchObject({
    records: 6,
    weighings: 3,
    netKg: 66_000,
    tonnageKg: 66_000,
    differences: 0,
  })
  expect(await rows('select job, ok, ended_at is not null as ended from job_run order by id desc limit 1')).toEqual([
    { job: 'compare-totals', ok: true, ended: true },
  ])
})

it.each([
  [
    'a weight in the list',
    `update weighing set weight_kg = weight_kg - 1000 where visit = 2`,
    `update weighing set weight_kg = weight_kg + 1000 where visit = 2`,
    'lists',
  ],
  [
    'a fact of the lens',
    `update weighing_fact set net_kg = net_kg + 1 where seq = 2`,
    `update weighing_fact set net_kg = net_kg - 1 where seq = 2`,
    'lens',
  ],
  [
    'one letter of a record',
    `update ledger set bytes = replace(bytes, '"visit":2', '"visit":9') where seq = 2`,
    `update ledger set bytes = replace(bytes, '"visit":9', '"visit":2') where seq = 2`,
    'seals',
  ],
  ['a record that was taken out', `update ledger set seq = 99 where seq = 4`, `update ledger set seq = 4 where seq = 99`, 'seals'],
])('somebody with the owner’s password changes %s: the next night says so', async (_what, harm, mend, where) => {
  await owner.query(harm)
  const figures = await schedule.runNow('compare-totals')
  expect(figures?.differences).toBeGreaterThan(0)
  expect(await rows(`select count(*) as n from alarm where kind = 'seal-broken' and occurrence like $1`, [`${where}-%`])).toEqual([
    { n: 1 },
  ])
  await owner.query(mend)
  expect(await schedule.runNow('compare-totals')).toMatchObject({ differences: 0 })
})

it('a job that fails is a row that says why', async () => {
  await owner.query('alter table weighing_fact rename to hidden')
  expect(await schedule.runNow('compare-totals')).toBeNull()
  await owner.query('alter table hidden rename to weighing_fact')
  const [run] = await rows('select ok, detail from job_run order by id desc limit 1')
  expect(run).toMatchObject({ ok: false })
})
