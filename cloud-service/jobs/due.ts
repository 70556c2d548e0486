import type { Clock } from '#edge/clock'
import { milliseconds, seconds, toIso } from '#edge/units'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { reasonOf } from '../errors.ts'
import { raiseOurs } from '../ingest/conflicts.ts'
import type { Live } from '../live/changes.ts'
import type { Log } from '../log.ts'
import { lookAtGaps } from './gaps.ts'

/** What must happen in time even when somebody sets the clock: rows in the database, asked for on a monotonic poll, never by cron (DESIGN.md D16). */
export interface Due {
  start(): void
  stop(): Promise<void>
}

export interface DueParts {
  readonly pool: Pool
  readonly live: Live
  readonly clock: Clock
  readonly log: Log
  /** Monotonic moment since when sites could be heard; null while the broker is away: then everybody is silent, and nobody is to blame. */
  readonly listeningSince: () => number | null
  readonly leasedSites: () => ReadonlySet<string>
}

const ASK_EVERY = seconds(2)
const SILENT_AFTER = seconds(30)

export function createDue({ pool, live, clock, log, listeningSince, leasedSites }: DueParts): Due {
  let stopped = false
  let cancel: () => void = () => {}
  let asking: Promise<void> = Promise.resolve()
  let lookedAt: number | null = null
  const ask = async (): Promise<void> => {
    const since = listeningSince()
    const before = since === null ? null : lookedAt
    lookedAt = since === null ? null : clock.monotonic()
    if (since === null) return
    if (before !== null) {
      const seen = await lookAtGaps(pool, clock, [...leasedSites()], milliseconds(clock.monotonic() - before))
      if (seen.alarms.length > 0) live.changed(seen)
    }
    if (clock.monotonic() - since < SILENT_AFTER) return
    const { alarms, sites } = await raiseSilent(pool, [...leasedSites()], toIso(clock.now()))
    if (alarms.length > 0) live.changed({ alarms, sites })
  }
  const again = (): void => {
    cancel = clock.timer(ASK_EVERY, () => {
      asking = ask()
        .catch((error: unknown) => log.debug({ reason: reasonOf(error) }, 'what is due could not be asked now'))
        .finally(() => {
          if (!stopped) again()
        })
    })
  }
  return {
    start: again,
    async stop() {
      stopped = true
      cancel()
      await asking
    },
  }
}

interface SilentRow {
  readonly site: string
  readonly agent: string
  readonly county: string
  readonly boot: string
  readonly heard_at: string
  readonly times: number
}

/**
 * Raises `agent-silent` for agents not heard of for 30 s by the database's clock. The occurrence is the agent's boot and how many times
 * it fell silent in it, so that each silence is one alarm; it returns with the next hello (ingest/hello.ts).
 */
export const raiseSilent = (pool: Pool, sites: readonly string[], at: string): Promise<{ alarms: string[]; sites: string[] }> =>
  asIngest(pool, async (tx) => {
    const { rows } = await tx.query<SilentRow>(
      `select a.site, a.agent, a.county, a.boot, a.heard_at,
         (select count(*) from alarm m where m.site = a.site and m.agent = a.agent and m.kind = 'agent-silent' and m.occurrence like a.boot || '.%') as times
       from agent a
       where a.site = any($1) and a.boot is not null and a.heard_at < now() - make_interval(secs => $2)
         and not exists (select from alarm m where m.site = a.site and m.agent = a.agent and m.kind = 'agent-silent'
                         and (m.state in ('unacknowledged', 'acknowledged') or m.raised_at >= a.heard_at))
       for update of a skip locked`,
      [sites, SILENT_AFTER / 1_000],
    )
    const alarms: string[] = []
    for (const { site, agent, county, boot, heard_at: heardAt, times } of rows) {
      await tx.query('update agent set online = false where site = $1 and agent = $2', [site, agent])
      alarms.push(
        ...(await raiseOurs(tx, { site, agent, county }, 'agent-silent', 'cloud', `${boot}.${times + 1}`, { agent, since: heardAt }, at)),
      )
    }
    return { alarms, sites: [...new Set(rows.map(({ site }) => site))] }
  })
