import { type Clock, realSpan } from '#edge/clock'
import { milliseconds, minutes, type Span, seconds } from '#edge/units'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Database } from './database.ts'
import type { Evidence } from './evidence.ts'
import type { Scrub } from './scrub.ts'

/** What the store does for itself while lanes weigh: each piece short, none of it on the gate path. */
export interface Housekeeping {
  /** Something was written since the last checkpoint. */
  written(): void
  start(onBroken: (error: Error) => void): void
  stop(): void
}

const CHECKPOINT_EVERY = seconds(15)
const TIDY_EVERY = minutes(10)
const TIDY_PAUSE = seconds(1)
/** Two milliseconds in a hundred: a million records, a quarter of them signed, in about half an hour. */
const SCRUB_EVERY = milliseconds(100)
const SCRUBBED_AGAIN_AFTER = minutes(360)

interface Parts {
  readonly database: Database
  readonly scrub: Scrub
  readonly evidence: Pick<Evidence, 'tidy'>
  /** Drops what nobody needs any more from the journal. */
  readonly prune: () => void
  readonly clock: Clock
  readonly log: Log
}

export function housekeeping({ database, scrub, evidence, prune, clock, log }: Parts): Housekeeping {
  const timers = new Set<() => void>()
  let dirty = true
  let stopped = false
  let broke = (_: Error): void => {}

  const after = (span: Span, work: () => void): void => {
    if (stopped) return
    const cancel = clock.timer(realSpan(clock, span), () => {
      timers.delete(cancel)
      try {
        work()
      } catch (error) {
        const doubt = database.broken()
        if (doubt) return broke(doubt)
        log.error({ reason: reasonOf(error) }, 'the store cannot keep house')
        after(TIDY_EVERY, work)
      }
    })
    timers.add(cancel)
  }
  const checkpoint = (): void => {
    if (dirty) database.checkpoint()
    dirty = false
    after(CHECKPOINT_EVERY, checkpoint)
  }
  /** A few at a time, until nothing is left to drop: no lane waits for a page of old pictures. */
  const tidy = (): void => {
    prune()
    const more = evidence.tidy()
    after(more ? TIDY_PAUSE : TIDY_EVERY, tidy)
  }
  const verify = (): void => after(scrub.slice() ? SCRUBBED_AGAIN_AFTER : SCRUB_EVERY, verify)

  return {
    written() {
      dirty = true
    },
    start(onBroken) {
      broke = onBroken
      after(CHECKPOINT_EVERY, checkpoint)
      after(TIDY_EVERY, tidy)
      after(SCRUB_EVERY, verify)
    },
    stop() {
      stopped = true
      for (const cancel of timers) cancel()
    },
  }
}
