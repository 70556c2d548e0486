import { createHmac, randomBytes } from 'node:crypto'
import type { Clock } from '#edge/clock'
import { hours, minutes, type Span } from '#edge/units'
import { algorithmOf, digestResponse, readAuth, sameSecret } from './digest.ts'

/**
 * How a camera that pushes to us shows that it is ours:
 *
 *   none         many models cannot; then the path, and the source address where it is given, have to do
 *   basic        user and password in clear
 *   digest       RFC 2617, MD5 or SHA-256. `emptyNonce`: as Dahua's ITSAPI does it, with realm, nonce and qop empty
 *   token        a word only we and the camera know, as the path's next part or as `?token=`
 *   registered   GA/T 1400: Digest at `…/System/Register`, afterwards the same header `User-Identify` from the same address
 */
export type SignInRule =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic' | 'registered'; readonly user: string; readonly password: string }
  | { readonly kind: 'digest'; readonly user: string; readonly password: string; readonly emptyNonce?: boolean }
  | { readonly kind: 'token'; readonly token: string }

/** Who asks for what. `path` has no query, `url` has it; `rest` is what follows the door's own path. */
export interface Caller {
  readonly method: string
  readonly url: string
  readonly path: string
  readonly rest: string
  readonly from: string
  readonly headers: Readonly<Record<string, string>>
}

export type Judgement =
  | { readonly passes: true }
  /** `wrong`: something was shown and it was not right; else it is only asked for, as Digest begins. */
  | { readonly passes: false; readonly wrong: boolean; readonly challenge: string | null }

export interface SignIn {
  judge(caller: Caller): Judgement
  /** A path as it may be shown and logged: without the word that lets in. */
  shown(path: string): string
}

const REALM = 'pitgate'
const NONCE_LASTS = minutes(10)
const REGISTRATION_LASTS = hours(24)
const MOST_KEPT = 256
const asItIs = (path: string): string => path
const PASSES: Judgement = { passes: true }

export function signIn(rule: SignInRule, clock: Clock): SignIn {
  switch (rule.kind) {
    case 'none':
      return { judge: () => PASSES, shown: asItIs }
    case 'token':
      return {
        judge: (caller) => (sameSecret(tokenOf(caller), rule.token) ? PASSES : refused(tokenOf(caller) !== '', null)),
        shown: (path) => path.replaceAll(rule.token, '***'),
      }
    case 'basic':
      return {
        judge({ headers: { authorization = '' } }) {
          const [, shown = ''] = /^basic +([A-Za-z0-9+/=]+)$/i.exec(authorization) ?? []
          if (sameSecret(Buffer.from(shown, 'base64'), `${rule.user}:${rule.password}`)) return PASSES
          return refused(authorization !== '', `Basic realm="${REALM}", charset="UTF-8"`)
        },
        shown: asItIs,
      }
    case 'digest':
      return digestGuard(rule, clock)
    case 'registered':
      return registerGuard(digestGuard(rule, clock), clock)
  }
}

const refused = (wrong: boolean, challenge: string | null): Judgement => ({ passes: false, wrong, challenge })
const tokenOf = ({ rest, url }: Caller): string => /[?&]token=([^&]*)/.exec(url)?.[1] ?? rest.split('/')[1] ?? ''

/** Nonces carry their time and our mark, so that nothing is kept for those who only ask. */
function digestGuard(rule: { user: string; password: string; emptyNonce?: boolean }, clock: Clock): SignIn {
  const key = randomBytes(32)
  const mark = (text: string): string => createHmac('sha256', key).update(text).digest('hex').slice(0, 24)
  const lastCounts = new Map<string, number>()
  const challenge = (stale: boolean): string => {
    const text = `${clock.monotonic().toString(36)}.${randomBytes(6).toString('hex')}`
    return `Digest realm="${REALM}", qop="auth", nonce="${text}.${mark(text)}"${stale ? ', stale=true' : ''}`
  }
  const age = (nonce: string): Span | null => {
    const text = nonce.split('.').slice(0, 2).join('.')
    return nonce === `${text}.${mark(text)}` ? ((clock.monotonic() - Number.parseInt(text, 36)) as Span) : null
  }

  return {
    judge({ method, url, headers: { authorization = '' } }) {
      const [shown] = readAuth(authorization)
      if (shown?.scheme !== 'digest') return refused(authorization !== '', challenge(false))
      const word = (name: string): string => shown.params.get(name) ?? ''
      const [uri, nonce, nc] = [word('uri'), word('nonce'), word('nc')]
      const algorithm = algorithmOf(shown.params.get('algorithm') || undefined)
      const open = rule.emptyNonce === true && nonce === ''
      if (algorithm === null || (uri !== url && uri !== url.split('?')[0])) return refused(true, challenge(false))
      const qop = word('qop') === 'auth' ? 'auth' : null
      const realm = open ? word('realm') : REALM
      const wanted = digestResponse({ algorithm, realm, nonce, method, uri, qop, nc, cnonce: word('cnonce') }, rule)
      if (!sameSecret(word('response').toLowerCase(), wanted)) return refused(true, challenge(false))
      if (open) return PASSES
      // Right, but of another start of ours, too old, or said before: asked for anew, and nobody is to blame.
      const old = age(nonce)
      const count = Number.parseInt(nc, 16) || 0
      if (old === null || old > NONCE_LASTS) return refused(false, challenge(true))
      if (qop !== null && count <= (lastCounts.get(nonce) ?? 0)) return refused(false, challenge(true))
      lastCounts.delete(nonce)
      lastCounts.set(nonce, count)
      forgetOldest(lastCounts)
      return PASSES
    },
    shown: asItIs,
  }
}

function registerGuard(digest: SignIn, clock: Clock): SignIn {
  const registered = new Map<string, number>()
  return {
    judge(caller) {
      const { path, from, headers } = caller
      const named = `${from} ${headers['user-identify'] ?? ''}`
      if (/\/System\/Register$/i.test(path) || headers.authorization !== undefined) {
        const judgement = digest.judge(caller)
        if (judgement.passes) registered.set(named, clock.monotonic())
        forgetOldest(registered)
        return judgement
      }
      // A device that did not name itself when it registered is known by its address alone.
      const since = headers['user-identify'] === undefined ? undefined : (registered.get(named) ?? registered.get(`${from} `))
      return since !== undefined && clock.monotonic() - since < REGISTRATION_LASTS ? PASSES : digest.judge(caller)
    },
    shown: asItIs,
  }
}

function forgetOldest(map: Map<string, number>): void {
  const [oldest] = map.keys()
  if (map.size > MOST_KEPT && oldest !== undefined) map.delete(oldest)
}
