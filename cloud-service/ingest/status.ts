import type { Clock } from '#edge/clock'
import type { LaneStatus } from '#edge/lane-status'
import { milliseconds, toIso } from '#edge/units'
import { textArray } from '../database/arrays.ts'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { isImpossibleValue, reasonOf } from '../errors.ts'
import type { Live } from '../live/changes.ts'
import type { Log } from '../log.ts'
import type { Agent } from './agents.ts'

/** Telemetry: lossy by nature, passed on at once, stored as `lane_now` and, at most once a second per lane, as history in the lens. */
export interface StatusKeeper {
  heard(agent: Agent, lanes: readonly LaneStatus[]): void
  /** Writes what is waiting. */
  stop(): Promise<void>
}

interface Waiting {
  readonly site: string
  readonly county: string
  readonly status: LaneStatus
  readonly heardAt: string
  /** Also into the lens: the first of its second. */
  readonly history: boolean
}

/** Statuses of all sites are written together, this often: a thousand sites cost four transactions a second. */
const FLUSH_EVERY = milliseconds(250)
const HISTORY_EVERY_MS = 1_000

export function createStatusKeeper({ pool, live, clock, log }: { pool: Pool; live: Live; clock: Clock; log: Log }): StatusKeeper {
  const waiting = new Map<string, Waiting>()
  const lastHistory = new Map<string, number>()
  let writing: Promise<void> | null = null
  let cancel: (() => void) | null = null

  const flush = async (): Promise<void> => {
    cancel = null
    if (writing !== null || waiting.size === 0) return
    const rows = [...waiting.values()]
    waiting.clear()
    writing = writeApart(pool, rows).then(
      () => live.changed({ lanes: rows.map(({ site, status }) => `${site}/${status.lane}`) }),
      (error: unknown) => log.debug({ reason: reasonOf(error) }, 'lane status was not stored'),
    )
    await writing
    writing = null
    if (waiting.size > 0) arm()
  }
  const arm = (): void => {
    cancel ??= clock.timer(FLUSH_EVERY, () => void flush())
  }
  return {
    heard(agent, lanes) {
      const heardAt = toIso(clock.now())
      const { site, county } = agent
      live.lanes({ site, county, lanes, heardAt })
      for (const status of lanes) {
        const name = `${site}/${status.lane}`
        const due = clock.monotonic() - (lastHistory.get(name) ?? Number.NEGATIVE_INFINITY) >= HISTORY_EVERY_MS
        if (due) lastHistory.set(name, clock.monotonic())
        waiting.set(name, { site, county, status, heardAt, history: due || (waiting.get(name)?.history ?? false) })
      }
      if (writing === null) arm()
    },
    async stop() {
      cancel?.()
      await writing
      await flush()
    },
  }
}

/** Together where possible. Where one of them says what no table can hold, site by site: no site's words stand or fall with another's. */
async function writeApart(pool: Pool, rows: readonly Waiting[]): Promise<void> {
  try {
    await write(pool, rows)
  } catch (error) {
    const sites = new Set(rows.map(({ site }) => site))
    if (!isImpossibleValue(error) || sites.size === 1) throw error
    for (const site of sites)
      await write(
        pool,
        rows.filter((row) => row.site === site),
      ).catch((refused: unknown) => {
        if (!isImpossibleValue(refused)) throw refused
      })
  }
}

async function write(pool: Pool, rows: readonly Waiting[]): Promise<void> {
  const columns = (of: readonly Waiting[]): string[] => [
    textArray(of.map(({ site }) => site)),
    textArray(of.map(({ county }) => county)),
    textArray(of.map(({ status }) => status.lane)),
    textArray(of.map(({ status }) => JSON.stringify(status))),
  ]
  await asIngest(pool, async (tx) => {
    await tx.query(
      `insert into lane_now (site, county, lane, status, heard_at)
       select site, county, lane, status, heard_at from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[]) as s (site, county, lane, status, heard_at)
       on conflict (site, lane) do update set status = excluded.status, heard_at = excluded.heard_at, county = excluded.county`,
      [...columns(rows), textArray(rows.map(({ heardAt }) => heardAt))],
    )
    const history = rows.filter((row) => row.history)
    if (history.length === 0) return
    await tx.query(
      `insert into lane_status (at, site, county, lane, phase, weight_kg, status)
       select (status ->> 'at')::timestamptz, site, county, lane, status ->> 'phase', (status ->> 'weightKg')::int, status
       from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[]) as s (site, county, lane, status)`,
      columns(history),
    )
  })
}
