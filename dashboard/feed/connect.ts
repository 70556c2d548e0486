import { io, type Socket } from 'socket.io-client'
import type { AlarmRow, Lane, Problem, Role, Site, WeighingRow } from '#cloud/api'
import type { BrowserEvents, LiveEvents } from '#cloud/live-feed'
import type { Clock } from '#edge/clock'
import { seconds } from '#edge/units'
import type { Answer, Http } from './http.ts'
import type { LiveEvent } from './live-state.ts'
import type { ServerTime } from './server-time.ts'

interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}
const RETURN_AFTER = seconds(2)
const FIRST_READ_AFTER = seconds(1)
type Ground = Extract<LiveEvent, { kind: 'ground' }>

export interface FeedParts {
  readonly http: Http
  readonly clock: Clock
  readonly time: ServerTime
  readonly role: Role
  readonly tell: (event: LiveEvent) => void
  readonly readFailed: (problem: Problem | null) => void
  readonly signedOut: () => void
}

/**
 * Keeps the screens' state true: connects, then reads the ground by HTTP, and only then lets the events that came meanwhile in, so
 * that nothing falls between reading and listening. A read that fails is tried again, a little later each time.
 */
export function connectFeed(parts: FeedParts): { stop: () => void } {
  const socket: Socket<LiveEvents, BrowserEvents> = io({ path: '/live', transports: ['websocket', 'polling'], tryAllTransports: true })
  let early: LiveEvent[] | null = []
  let reading = 0
  let cancelRetry = (): void => {}
  let cancelReturn = (): void => {}

  const hear = (event: LiveEvent): void => {
    if (early) early.push(event)
    else parts.tell(event)
  }
  const read = async (attempt: number): Promise<void> => {
    reading += 1
    const mine = reading
    cancelRetry()
    early ??= []
    const answer = await readGround(parts.http, parts.role)
    if (mine !== reading) return
    if (answer.ok) {
      parts.readFailed(null)
      parts.tell(answer.body)
      const waited = early ?? []
      early = null
      for (const event of waited) parts.tell(event)
      return
    }
    parts.readFailed(answer.problem)
    if (answer.problem.status !== 401) cancelRetry = parts.clock.timer(seconds(Math.min(2 ** attempt, 15)), () => void read(attempt + 1))
  }

  socket.on('connect', () => {
    parts.tell({ kind: 'link', link: 'live', at: parts.time.now() })
    void read(0)
  })
  const lost = (): void => {
    parts.tell({ kind: 'link', link: 'lost', at: parts.time.now() })
    if (socket.active) return
    // Put out by the server (a restart, or a session that ended): the library does not come back by itself from that.
    cancelReturn()
    cancelReturn = parts.clock.timer(RETURN_AFTER, () => {
      socket.connect()
      void read(0)
    })
  }
  socket.on('disconnect', lost)
  socket.on('connect_error', lost)
  socket.on('signed-out', () => parts.signedOut())
  socket.on('look-again', () => void read(0))
  socket.on('lanes', ({ site, lanes }) => hear({ kind: 'lanes', at: parts.time.now(), site, lanes }))
  socket.on('site', (site) => hear({ kind: 'site', site }))
  socket.on('alarm', (alarm) => hear({ kind: 'alarm', alarm }))
  socket.on('weighing', (weighing) => hear({ kind: 'weighing', weighing }))
  socket.on('ticket', (ticket) => hear({ kind: 'ticket', ticket }))
  // The first read waits for the socket, but not long: a proxy that forbids websockets must not leave the screens empty.
  cancelRetry = parts.clock.timer(FIRST_READ_AFTER, () => void read(0))

  return {
    stop() {
      reading += 1
      cancelRetry()
      socket.off()
      socket.disconnect()
      cancelReturn()
    },
  }
}

/** Sites, lanes, every unacknowledged alarm and the newest of each list. A carrier sees neither lanes nor alarms, so it asks for none. */
async function readGround(http: Http, role: Role): Promise<Answer<Ground>> {
  const none: Answer<Page<never>> = { ok: true, status: 200, body: { items: [], next: null } }
  const watches = role !== 'carrier'
  const [sites, lanes, open, newest, weighings] = await Promise.all([
    http.get<Page<Site>>('/api/sites'),
    watches ? http.get<Page<Lane>>('/api/lanes') : none,
    watches ? http.get<Page<AlarmRow>>('/api/alarms', { state: 'unacknowledged', limit: 200 }) : none,
    watches ? http.get<Page<AlarmRow>>('/api/alarms', { limit: 100 }) : none,
    http.get<Page<WeighingRow>>('/api/weighings', { limit: 20 }),
  ])
  if (!sites.ok) return sites
  if (!lanes.ok) return lanes
  if (!open.ok) return open
  if (!newest.ok) return newest
  if (!weighings.ok) return weighings
  const alarms = [...new Map([...newest.body.items, ...open.body.items].map((row) => [row.id, row])).values()]
  return {
    ok: true,
    status: 200,
    body: {
      kind: 'ground',
      sites: sites.body.items,
      lanes: lanes.body.items,
      alarms,
      olderAlarms: newest.body.next,
      weighings: weighings.body.items,
    },
  }
}
