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

/** Each watch asks at its own pace: one that fails, or whose question the database lets wait, takes nothing from the other. */
export function createDue({ pool, live, clock, log, listeningSince, leasedSites }: DueParts): Due {
  let lookedAt: number | null = null
  const askForGaps = async (): Promise<void> => {
    const before = lookedAt
    lookedAt = listeningSince() === null ? null : clock.monotonic()
    if (before === null || lookedAt === null) return
    const seen = await lookAtGaps(pool, clock, [...leasedSites()], milliseconds((lookedAt - before) / clock.speed))
    if (seen.alarms.length > 0) live.changed(seen)
  }
  const silence = silenceWatch(pool, clock)
  const askForSilence = async (): Promise<void> => {
    if (listeningSince() === null) return silence.forget()
    const { alarms, sites } = await silence.ask([...leasedSites()], toIso(clock.now()))
    if (alarms.length > 0) live.changed({ alarms, sites })
  }
  const watches = [watch('gaps', askForGaps, clock, log), watch('silence', askForSilence, clock, log)]
  return {
    start() {
      for (const one of watches) one.start()
    },
    async stop() {
      await Promise.all(watches.map((one) => one.stop()))
    },
  }
}

/** Asks again and again. A failure is a warning once; that it goes on is not said every two seconds. */
function watch(name: string, ask: () => Promise<void>, clock: Clock, log: Log): Due {
  let stopped = false
  let failed = false
  let cancel: () => void = () => {}
  let asking: Promise<void> = Promise.resolve()
  const answered = (): void => {
    failed = false
  }
  const notNow = (error: unknown): void => {
    log[failed ? 'debug' : 'warn']({ watch: name, reason: reasonOf(error) }, 'what is due could not be asked now')
    failed = true
  }
  const again = (): void => {
    cancel = clock.timer(ASK_EVERY, () => {
      asking = ask()
        .then(answered, notNow)
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
