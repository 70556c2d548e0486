import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Clock } from '#edge/clock'
import type { ConsolePlace } from '../config/console.ts'
import { isLoopback } from '../config/console.ts'
import { EdgeError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { type ConsoleCaller, consoleCaller, foreign } from './callers.ts'
import { refuse } from './exchange.ts'
import { guardOf } from './guard.ts'
import type { Pages } from './pages.ts'
import { problem } from './problems.ts'

/**
 * The operator's console and the driver's display, served by the agent itself: its pages and its API on one port, for a site whose cloud
 * is gone. Beyond this computer everything but the display's words asks for a sign-in.
 */
export interface ConsoleServer {
  /** The port it listens at. EdgeError 'listener-unavailable' when the port is taken or the address is not this computer's. */
  start(): Promise<number>
  stop(): Promise<void>
}

export interface ConsoleServerParts {
  readonly place: ConsolePlace
  readonly pages: Pages
  readonly routes: (caller: ConsoleCaller, request: IncomingMessage, response: ServerResponse) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

/** No inline script, nothing from elsewhere, no frame around it, no other page that may look into it. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
} as const

const NOT_BUILT =
  '<!doctype html><meta charset="utf-8"><title>Pitgate</title><p>页面尚未构建，请运行 npm run build。The screens are not built yet: run npm run build.</p>'

export function consoleServer({ place, pages, routes, clock, log }: ConsoleServerParts): ConsoleServer {
  const { host, port, names, tls } = place
  const limits = {
    maxHeaderSize: 16_384,
    headersTimeout: 10_000,
    requestTimeout: 20_000,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 30_000,
  }
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', () => {})
    if (!guard.admits(request, response)) return
    serve(request, response).catch((error: unknown) => {
      // A screen must not end the agent, whatever it asks.
      log.error({ reason: reasonOf(error) }, 'a request of the console could not be served')
      refuse({ request, response }, problem('internal'))
      if (response.headersSent) response.destroy()
    })
  }
  const server =
    tls === null
      ? createServer(limits, listener)
      : createSecureServer({ ...limits, cert: readFileSync(tls.certificate), key: readFileSync(tls.key), minVersion: 'TLSv1.2' }, listener)
  // Who reads nothing of his answer for so long does not read it at all; a stream says something every second.
  server.setTimeout(60_000)
  const guard = guardOf(server, clock)

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    const wrong = foreign(request, names)
    if (wrong !== null) return refuse({ request, response }, problem(wrong))
    const caller = consoleCaller(request)
    if (caller === null) return refuse({ request, response }, problem('not-readable'))
    if (caller.path === '/api' || caller.path.startsWith('/api/')) return routes(caller, request, response)
    await page(caller, request, response)
  }

  async function page({ method, path }: ConsoleCaller, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (method !== 'GET' && method !== 'HEAD') return refuse({ request, response }, problem('not-this-method'))
    const found = await pages.find(path)
    if (found === null) return refuse({ request, response }, problem('not-found'))
    if (found === 'not-built') return void response.writeHead(503, { 'content-type': 'text/html; charset=utf-8' }).end(NOT_BUILT)
    response
      .writeHead(200, { 'content-type': found.type, 'content-length': found.bytes.length, 'cache-control': found.cache })
      .end(found.bytes)
  }

  return {
    async start() {
      await new Promise<void>((listening, failed) => {
        server.once('error', (cause) => failed(new EdgeError('listener-unavailable', { host, port, cause })))
        server.listen(port, host, listening)
      })
      server.on('error', (error) => log.error({ reason: error.message }, 'the console’s listener failed'))
      if (tls === null && !isLoopback(host))
        log.warn({ host }, 'the console is served in clear: PINs can be read on this network; console.tls encrypts them')
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : port
    },
    stop: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
