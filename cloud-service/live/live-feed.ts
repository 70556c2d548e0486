import type { Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import type { BrowserEvents, LiveEvents } from '#cloud/live-feed'
import type { Clock } from '#edge/clock'
import { seconds } from '#edge/units'
import { alarmRow, alarmsNamed } from '../alarms/queries.ts'
import type { Pool } from '../database/pool.ts'
import { asPerson } from '../database/transaction.ts'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { tokenInCookies } from '../people/identify.ts'
import { readSession, rightsOf, stillGood } from '../people/sessions.ts'
import type { Who } from '../people/who.ts'
import { readSites } from '../sites/queries.ts'
import { ticketRow, ticketsNamed } from '../tickets/queries.ts'
import { weighingRow, weighingsNamed } from '../weighings/queries.ts'
import type { Changes, LanesHeard, Live } from './changes.ts'

/**
 * The live feed: who may hear what. A socket is let in by its session cookie at the handshake, joins the one room of its role and
 * scope, and is asked nothing more; it leaves within two seconds after its session ends or its rights change, whichever instance
 * ended it. Recovery of old connections is off: it would pass the handshake by.
 */
export interface LiveFeed extends Live {
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
}

type Feed = Server<BrowserEvents, LiveEvents, Record<string, never>, Who>
type Listener = Socket<BrowserEvents, LiveEvents, Record<string, never>, Who>

/** A drained backlog can change thousands of rows at once; a hint names the newest, the screens read the rest by cursor. */
const MOST_ROWS = 50
const CITY = 'city'
const roomOf = ({ role, scope }: Who): string =>
  role === 'city' ? CITY : role === 'operator' || role === 'enterprise' ? `site:${scope}` : `${role}:${scope}`
const insiders = (of: { readonly site: string; readonly county: string }): string[] => [CITY, `county:${of.county}`, `site:${of.site}`]
const withCarrier = (rooms: readonly string[], carrier: string | null): string[] =>
  carrier === null ? [...rooms] : [...rooms, `carrier:${carrier}`]

export function liveFeed({ server, pool, clock, log, secure }: LiveFeedParts): LiveFeed {
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

  /** Rows are read with the rights of the city, then handed only to the rooms that row-level security would let see them. */
  const tell = async ({ weighings = [], alarms = [], tickets = [], sites = [] }: Changes): Promise<void> => {
    if (io.sockets.sockets.size === 0) return
    await asPerson(pool, { role: 'city', scope: null }, async (tx) => {
      for (const row of alarms.length > 0 ? await alarmsNamed(tx, alarms.slice(-MOST_ROWS)) : [])
        io.to(insiders(row)).emit('alarm', alarmRow(row))
      for (const row of weighings.length > 0 ? await weighingsNamed(tx, weighings.slice(-MOST_ROWS)) : [])
        io.to(withCarrier(insiders(row), row.carrier)).emit('weighing', weighingRow(row))
      for (const row of tickets.length > 0 ? await ticketsNamed(tx, tickets.slice(-MOST_ROWS)) : []) {
        const { site, carrier } = row.signed.body
        io.to(withCarrier(insiders({ site, county: row.county }), carrier)).emit('ticket', ticketRow(row))
      }
      for (const site of sites.length > 0 ? await readSites(tx, sites) : []) io.to(insiders(site)).emit('site', site)
    })
  }

  return {
    changed: (changes) =>
      void tell(changes).catch((error: unknown) =>
        log.warn({ reason: reasonOf(error) }, 'a change was not told live; screens read it by cursor'),
      ),
    // Not volatile: a site speaks when something changes, so a dropped word would stay untold. A browser that takes nothing is cut off by its pings.
    lanes: ({ county, ...heard }: LanesHeard) => void io.to(insiders({ site: heard.site, county })).emit('lanes', heard),
    ended: (session) =>
      sockets()
        .filter(({ data }) => data.session === session)
        .forEach(leave),
    close: async () => {
      stopWatching()
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
