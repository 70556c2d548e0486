import type { Clock } from '#edge/clock'
import type { Signer } from '#edge/seal'
import type { Pool } from '../database/pool.ts'
import type { Inbox } from '../ingest/inbox.ts'
import type { Live } from '../live/changes.ts'
import type { Log } from '../log.ts'
import { createDue } from './due.ts'
import { createSchedule, type Schedule } from './schedule.ts'

/** Everything the service does by itself: what is due (monotonic) and what is scheduled (cron, UTC). */
export interface Jobs {
  start(): void
  stop(): Promise<void>
  readonly schedule: Schedule
}

export interface JobsParts {
  readonly pool: Pool
  readonly issuer: Signer
  readonly live: Live
  readonly clock: Clock
  readonly log: Log
  readonly inbox: Pick<Inbox, 'listeningSince' | 'leasedSites'>
}

export function createJobs({ pool, issuer, live, clock, log, inbox }: JobsParts): Jobs {
  const schedule = createSchedule({ pool, issuing: { issuer, clock }, live, clock, log })
  const due = createDue({ pool, live, clock, log, listeningSince: inbox.listeningSince, leasedSites: inbox.leasedSites })
  return {
    start() {
      due.start()
      schedule.start()
    },
    async stop() {
      await Promise.all([due.stop(), schedule.stop()])
    },
    schedule,
  }
}
