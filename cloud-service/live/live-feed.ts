import type { Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import type { BrowserEvents, LiveEvents } from '#cloud/live-feed'
import { type Clock, realSpan } from '#edge/clock'
import { milliseconds, seconds } from '#edge/units'
import type { Pool } from '../database/pool.ts'
import { asPerson } from '../database/transaction.ts'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { tokenInCookies } from '../people/identify.ts'
import { readSession, rightsOf, stillGood } from '../people/sessions.ts'
import type { Who } from '../people/who.ts'
import type { Live, Others } from './changes.ts'
import { oneAtATime } from './gathered.ts'
import type { HearsOthers } from './other-instances.ts'
import { type Feed, insiders, roomOf, tellRooms } from './rooms.ts'

type Listener = Socket<BrowserEvents, LiveEvents, Record<string, never>, Who>

/**
 * The live feed: who may hear what. A socket is let in by its session cookie at the handshake, joins the one room of its role and
 * scope, and is asked nothing more; it leaves within two seconds after its session ends or its rights change, whichever instance
 * ended it. Recovery of old connections is off: it would pass the handshake by.
 */
export interface LiveFeed extends Live, HearsOthers {
  /** Ends the sockets of a session at once. */
  ended(session: string): void
  close(): Promise<void>
}

export interface LiveFeedParts {
  readonly server: HttpServer
  readonly pool: Pool
  readonly clock: Clock
  readonly log: Log
  readonly secure: boolean
  /** Other instances, whose browsers are told too. */
  readonly others: Others
}

/**
 * Lists are read again where more has changed than is named, and where words of other instances were missed; not all the time while a
 * backlog drains.
 */
const LOOK_AGAIN_EVERY = seconds(30)

export function liveFeed({ server, pool, clock, log, secure, others }: LiveFeedParts): LiveFeed {
  const io: Feed = new Server(server, {
    path: '/live',
    serveClient: false,
    maxHttpBufferSize: 1_000,
    cookie: false,
    pingInterval: 20_000,
    pingTimeout: 10_000,
  })

  io.use((socket, next) => {
    const refuse = (): void => next(new Error('not-signed-in'))
    const token = tokenInCookies(socket.handshake.headers.cookie, secure)
    if (token === null || !fromOurPages(socket)) return refuse()
    readSession(pool, clock, token).then(
      (who) => {
        if (who === null) return refuse()
        socket.data = who
        next()
      },
      (error: unknown) => {
        log.warn({ reason: reasonOf(error) }, 'the live feed cannot ask who connects')
        next(new Error('database-away'))
      },
    )
  })
  io.on('connection', (socket) => void socket.join(roomOf(socket.data)))

  const leave = (socket: Listener): void => {
    socket.emit('signed-out')
    socket.disconnect(true)
  }
  const sockets = (): Listener[] => [...io.sockets.sockets.values()]
  const stopWatching = everySecond(clock, async () => {
    // Those here now: whoever comes while we ask was let in by a good session a moment ago.
    const here = sockets()
    if (here.length === 0) return
    const good = await stillGood(pool, clock, [...new Set(here.map(({ data }) => data.session ?? ''))])
    for (const socket of here) if (good.get(socket.data.session ?? '') !== rightsOf(socket.data)) leave(socket)
  })

  let lookedAgainAt = Number.NEGATIVE_INFINITY
  let cancelLook: (() => void) | null = null
  const lookAgain = (): void => {
    if (io.sockets.sockets.size === 0) return
    const wait = Math.max(0, lookedAgainAt + realSpan(clock, LOOK_AGAIN_EVERY) - clock.monotonic())
    cancelLook ??= clock.timer(milliseconds(wait), () => {
      cancelLook = null
      lookedAgainAt = clock.monotonic()
      io.emit('look-again')
    })
  }

  const tell = oneAtATime(async (changes) => {
    if (io.sockets.sockets.size === 0) return
    if (changes.more) lookAgain()
    await asPerson(pool, { role: 'city', scope: null }, (tx) => tellRooms(io, tx, changes)).catch((error: unknown) =>
      log.warn({ reason: reasonOf(error) }, 'a change was not told live; screens read it by cursor'),
    )
  })

  return {
    changed: ({ lanes = [], ...changes }) => {
      tell(changes)
      others.tell({ ...changes, lanes })
    },
    heard: tell,
    lookAgain,
    // Not volatile: a site speaks when something changes, so a dropped word would stay untold. A browser that takes nothing is cut off by its pings.
    lanes: ({ county, ...heard }) => void io.to(insiders({ site: heard.site, county })).emit('lanes', heard),
    ended: (session) =>
      sockets()
        .filter(({ data }) => data.session === session)
        .forEach(leave),
    close: async () => {
      stopWatching()
      cancelLook?.()
      await io.close()
    },
  }
}

/** A browser says where a page came from; our own pages come from the host they connect to. */
function fromOurPages(socket: Listener): boolean {
  const { origin, host } = socket.handshake.headers
  if (origin === undefined) return true
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}

/** Runs again a second after the last run has ended; a run that fails (the database is away) ends nobody's session. */
function everySecond(clock: Clock, run: () => Promise<void>): () => void {
  let stop = (): void => {}
  let stopped = false
  const next = (): void => {
    if (!stopped)
      stop = clock.timer(
        seconds(1),
        () =>
          void run()
            .catch(() => undefined)
            .then(next),
      )
  }
  next()
  return () => {
    stopped = true
    stop()
  }
}
