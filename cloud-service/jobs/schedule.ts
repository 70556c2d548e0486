import { schedule } from 'node-cron'
import type { Clock } from '#edge/clock'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import type { Live } from '../live/changes.ts'
import type { Log } from '../log.ts'
import type { Issuing } from '../orders/append.ts'
import { compareTotals } from './compare-totals.ts'
import { expireTickets } from './expire-tickets.ts'
import { type Figures, runJob } from './run.ts'

export interface Schedule {
  start(): void
  stop(): Promise<void>
  /** Runs one now, as tests and an operator at the command line do; null where another instance is at it. */
  runNow(job: JobName): Promise<Figures | null>
}
export type JobName = 'expire-tickets' | 'compare-totals' | 'prune-lane-status'

/** Every cron line of the house, in UTC (02:30 in Shanghai is 18:30). Housekeeping only: cron stands still when the clock is set back. */
const LINES: Readonly<Record<JobName, string>> = {
  'expire-tickets': '* * * * *',
  'compare-totals': '30 18 * * *',
  'prune-lane-status': '10 * * * *',
}

export const JOBS = Object.keys(LINES) as readonly JobName[]

/** Days that lane status is kept where TimescaleDB's own retention does not see to it. */
const LANE_STATUS_DAYS = 30

export function createSchedule({
  pool,
  issuing,
  live,
  clock,
  log,
}: {
  pool: Pool
  issuing: Issuing
  live: Live
  clock: Clock
  log: Log
}): Schedule {
  const work: Readonly<Record<JobName, () => Promise<{ ok: boolean; figures: Figures }>>> = {
    'expire-tickets': async () => ({ ok: true, figures: { expired: (await expireTickets(pool, issuing, live)).length } }),
    'compare-totals': async () => {
      const { ok, figures, alarms } = await compareTotals(pool, clock)
      if (alarms.length > 0) live.changed({ alarms })
      return { ok, figures }
    },
    'prune-lane-status': async () => {
      const { rowCount } = await asIngest(pool, (tx) =>
        tx.query(`delete from lane_status where at < now() - interval '${LANE_STATUS_DAYS} days'`),
      )
      return { ok: true, figures: { pruned: rowCount ?? 0 } }
    },
  }
  const runNow = (job: JobName): Promise<Figures | null> => runJob(pool, log, job, work[job])
  let tasks: ReturnType<typeof schedule>[] = []
  return {
    start() {
      tasks = JOBS.map((job) => schedule(LINES[job], async () => void (await runNow(job)), { timezone: 'UTC', noOverlap: true, name: job }))
    },
    async stop() {
      await Promise.all(tasks.map((task) => task.destroy()))
      tasks = []
    },
    runNow,
  }
}
