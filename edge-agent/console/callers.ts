import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { isLoopback } from '../config/console.ts'
import { addressOf } from '../devices/places.ts'
import type { ProblemKind } from './problems.ts'

/** Who asks the console for something, and whether a browser was led to it by somebody else's page. */
export interface ConsoleCaller {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly from: string
  /** Sits at this computer. What came through a proxy came from elsewhere, whoever handed it on. */
  readonly here: boolean
  readonly cookies: ReadonlyMap<string, string>
}

/** Null where the request line is no address. */
export function consoleCaller(request: IncomingMessage): ConsoleCaller | null {
  const asked = request.url ?? '/'
  if (!asked.startsWith('/') || !URL.canParse(`http://agent${asked}`)) return null
  const url = new URL(`http://agent${asked}`)
  const { forwarded, 'x-forwarded-for': forwardedFor, 'x-real-ip': realIp, via, cookie } = request.headers
  const from = addressOf(request.socket)
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    from,
    here: isLoopback(from) && (forwarded ?? forwardedFor ?? realIp ?? via) === undefined,
    cookies: cookiesIn(cookie ?? ''),
  }
}

const cookiesIn = (header: string): ReadonlyMap<string, string> =>
  new Map(
    header.split(';').flatMap((pair) => {
      const at = pair.indexOf('=')
      return at < 1 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const]
    }),
  )

/**
 * What no request may be, whoever sends it. A name in `Host` that is not ours is a page of the Internet whose name was turned to this
 * computer (DNS rebinding): an address cannot be turned. A request another page made the browser send is refused, reading or writing.
 */
export function foreign(request: IncomingMessage, names: readonly string[]): ProblemKind | null {
  const { host = '', origin, 'sec-fetch-site': site } = request.headers
  const named = hostOf(host)
  if (named === null || !(isIP(named) !== 0 || named === 'localhost' || names.includes(named))) return 'other-host'
  const isPage = request.method === 'GET' && !(request.url ?? '').startsWith('/api/')
  if (!isPage && (site === 'cross-site' || site === 'same-site')) return 'foreign-origin'
  if (origin !== undefined && !isOrigin(origin, host)) return 'foreign-origin'
  return null
}

/** `192.168.1.10:8085`, `[::1]:8085`, `scale.mine.lan`: its name or address alone, in small letters. */
function hostOf(host: string): string | null {
  if (!URL.canParse(`http://${host}/`) || /[/?#@\\]/.test(host)) return null
  return new URL(`http://${host}/`).hostname.replace(/^\[|\]$/g, '').toLowerCase()
}

const isOrigin = (origin: string, host: string): boolean => origin === `http://${host}` || origin === `https://${host}`
