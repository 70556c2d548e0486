import { randomBytes } from 'node:crypto'
import { type Clock, realSpan } from '#edge/clock'
import { milliseconds, type Span, seconds } from '#edge/units'
import { createPool, type Pool } from '../database/pool.ts'
import { isTransient, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Changes, Others } from './changes.ts'
import { isNothing, joined, NOTHING } from './gathered.ts'
import { readWord, wordsOf } from './words.ts'

/**
 * The other cloud instances on the same database: each tells all what its browsers hear, so that a screen shows every site at once
 * whichever instance serves it. By LISTEN and NOTIFY over one connection that does nothing else.
 *
 * Told apart from the transactions that made the changes, after their COMMIT: PostgreSQL lets transactions that notify commit only one
 * after another, which would put all sites' ingest in one line. What is lost between is a hint; the truth is read by cursor.
 */
export interface OtherInstances extends Others {
  /** Begins to tell and to listen, and goes on until `stop`; a database that is away is tried again. */
  start(here: HearsOthers): void
  /** Tells what still waits, and ends. */
  stop(): Promise<void>
}

/** Our own live feed, as the others' words reach it. */
export interface HearsOthers {
  heard(changes: Changes): void
  /** Words may have been missed. */
  lookAgain(): void
}

export const LIVE_CHANNEL = 'pitgate_live'
/** So its connection is called in pg_stat_activity. */
export const LIVE_CONNECTION = 'pitgate-live'

/** However much changes, this many statements: what comes meanwhile goes with the next. */
const TELL_EVERY = milliseconds(50)
/** A connection that is dead or whose server stands still is noticed within this and the time an answer may take. */
const ASK_EVERY = seconds(10)
const ANSWER_WITHIN = seconds(5)
const TELL = 'select pg_notify($1, word) from unnest($2::text[]) as said (word)'

/** For a command, a process that ends at once: whatever it changed, every screen reads again what it shows. */
export async function tellToLookAgain(pool: Pool): Promise<void> {
  await pool.query(TELL, [LIVE_CHANNEL, wordsOf('a command', { ...NOTHING, more: true })])
}

export function otherInstances({ url, clock, log }: { readonly url: string; readonly clock: Clock; readonly log: Log }): OtherInstances {
  const self = randomBytes(9).toString('base64url')
  // A pool of one, for the house's time-outs and keep-alive. Its role sees no row: nobody's scope is ever set on it.
  const pool = createPool({ url, role: 'pitgate_app', name: LIVE_CONNECTION, size: 1, log, answerWithin: ANSWER_WITHIN })
  let waiting = NOTHING
  let stopped = false
  /** Nothing waits to be told: the pause ends as soon as something does. */
  let idle = false
  let ring = (): void => {}
  let running: Promise<void> = Promise.resolve()

  const pause = (span: Span): Promise<void> =>
    new Promise((done) => {
      const cancel = clock.timer(realSpan(clock, span), done)
      ring = () => {
        cancel()
        done()
      }
    })

  const hear = (here: HearsOthers, payload: string): void => {
    const word = readWord(payload)
    if (word === null) here.lookAgain()
    else if (word.from !== self) here.heard(word)
  }

  /** Tells and listens until the connection is lost (then it throws), or until we end and have told all. */
  const stay = async (here: HearsOthers, connected: () => void): Promise<void> => {
    const client = await pool.connect()
    let lost = false
    const ended = (): void => {
      lost = true
      ring()
    }
    client.once('end', ended)
    client.on('notification', ({ payload = '' }) => hear(here, payload))
    try {
      await client.query(`listen ${LIVE_CHANNEL}`)
      connected()
      // What a lane showed while nobody could be told is not news: it stands in the database with its own time.
      waiting = { ...waiting, lanes: [] }
      here.lookAgain()
      while (!(stopped && isNothing(waiting))) {
        idle = isNothing(waiting)
        if (idle) await pause(ASK_EVERY)
        idle = false
        if (lost) throw new Error('the connection was lost')
        const told = waiting
        waiting = NOTHING
        try {
          await client.query(TELL, [LIVE_CHANNEL, wordsOf(self, told)])
        } catch (error) {
          // What the database will never take must not stand before the rest for ever.
          waiting = isTransient(error) ? joined(told, waiting) : { ...waiting, more: true }
          throw error
        }
        if (!stopped) await pause(TELL_EVERY)
      }
    } finally {
      // Our own end of it must not cut short the pause before the next.
      client.off('end', ended)
      client.release(true)
    }
  }

  const run = async (here: HearsOthers): Promise<void> => {
    let tries = betweenTries(Math.random)
    let told = false
    while (!stopped) {
      try {
        await stay(here, () => {
          tries = betweenTries(Math.random)
          if (told) log.info('other cloud instances are heard again')
          told = false
        })
      } catch (error) {
        log[told ? 'debug' : 'warn']({ reason: reasonOf(error) }, 'other cloud instances are not heard now')
        told = true
      }
      if (!stopped) await pause(tries.next().value)
    }
  }

  return {
    tell(changes) {
      waiting = joined(waiting, changes)
      if (idle && !isNothing(waiting)) ring()
    },
    start(here) {
      running = run(here)
    },
    async stop() {
      stopped = true
      ring()
      await running
      await pool.end()
    },
  }
}

/** A quarter of a second, then twice as long each time up to ten; drawn from the upper half, so that instances do not come back together. */
export function* betweenTries(chance: () => number): Generator<Span, never> {
  for (let most = 250; ; most = Math.min(most * 2, 10_000)) yield milliseconds(Math.round((most * (1 + chance())) / 2))
}
