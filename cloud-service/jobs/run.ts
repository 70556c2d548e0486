import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { isTransient, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'

/** What a run found, as figures people can compare. */
export type Figures = Readonly<Record<string, number | string | boolean>>

/**
 * Runs a job once, and writes down that it ran: when, whether it succeeded, with which figures. Where another instance is at the same
 * job, nothing happens and the answer is null. Never rejects: a job that failed is a row that says so.
 */
export async function runJob(
  pool: Pool,
  log: Log,
  job: string,
  work: () => Promise<{ readonly ok: boolean; readonly figures: Figures }>,
): Promise<Figures | null> {
  try {
    const holder = await pool.connect()
    try {
      const { rows } = await holder.query<{ mine: boolean }>(`select pg_try_advisory_lock(hashtext('pitgate-job'), hashtext($1)) as mine`, [
        job,
      ])
      if (rows[0]?.mine !== true) return null
      try {
        return await written(pool, log, job, work)
      } finally {
        await holder.query(`select pg_advisory_unlock(hashtext('pitgate-job'), hashtext($1))`, [job])
      }
    } finally {
      holder.release()
    }
  } catch (error) {
    log[isTransient(error) ? 'warn' : 'error']({ job, reason: reasonOf(error) }, 'a job could not run now')
    return null
  }
}

async function written(pool: Pool, log: Log, job: string, work: () => Promise<{ ok: boolean; figures: Figures }>): Promise<Figures> {
  const started = await asIngest(pool, (tx) => tx.query<{ id: number }>('insert into job_run (job) values ($1) returning id', [job]))
  const end = (ok: boolean, figures: Figures): Promise<unknown> =>
    asIngest(pool, (tx) =>
      tx.query('update job_run set ended_at = now(), ok = $2, detail = $3 where id = $1', [
        started.rows[0]?.id,
        ok,
        JSON.stringify(figures),
      ]),
    )
  try {
    const { ok, figures } = await work()
    await end(ok, figures)
    log[ok ? 'info' : 'error']({ job, ...figures }, ok ? 'a job ran' : 'a job found something wrong')
    return figures
  } catch (error) {
    await end(false, { reason: reasonOf(error) })
    throw error
  }
}
