import { expect, it } from 'vitest'
import { trueClock } from '../../../cloud-service/clock.ts'
import { migrate } from '../../../cloud-service/database/migrate.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest, asLens, asPerson } from '../../../cloud-service/database/transaction.ts'
import { applyRecords } from '../../../cloud-service/ingest/effects.ts'
import { readLine } from '../../../cloud-service/ingest/read-line.ts'
import { freshDatabase, quiet, testPool } from '../../support/postgres.ts'
import { timescalePool } from '../../support/timescale.ts'
import { registered } from '../ingest/a-teller.ts'
import { AgentDouble, aWeighing } from '../ingest/agent-double.ts'
import { settle } from '../ingest/town.ts'

/** The same questions of both engines: names of relations, never of engines (DESIGN.md D9). */
const engines: readonly [string, () => Promise<Pool>, boolean][] = [
  ['plain PostgreSQL', async () => testPool(await freshDatabase(), null, 2), false],
  ['TimescaleDB', timescalePool, true],
]

it.each(engines)(
  'on %s the ingest writes the lens, and hourly tonnage is right for fresh, old and late weighings',
  { timeout: 90_000 },
  async (_name, open, isTimescale) => {
    const pool = await open()
    expect((await migrate(pool, quiet)).timescale).toBe(isTimescale)
    expect((await migrate(pool, quiet)).applied).toEqual([])
    const agent = new AgentDouble('hongliu', 'a1')
    await settle(pool, [agent])

    const store = async (moments: readonly string[]): Promise<void> => {
      const from = agent.lines.length + 1
      for (const weighedAt of moments) agent.append('weighing', aWeighing({ weighedAt }))
      const place = { site: agent.site, agent: agent.agent, epoch: agent.epoch, key: agent.key.key }
      const lines = agent.lines.slice(from - 1).map((line, at) => readLine(line, from + at, place))
      await asIngest(pool, (tx) =>
        applyRecords(
          tx,
          { issuer: agent.key, clock: trueClock() },
          registered(agent),
          agent.epoch,
          lines,
          agent.hashes.slice(from - 1),
          '2026-11-21T12:00:00.000Z',
        ),
      )
    }
    const tonnage = () =>
      asLens(
        pool,
        async (tx) =>
          (
            await tx.query(`select hour, site, county, carrier, loads, net_kg from tonnage_hourly where site = $1 order by hour`, [
              'hongliu',
            ])
          ).rows,
      )
    const hour = (at: string, loads: number) => ({
      hour: at,
      site: 'hongliu',
      county: '610881',
      carrier: 'haoyun',
      loads,
      net_kg: loads * 33_000,
    })

    const HOUR = 3_600_000
    const base = Math.floor(Date.now() / HOUR) * HOUR - 4 * HOUR
    const at = (ms: number): string => new Date(base + ms).toISOString()
    const threeWeeksAgo = -21 * 24 * HOUR

    await store([at(0), at(HOUR - 1), at(HOUR)])
    expect(await tonnage()).toEqual([hour(at(0), 2), hour(at(HOUR), 1)])
    const refresh = await refreshPolicy(pool, isTimescale)
    await refresh()
    // A site that was offline for three weeks drains: its hours lie far behind what is already summed up.
    await store([at(threeWeeksAgo + 600_000), at(HOUR / 2)])
    await refresh()
    expect(await tonnage()).toEqual([hour(at(threeWeeksAgo), 1), hour(at(0), 3), hour(at(HOUR), 1)])
    await asIngest(pool, (tx) =>
      tx.query(
        `insert into lane_status (at, site, county, lane, phase, weight_kg, status) values (now(), 'hongliu', '610881', 'north', 'idle', 0, '{}')`,
      ),
    )
    // Neither the people's role nor a tenant reads past the lens's own door.
    await expect(asPerson(pool, { role: 'city', scope: null }, (tx) => tx.query('select * from weighing_fact'))).rejects.toMatchObject({
      code: '42501',
    })
    await expect(asLens(pool, (tx) => tx.query('delete from weighing_fact'))).rejects.toMatchObject({ code: '42501' })
  },
)

it('a refresh policy that an administrator has taken away keeps no database from being brought up to date', {
  timeout: 90_000,
}, async () => {
  const pool = await timescalePool()
  await migrate(pool, quiet)
  await pool.query(`select remove_continuous_aggregate_policy('tonnage_hourly')`)
  await pool.query(`delete from migration_timescale where name = '0002_late_totals.sql'`)
  expect((await migrate(pool, quiet)).applied).toHaveLength(1)
  const { rows } = await pool.query(
    `select config ->> 'start_offset' as start from timescaledb_information.jobs where proc_name = 'policy_refresh_continuous_aggregate'`,
  )
  expect(rows).toEqual([{ start: null }])
})

/** Runs the refresh policy as TimescaleDB's background worker would; nothing to do where the view is always fresh. */
async function refreshPolicy(pool: Pool, isTimescale: boolean): Promise<() => Promise<void>> {
  if (!isTimescale) return async () => {}
  const { rows } = await pool.query(
    `select job_id from timescaledb_information.jobs where proc_name = 'policy_refresh_continuous_aggregate'`,
  )
  expect(rows).toHaveLength(1)
  return async () => void (await pool.query(`call run_job(${rows[0].job_id})`))
}
