import type { Clock } from '#edge/clock'
import { milliseconds, seconds, toIso } from '#edge/units'
import type { Pool } from '../database/pool.ts'
import { reasonOf } from '../errors.ts'
import type { Live } from '../live/changes.ts'
import type { Log } from '../log.ts'
import { lookAtGaps } from './gaps.ts'
import { silenceWatch } from './silence.ts'

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

export function createDue({ pool, live, clock, log, listeningSince, leasedSites }: DueParts): Due {
  let stopped = false
  let cancel: () => void = () => {}
  let asking: Promise<void> = Promise.resolve()
  let lookedAt: number | null = null
  const silence = silenceWatch(pool, clock)
  const ask = async (): Promise<void> => {
    const since = listeningSince()
    const before = since === null ? null : lookedAt
    lookedAt = since === null ? null : clock.monotonic()
    if (since === null) return silence.forget()
    if (before !== null) {
      const seen = await lookAtGaps(pool, clock, [...leasedSites()], milliseconds((clock.monotonic() - before) / clock.speed))
      if (seen.alarms.length > 0) live.changed(seen)
    }
    const { alarms, sites } = await silence.ask([...leasedSites()], toIso(clock.now()))
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
