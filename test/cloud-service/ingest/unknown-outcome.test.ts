import { expect, it } from 'vitest'
import { seconds } from '#edge/units'
import { createPool, type Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import type { Inbox } from '../../../cloud-service/ingest/inbox.ts'
import { answerEater } from '../../support/answer-eater.ts'
import { testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freshDatabase, quiet, testPool } from '../../support/postgres.ts'
import { AgentDouble, aTareOf, aWeighing } from './agent-double.ts'
import { anInbox } from './real-road.ts'
import { issueTicket, settle } from './town.ts'

const TOTAL = 600
const AT_A_TIME = 40

/** A backlog of whole loads, each with its ticket; `harm` is done to the database again and again while it drains. */
async function drain(harm: (sent: number) => Promise<void>, road: (url: string) => Pool = (url) => testPool(url, 'pitgate_ingest')) {
  const url = await freshDatabase()
  const [direct, pool] = [testPool(url, 'pitgate_ingest'), road(url)]
  const agent = new AgentDouble('hongliu', 'a1')
  await settle(direct, [agent])
  for (let visit = 1; visit <= TOTAL; visit += 2) {
    const ticket = `610881-261121-${String(visit).padStart(8, '0')}1`
    await issueTicket(direct, 'hongliu', ticket)
    agent.append('weighing', aTareOf(ticket, { visit }))
    agent.append('weighing', aWeighing({ visit: visit + 1, ticket: ticket as never }))
  }
  const broker = await testBroker([['hongliu', 'a1']])
  const inbox = await anInbox(broker, pool)
  await agent.listen(await broker.agent('hongliu', 'a1'))
  await sendAll(agent, harm)
  return { agent, inbox, broker, pool, direct }
}

/** As an agent does: a few batches ahead of the receipts, and on from where the cloud says it stands. */
async function sendAll(agent: AgentDouble, harm: (sent: number) => Promise<void>): Promise<void> {
  let sent = 0
  let upto = 0
  let idle = 0
  await eventually(
    async () => {
      for (const receipt of agent.receipts.splice(0)) {
        upto = Math.max(upto, receipt.upto)
        if (receipt.missing.length > 0) sent = receipt.upto
      }
      if (sent >= Math.min(TOTAL, upto + 4 * AT_A_TIME)) {
        // Nothing more to send until an answer comes; where that was lost, the next hello brings it.
        idle += 1
        if (idle % 100 === 0) await agent.hello()
        return upto === TOTAL
      }
      await harm(sent)
      const to = Math.min(sent + AT_A_TIME, TOTAL)
      await agent.send(sent + 1, to)
      sent = to
      return false
    },
    { within: 90_000 },
  )
}

/** Everything is there once, and its effects too. */
async function expectWhole({ agent, inbox, pool, direct }: { agent: AgentDouble; inbox: Inbox; pool: Pool; direct: Pool }) {
  const one = async (text: string) => (await asIngest(direct, (tx) => tx.query(text))).rows[0]
  const hashes = await asIngest(direct, (tx) => tx.query<{ hash: string }>('select hash from ledger order by seq'))
  expect(hashes.rows.map(({ hash }) => hash)).toEqual(agent.hashes)
  expect(await one('select count(*) as n, sum(net_kg) as kg from weighing_fact')).toEqual({ n: TOTAL, kg: (TOTAL / 2) * 33_000 })
  expect(await one(`select count(*) as n from ticket where state = 'released'`)).toEqual({ n: TOTAL / 2 })
  expect(await one('select count(*) as n from ticket_history')).toEqual({ n: (TOTAL / 2) * 3 })
  expect(await one('select count(*) as n from ledger_conflict')).toEqual({ n: 0 })
  expect(await one('select count(*) as n from alarm')).toEqual({ n: 0 })
  await inbox.stop()
  await pool.end()
}

it.each([
  ['because the line was cut', 'cut'],
  ['because the line fell silent, as with a frozen server', 'silent'],
] as const)(
  'a COMMIT that succeeded and was not answered, %s, is neither lost nor done twice',
  { timeout: 120_000 },
  async (_why, line) => {
    const eater = await answerEater(await freshDatabase())
    let rounds = 0
    const road = await drain(
      async () => {
        rounds += 1
        if (rounds % 4 === 0) eater.loseCommits(1, line)
      },
      (of) => {
        const url = Object.assign(new URL(eater.url), { pathname: new URL(of).pathname }).href
        return createPool({ url, role: 'pitgate_ingest', name: 'test', size: 6, log: quiet, answerWithin: seconds(2) })
      },
    )
    expect(eater.lost()).toBeGreaterThanOrEqual(3)
    expect(road.inbox.counts().dropped).toBeGreaterThan(0)
    await expectWhole(road)
    await eater.close()
  },
)

it('backends killed while they are at work end no process and lose nothing', { timeout: 120_000 }, async () => {
  let killed = 0
  let admin: Pool | null = null
  const road = await drain(
    async () => {
      if (admin === null) return
      const { rows } = await admin.query<{ gone: boolean }>(
        `select pg_terminate_backend(pid) as gone from pg_stat_activity where datname = current_database() and usename is not null and pid <> pg_backend_pid()`,
      )
      killed += rows.filter(({ gone }) => gone).length
    },
    (url) => {
      admin = testPool(url, null, 1)
      return testPool(url, 'pitgate_ingest')
    },
  )
  expect(killed).toBeGreaterThan(5)
  await expectWhole(road)
})
