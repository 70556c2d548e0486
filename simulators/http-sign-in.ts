import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * The web server of a camera asks who it is: Digest as cameras speak it (RFC 2617: MD5, qop auth, nonces it forgets after some use),
 * or Basic. Written apart from the agent's own, so that both cannot share one wrong belief. Counts what was refused, as the cameras
 * do that lock an account.
 */
export interface HttpSignIn {
  /** True when the request may pass; else the 401 is already answered. */
  passes(request: IncomingMessage, response: ServerResponse): boolean
  /** Wrong passwords in a row; a real camera locks at five or seven. */
  wrong(): number
  /** Every `nc` of the present nonce, in order. */
  counts(): readonly string[]
  /** Present nonces are forgotten, as after a restart. */
  forget(): void
}

export function httpSignIn(of: {
  readonly user: string
  readonly password: string
  readonly scheme?: 'digest' | 'digest-without-qop' | 'digest-sha-256' | 'basic'
  readonly saysStale?: boolean
}): HttpSignIn {
  const { user, password, scheme = 'digest', saysStale = true } = of
  const algorithm = scheme === 'digest-sha-256' ? 'sha256' : 'md5'
  const hash = (text: string): string => createHash(algorithm).update(text).digest('hex')
  const realm = 'IP Camera(C1234)'
  let nonce = randomBytes(12).toString('hex')
  let used: string[] = []
  let wrong = 0

  const word = (header: string, name: string): string => new RegExp(`[ ,]${name}="?([^",]*)"?`).exec(header)?.[1] ?? ''
  function ask(response: ServerResponse, stale: boolean): false {
    const digest =
      `Digest realm="${realm}", nonce="${nonce}"` +
      (scheme === 'digest-without-qop' ? '' : ', qop="auth"') +
      (scheme === 'digest-sha-256' ? ', algorithm=SHA-256' : '') +
      (stale && saysStale ? ', stale=true' : '')
    response.writeHead(401, { 'www-authenticate': scheme === 'basic' ? `Basic realm="${realm}"` : digest, connection: 'close' })
    response.end('<html>Unauthorized</html>')
    return false
  }

  return {
    passes(request, response) {
      const header = request.headers.authorization ?? ''
      if (scheme === 'basic') {
        if (header === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`) return true
        if (header !== '') wrong++
        return ask(response, false)
      }
      if (!header.startsWith('Digest ')) return ask(response, false)
      const secret = hash(`${user}:${realm}:${password}`)
      const what = hash(`${request.method}:${request.url}`)
      const nc = word(header, 'nc')
      const counted = scheme === 'digest-without-qop' ? '' : `:${nc}:${word(header, 'cnonce')}:auth`
      const theirs = word(header, 'nonce')
      const right =
        word(header, 'response') === hash(`${secret}:${theirs}${counted}:${what}`) &&
        word(header, 'uri') === request.url &&
        word(header, 'username') === user
      if (right && theirs !== nonce) return ask(response, true)
      // A nonce whose count goes back is somebody's recording.
      if (right && (nc === '' || !used.includes(nc))) {
        used.push(nc)
        wrong = 0
        return true
      }
      wrong++
      return ask(response, false)
    },
    wrong: () => wrong,
    counts: () => used,
    forget: () => {
      nonce = randomBytes(12).toString('hex')
      used = []
    },
  }
}
