import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Envelope } from '#dialects/camera/sighting'
import type { Clock } from '#edge/clock'
import { type Span, seconds } from '#edge/units'
import { EdgeError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { counting } from './device.ts'
import { answer, refuse } from './http-answer.ts'
import { bodyReader } from './http-body.ts'
import { callerOf, type Door, doorsAt, signingAt, takenBy } from './http-doors.ts'
import { MOST_CONNECTIONS, places } from './places.ts'

/** Where plate cameras that push over HTTP knock: one listener for all lanes of the agent. */
export interface HttpListener {
  /** The port it listens at. EdgeError 'listener-unavailable' when the port is taken or the address is not this computer's. */
  start(): Promise<number>
  stop(): Promise<void>
  /** Opens a door; the answer closes it. */
  open(door: Door): () => void
  /** Who knocked where nobody lives, or with a wrong password. The newest 20. */
  strangers(): readonly string[]
  counters(): Record<string, number>
}

export interface HttpListenerParts {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** A message with three pictures is below one megabyte; what is longer is refused. */
  readonly mostBytes?: number
  /** A whole request must be here within this, counted in real time; a trickle of bytes holds no place for longer. */
  readonly within?: Span
  readonly clock: Clock
  readonly log: Log
}

/** Of all unfinished bodies together. */
const MOST_HELD = 32 * 1_024 * 1_024
export const MOST_BYTES = 4 * 1_024 * 1_024

/**
 * Takes any bytes from anybody without a crash, a hang or growing memory. A message that came whole is answered 200 even when nobody
 * can read it: sent again it would be the same, and cameras that repeat until accepted would never get to the next. Bodies, headers
 * and credentials are never logged.
 */
export function httpListener(parts: HttpListenerParts): HttpListener {
  const { host, port, mostBytes = MOST_BYTES, within = seconds(20), clock, log } = parts
  const doors = new Set<Door>()
  const counts = counting()
  const unclaimed: string[] = []
  const seats = places()
  const bodyOf = bodyReader(mostBytes, MOST_HELD)

  const remember = (what: string, count: string): void => {
    counts.add(count)
    const short = [...what.replace(/[^\x20-\x7e]/g, '?')].slice(0, 160).join('')
    if (unclaimed.includes(short)) return
    unclaimed.push(short)
    if (unclaimed.length > 20) unclaimed.shift()
    log.info({ what: short }, 'somebody knocked at the listener for cameras who is none of them')
  }

  const server = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: Math.min(within, 10_000),
      requestTimeout: within,
      connectionsCheckingInterval: Math.min(1_000, within / 2),
      // Heartbeats come every 30 s at most.
      keepAliveTimeout: 75_000,
    },
    (request, response) => {
      response.on('error', () => counts.add('connection-errors'))
      void serve(request, response).catch((error: unknown) => {
        // Ours to mend, and no reason to leave the other cameras alone.
        log.error({ why: reasonOf(error) }, 'a request of a camera could not be served')
        counts.add('failed')
        refuse(request, response, 500, mostBytes)
      })
    },
  )
  server.maxConnections = MOST_CONNECTIONS
  server.on('drop', () => counts.add('too-many-connections'))
  server.on('connection', (socket) => {
    socket.on('error', () => counts.add('connection-errors'))
    if (!seats.take(socket)) counts.add('too-many-connections')
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const timedOut = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
    counts.add(timedOut ? 'too-slow' : 'not-http')
    log.debug({ code: error.code }, 'a request of a camera cannot be read')
    if (socket.writable) socket.end(`HTTP/1.1 ${timedOut ? '408 Request Timeout' : '400 Bad Request'}\r\nConnection: close\r\n\r\n`)
    socket.destroy()
  })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    counts.add('requests')
    const caller = callerOf(request)
    const { method, path, from } = caller
    const no = (status: number, words = ''): void => refuse(request, response, status, mostBytes, words)
    const at = doorsAt(doors, caller)
    /** Who mistypes a path, or whose number nobody knows, may still have written the right word into it. */
    const shownPath = (): string => [...doors].reduce((shown, { signIn }) => signIn.shown(shown), path)
    if (at.length === 0) {
      remember(`${method} ${shownPath()} from ${from}`, 'unclaimed')
      return no(404)
    }
    const { passed, wrong, challenge } = signingAt(at, caller)
    if (passed.length === 0) {
      for (const door of wrong) {
        door.onSpoiled('wrong-sign-in')
        remember(`wrong password at ${door.path} from ${from}`, 'sign-ins-refused')
      }
      if (challenge !== null) response.setHeader('www-authenticate', challenge)
      return no(401)
    }
    const getting = method === 'GET' && passed.some(({ answersGet }) => answersGet)
    if (!getting && method !== 'POST' && method !== 'PUT') return no(405, 'a camera posts here')
    if (!['', 'identity'].includes(caller.headers['content-encoding'] ?? '')) {
      for (const door of passed) door.onSpoiled('compressed')
      return no(415)
    }
    const body = await bodyOf(request)
    if (!body.ok) {
      counts.add(body.why)
      if (body.why !== 'busy') for (const door of passed) door.onSpoiled(body.why)
      return no(body.why === 'too-long' ? 413 : body.why === 'busy' ? 503 : 400)
    }
    const envelope: Envelope = { place: caller.url, headers: caller.headers, body: body.bytes, receivedAt: clock.now() }
    const reply = takenBy(passed, envelope)
    if (reply === null) remember(`${method} ${shownPath()} from ${from} (its number is no lane's)`, 'unclaimed')
    else counts.add('messages')
    answer(response, reply ?? 'plain', caller)
  }

  return {
    start: async () => {
      await new Promise<void>((listening, failed) => {
        server.once('error', (cause) => failed(new EdgeError('listener-unavailable', { host, port, cause })))
        server.listen(port, host, listening)
      })
      server.on('error', (error) => log.error({ why: reasonOf(error) }, 'the listener for cameras failed'))
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : port
    },
    stop: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
    open: (door) => {
      doors.add(door)
      return () => doors.delete(door)
    },
    strangers: () => [...unclaimed],
    counters: counts.all,
  }
}
