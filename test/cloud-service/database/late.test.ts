import { expect, it } from 'vitest'
import type { LaneId } from '#edge/ids'
import { trueClock } from '../../../cloud-service/clock.ts'
import { migrate } from '../../../cloud-service/database/migrate.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest, asLens } from '../../../cloud-service/database/transaction.ts'
import { compareTotals } from '../../../cloud-service/jobs/compare-totals.ts'
import { random } from '../../../simulators/random.ts'
import { quiet } from '../../support/postgres.ts'
import { timescalePool } from '../../support/timescale.ts'
import { aTeller } from '../ingest/a-teller.ts'
import { AgentDouble, aWeighing } from '../ingest/agent-double.ts'
import { settle } from '../ingest/town.ts'

/**
 * T11: a site comes back after ninety days. What it weighed lies in hours that are long summed up and in chunks that are long compressed,
 * in no order of time, in three epochs at once, and some of it comes twice.
 */
const LATE = Number(process.env.PITGATE_LATE_ROWS ?? '300')
const ON_TIME = 100
const DAY = 86_400_000
/** A statement must come in one piece: the socket before the WebAssembly build hands on half of one, and that ends it. */
const BATCH = 15
const LANES = ['north', 'south'] as LaneId[]
const clock = trueClock()
const AS_LONG_AS_IT_TAKES = { query_timeout: 600_000 }

it('ninety days late, out of order, in mixed epochs, into compressed chunks: every total is exact at once, the hourly ones by the next refresh', {
  timeout: 600_000,
}, async () => {
  const chance = random('late')
  const pool = await timescalePool()
  expect((await migrate(pool, quiet)).timescale).toBe(true)
  const epochs = ['1-0a0b0c0d', '2-0a0b0c0e', '3-0a0b0c0f']
  const [first, ...later] = epochs.map((epoch) => new AgentDouble('hongliu', 'a1', epoch))
  if (first === undefined) throw new Error('an agent has an epoch')
  const agents = [first, ...later.map(({ epoch }) => new AgentDouble('hongliu', 'a1', epoch, first.key))]
  await settle(pool, [first])
  const { recorder, who } = await aTeller(pool, first)

  const began = Math.floor(Date.now() / DAY) * DAY - 92 * DAY
  const truth = new Map<string, { loads: number; kg: number }>()
  let visit = 0
  const weigh = (agent: AgentDouble): void => {
    visit += 1
    // To the end of yesterday: what is younger than an hour is added when it is asked for, and is another test's.
    const at = began + Math.floor(chance.next() * 91 * DAY)
    const [netKg, verdict] = [chance.whole(20_000, 36_000), chance.chance(0.9) ? ('open' as const) : ('hold' as const)]
    agent.append(
      'weighing',
      aWeighing({ visit, lane: chance.pick(LANES), netKg, weightKg: netKg + 15_900, weighedAt: new Date(at).toISOString(), verdict }),
    )
    if (verdict !== 'open') return
    const hour = new Date(Math.floor(at / 3_600_000) * 3_600_000).toISOString()
    const before = truth.get(hour) ?? { loads: 0, kg: 0 }
    truth.set(hour, { loads: before.loads + 1, kg: before.kg + netKg })
  }
  const send = async (agent: AgentDouble, from: number, to: number): Promise<void> => {
    const { receipt } = await recorder.record(who, agent.epoch, [{ batch: agent.batch(from, to), payload: Buffer.from('') }])
    expect(receipt.upto).toBeGreaterThanOrEqual(to)
  }

  for (let nth = 0; nth < ON_TIME; nth += 1) weigh(first)
  for (let from = 1; from <= ON_TIME; from += BATCH) await send(first, from, Math.min(ON_TIME, from + BATCH - 1))
  const refresh = await refreshing(pool)
  await refresh()
  await pool.query(`select compress_chunk(c) from show_chunks('weighing_fact') c`)
  expect(await compressed(pool)).toBeGreaterThan(10)

  for (let nth = 0; nth < LATE; nth += 1) weigh(chance.pick(agents))
  const sent = agents.map((agent): number => (agent === first ? ON_TIME : 0))
  while (agents.some((agent, at) => (sent[at] ?? 0) < agent.lines.length)) {
    const at = chance.whole(0, agents.length - 1)
    const [agent, from] = [agents[at] ?? first, sent[at] ?? 0]
    if (from >= agent.lines.length) continue
    const to = Math.min(agent.lines.length, from + chance.whole(1, BATCH))
    await send(agent, from + 1, to)
    if (chance.chance(0.2)) await send(agent, from + 1, to)
    sent[at] = to
  }

  const loads = [...truth.values()].reduce((sum, hour) => sum + hour.loads, 0)
  const kg = [...truth.values()].reduce((sum, hour) => sum + hour.kg, 0)
  const of = async (sql: string) => asIngest(pool, async (tx) => (await tx.query(sql)).rows[0])
  const OPEN = `count(*) as loads, sum(net_kg)::bigint as kg`
  expect(await of(`select count(*) as n from ledger`)).toEqual({ n: ON_TIME + LATE })
  expect(await of(`select ${OPEN} from weighing where verdict = 'open'`)).toEqual({ loads, kg })
  expect(await of(`select ${OPEN} from weighing_fact where verdict = 'open'`)).toEqual({ loads, kg })
  await refresh()
  const hourly = await asLens(pool, (tx) =>
    tx.query('select hour, sum(loads)::bigint as loads, sum(net_kg)::bigint as kg from tonnage_hourly group by hour order by hour'),
  )
  expect(hourly.rows).toEqual([...truth].sort(([a], [b]) => (a < b ? -1 : 1)).map(([hour, told]) => ({ hour, ...told })))
  // And the night's own comparison, by the database's own reading of the records, finds nothing.
  const { ok, figures } = await compareTotals(pool, clock)
  expect([ok, figures]).toEqual([true, expect.objectContaining({ differences: 0, netKg: kg, tonnageKg: kg })])
})

const compressed = async (pool: Pool): Promise<number> =>
  Number(
    (await pool.query(`select count(*) as n from timescaledb_information.chunks where hypertable_name = 'weighing_fact' and is_compressed`))
      .rows[0].n,
  )

/**
 * Refreshes what the policy would: the window is the policy's own, but its job, over ninety days, takes the WebAssembly build minutes.
 */
async function refreshing(pool: Pool): Promise<() => Promise<void>> {
  const { rows } = await pool.query(
    `select config ->> 'start_offset' as start, config ->> 'end_offset' as "end" from timescaledb_information.jobs
     where proc_name = 'policy_refresh_continuous_aggregate'`,
  )
  expect(rows).toHaveLength(1)
  const { start, end } = rows[0]
  const text = `call refresh_continuous_aggregate('tonnage_hourly', ${start === null ? 'null' : `now() - interval '${start}'`}, now() - interval '${end}')`
  return async () => void (await pool.query({ text, ...AS_LONG_AS_IT_TAKES }))
}
