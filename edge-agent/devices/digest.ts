import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Signing in over HTTP: Basic (RFC 7617) and Digest (RFC 7616, and the older RFC 2617 and 2069 that cameras still speak), as
 * arithmetic only. The client's side is `http-device.ts`, the server's `sign-in.ts`.
 *
 *   response = H(H(user:realm:password) : nonce : nc : cnonce : qop : H(method:uri))      without qop:  H(… : nonce : …)
 *
 * H is MD5 or SHA-256; with `-sess` the first hash is hashed once more with nonce and cnonce. `auth-int` no camera is known to ask for.
 */
export type DigestAlgorithm = 'MD5' | 'MD5-sess' | 'SHA-256' | 'SHA-256-sess'

export interface Challenge {
  readonly scheme: 'basic' | 'digest'
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | null
  readonly algorithm: DigestAlgorithm
  /** Null: the oldest form, without client nonce and count. */
  readonly qop: 'auth' | null
  /** The password was right, the nonce too old: worth another try. */
  readonly stale: boolean
}

export interface Credentials {
  readonly user: string
  readonly password: string
}

/** One scheme with its parameters (lower-case names), as challenges and answers are written. */
export interface AuthWords {
  readonly scheme: string
  readonly params: ReadonlyMap<string, string>
}

const WORD = /[\w!#$%&'*+.^`|~-]+/y
const VALUE = /\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/y

/** Reads header text of one or several schemes; what is no such text ends the reading. */
export function readAuth(text: string): AuthWords[] {
  const found: { scheme: string; params: Map<string, string> }[] = []
  for (let at = 0; at < text.length; ) {
    if (/[\s,]/.test(text.charAt(at))) {
      at++
      continue
    }
    WORD.lastIndex = at
    const word = WORD.exec(text)?.[0]
    if (word === undefined) break
    at += word.length
    VALUE.lastIndex = at
    const value = VALUE.exec(text)
    const current = found.at(-1)
    if (value !== null && current !== undefined) {
      current.params.set(word.toLowerCase(), value[1]?.replace(/\\(.)/g, '$1') ?? value[2] ?? '')
      at = VALUE.lastIndex
    } else found.push({ scheme: word.toLowerCase(), params: new Map() })
  }
  return found
}

const ALGORITHMS: readonly DigestAlgorithm[] = ['SHA-256', 'SHA-256-sess', 'MD5', 'MD5-sess']
export const algorithmOf = (said: string | undefined): DigestAlgorithm | null =>
  ALGORITHMS.find((one) => one.toLowerCase() === (said ?? 'MD5').toLowerCase()) ?? null

/** The strongest challenge we can answer among the `WWW-Authenticate` headers of one 401, or null. */
export function bestChallenge(headers: readonly string[]): Challenge | null {
  const offered = headers.flatMap(readAuth).flatMap(({ scheme, params }): Challenge[] => {
    const said = (name: string): string => params.get(name) ?? ''
    const algorithm = algorithmOf(params.get('algorithm'))
    const stale = said('stale').toLowerCase() === 'true'
    const rest = { realm: said('realm'), nonce: said('nonce'), opaque: params.get('opaque') ?? null, stale }
    if (scheme === 'basic') return [{ scheme, ...rest, algorithm: 'MD5', qop: null }]
    if (scheme !== 'digest' || algorithm === null) return []
    const offers = params
      .get('qop')
      ?.split(',')
      .map((one) => one.trim().toLowerCase())
    if (offers === undefined) return [{ scheme, ...rest, algorithm, qop: null }]
    return offers.includes('auth') ? [{ scheme, ...rest, algorithm, qop: 'auth' }] : []
  })
  const rank = (of: Challenge): number => (of.scheme === 'basic' ? 9 : ALGORITHMS.indexOf(of.algorithm))
  return offered.sort((a, b) => rank(a) - rank(b))[0] ?? null
}

export interface DigestWords {
  readonly algorithm: DigestAlgorithm
  readonly realm: string
  readonly nonce: string
  readonly method: string
  readonly uri: string
  readonly qop: 'auth' | null
  /** Eight hex digits, how often this nonce was used. */
  readonly nc: string
  readonly cnonce: string
}

export function digestResponse(words: DigestWords, { user, password }: Credentials): string {
  const { algorithm, realm, nonce, method, uri, qop, nc, cnonce } = words
  const hash = (text: string): string =>
    createHash(algorithm.startsWith('MD5') ? 'md5' : 'sha256')
      .update(text)
      .digest('hex')
  const plain = hash(`${user}:${realm}:${password}`)
  const secret = algorithm.endsWith('-sess') ? hash(`${plain}:${nonce}:${cnonce}`) : plain
  const what = hash(`${method}:${uri}`)
  return hash(qop === null ? `${secret}:${nonce}:${what}` : `${secret}:${nonce}:${nc}:${cnonce}:${qop}:${what}`)
}

/** The `Authorization` header that answers a challenge; `count` begins at 1 for each nonce. */
export function authorization(
  challenge: Challenge,
  credentials: Credentials,
  about: { readonly method: string; readonly uri: string; readonly cnonce: string; readonly count: number },
): string {
  const { user, password } = credentials
  if (challenge.scheme === 'basic') return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const { realm, nonce, opaque, algorithm, qop } = challenge
  const { uri, cnonce } = about
  const nc = about.count.toString(16).padStart(8, '0')
  const response = digestResponse({ ...about, algorithm, realm, nonce, qop, nc }, credentials)
  const needsCnonce = qop !== null || algorithm.endsWith('-sess')
  return [
    `Digest username=${quoted(user)}, realm=${quoted(realm)}, nonce=${quoted(nonce)}, uri=${quoted(uri)}`,
    // Some firmware fails on the word MD5 where it did not say it itself; leaving it out means MD5.
    ...(algorithm === 'MD5' ? [] : [`algorithm=${algorithm}`]),
    ...(qop === null ? [] : [`qop=${qop}, nc=${nc}`]),
    ...(needsCnonce ? [`cnonce=${quoted(cnonce)}`] : []),
    `response="${response}"`,
    ...(opaque === null ? [] : [`opaque=${quoted(opaque)}`]),
  ].join(', ')
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

/** Equal in a time that does not tell how much of it is right. */
export function sameSecret(given: string | Uint8Array, wanted: string): boolean {
  const digest = (of: string | Uint8Array): Uint8Array => createHash('sha256').update(of).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}
