import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { CameraReply, Envelope } from '#dialects/camera/sighting'
import type { Clock } from '#edge/clock'
import { type Span, seconds } from '#edge/units'
import { EdgeError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { counting } from './device.ts'
import type { Caller, SignIn } from './sign-in.ts'

/** One camera's place at the listener. Several may share a path; then `take` tells whose a message is. */
export interface Door {
  /** `/cameras/north-front`: this path and everything below it. */
  readonly path: string
  /** The only address that may speak here, or null for any. */
  readonly from: string | null
  readonly signIn: SignIn
  /** Some makers' cameras also ask (GA/T 1400 for the time); at other doors a GET is a person with a browser. */
  readonly answersGet: boolean
  /** The answer to a whole message; `not-mine` when it names another camera. Never throws. */
  take(envelope: Envelope): CameraReply | 'plain' | 'not-mine'
  /** What came for this camera and could not be taken whole. */
  onSpoiled(why: Spoiled): void
}
export type Spoiled = 'cut-off' | 'too-long' | 'wrong-sign-in' | 'compressed'

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

const MOST_CONNECTIONS = 64
/** No single address takes all places. */
const MOST_FROM_ONE = 16
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
  const perAddress = new Map<string, number>()
  let held = 0

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
        refuse(request, response, 500)
      })
    },
  )
  server.maxConnections = MOST_CONNECTIONS
  server.on('drop', () => counts.add('too-many-connections'))
  server.on('connection', (socket) => {
    const from = addressOf(socket)
    const open = (perAddress.get(from) ?? 0) + 1
    perAddress.set(from, open)
    socket.on('close', () => {
      const left = (perAddress.get(from) ?? 1) - 1
      if (left > 0) perAddress.set(from, left)
      else perAddress.delete(from)
    })
    socket.on('error', () => counts.add('connection-errors'))
    if (open <= MOST_FROM_ONE) return
    counts.add('too-many-connections')
    socket.destroy()
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
    const method = request.method ?? ''
    const at = doorsAt(caller)
    if (at.length === 0) {
      remember(`${method} ${caller.path} from ${caller.from}`, 'unclaimed')
      return refuse(request, response, 404)
    }
    const mine = signedIn(at, caller, response)
    if (mine.length === 0) return refuse(request, response, 401)
    const getting = method === 'GET' && mine.some(({ answersGet }) => answersGet)
    if (!getting && method !== 'POST' && method !== 'PUT') return refuse(request, response, 405, 'a camera posts here')
    if (!['', 'identity'].includes(caller.headers['content-encoding'] ?? '')) {
      for (const door of mine) door.onSpoiled('compressed')
      return refuse(request, response, 415)
    }
    const body = await bodyOf(request)
    if (!body.ok) {
      counts.add(body.why)
      if (body.why !== 'busy') for (const door of mine) door.onSpoiled(body.why)
      return refuse(request, response, body.why === 'too-long' ? 413 : body.why === 'busy' ? 503 : 400)
    }
    const envelope: Envelope = { place: caller.url, headers: caller.headers, body: body.bytes, receivedAt: clock.now() }
    for (const door of mine) {
      const reply = door.take(envelope)
      if (reply === 'not-mine') continue
      counts.add('messages')
      return answer(response, reply, caller)
    }
    remember(`${method} ${caller.path} from ${caller.from} (its number is no lane's)`, 'unclaimed')
    answer(response, 'plain', caller)
  }

  /** The doors of the longest path that fits. */
  function doorsAt({ path, from }: Caller): Door[] {
    const fitting = [...doors].filter((door) => (path === door.path || path.startsWith(`${door.path}/`)) && (door.from ?? from) === from)
    const longest = Math.max(...fitting.map((door) => door.path.length))
    return fitting.filter((door) => door.path.length === longest)
  }

  function signedIn(at: readonly Door[], caller: Caller, response: ServerResponse): Door[] {
    const judged = at.map((door) => ({ door, judgement: door.signIn.judge({ ...caller, rest: caller.path.slice(door.path.length) }) }))
    const passed = judged.filter(({ judgement }) => judgement.passes).map(({ door }) => door)
    if (passed.length > 0) return passed
    const challenges = new Set<string>()
    for (const { door, judgement } of judged) {
      if (judgement.passes) continue
      if (judgement.challenge !== null) challenges.add(judgement.challenge)
      if (!judgement.wrong) continue
      door.onSpoiled('wrong-sign-in')
      remember(`wrong password at ${door.path} from ${caller.from}`, 'sign-ins-refused')
    }
    // One is enough: cheap firmware answers the first it finds, or none of several.
    const [challenge] = challenges
    if (challenge !== undefined) response.setHeader('www-authenticate', challenge)
    return []
  }

  type Body = { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly why: 'too-long' | 'cut-off' | 'busy' }

  async function bodyOf(request: IncomingMessage): Promise<Body> {
    if (Number(request.headers['content-length'] ?? 0) > mostBytes) return { ok: false, why: 'too-long' }
    const chunks: Uint8Array[] = []
    let length = 0
    try {
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
        length += chunk.length
        held += chunk.length
        if (length > mostBytes) return { ok: false, why: 'too-long' }
        if (held > MOST_HELD) return { ok: false, why: 'busy' }
        chunks.push(chunk)
      }
      return { ok: true, bytes: new Uint8Array(Buffer.concat(chunks)) }
    } catch {
      return { ok: false, why: 'cut-off' }
    } finally {
      held -= length
    }
  }

  /** Answers and ends the connection; what still comes is thrown away, up to a limit. */
  function refuse(request: IncomingMessage, response: ServerResponse, status: number, words = ''): void {
    if (response.headersSent || response.destroyed) return
    let thrownAway = 0
    request.on('error', () => {})
    request.on('data', (chunk: Uint8Array) => {
      thrownAway += chunk.length
      if (thrownAway > mostBytes) request.destroy()
    })
    response.writeHead(status, { connection: 'close', 'content-type': 'text/plain' }).end(words)
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

/** IPv4 as it is written, also where the system says it inside IPv6. */
const addressOf = (socket: Socket): string => (socket.remoteAddress ?? '').replace(/^::ffff:/, '')

function callerOf(request: IncomingMessage): Caller {
  const url = request.url ?? '/'
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  )
  const path = url.split('?')[0] ?? ''
  return { method: request.method ?? '', url, path, rest: '', from: addressOf(request.socket), headers }
}

function answer(response: ServerResponse, reply: CameraReply | 'plain', { headers }: Caller): void {
  if (reply === 'plain' || reply.as === 'mqtt') response.writeHead(200, { 'content-length': 0 }).end()
  else if (reply.as === 'bytes') response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(reply.bytes)
  else if (reply.as === 'text') respond(response, reply.status, reply.contentType, reply.body)
  else {
    // GA/T 1400 has a content type of its own, and what asked in it wants to be answered in it.
    const police = /^application\/viid\+json/i.test(headers['content-type'] ?? '')
    respond(response, reply.status, police ? 'application/VIID+JSON;charset=UTF-8' : 'application/json', JSON.stringify(reply.body))
  }
}

function respond(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }).end(body)
}
