import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { milliseconds, type Span } from '#edge/units'

export interface Posted {
  readonly status: number
  readonly body: string
}

/**
 * How a camera posts: one connection for each message, an answer waited for, Digest as its cheap firmware has it (RFC 2617, the first
 * challenge it finds, count always 1). Written apart from the agent's own. Null: nobody took it.
 */
export async function cameraPost(
  url: string,
  message: {
    readonly method?: string
    readonly contentType: string
    readonly body: Uint8Array
    readonly headers?: Readonly<Record<string, string>>
  },
  about: { readonly user?: string; readonly password?: string; readonly within?: Span } = {},
): Promise<Posted | null> {
  const method = message.method ?? 'POST'
  const headers = { 'content-type': message.contentType, ...message.headers }
  const first = await once(url, method, headers, message.body, about.within)
  if (first?.status !== 401 || about.user === undefined) return first
  const path = new URL(url).pathname + new URL(url).search
  const word = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(first.challenge)?.[1] ?? ''
  const hash = (text: string): string => createHash('md5').update(text).digest('hex')
  const cnonce = randomBytes(4).toString('hex')
  const secret = hash(`${about.user}:${word('realm')}:${about.password ?? ''}`)
  const response = hash(`${secret}:${word('nonce')}:00000001:${cnonce}:auth:${hash(`${method}:${path}`)}`)
  const digest = `Digest username="${about.user}", realm="${word('realm')}", nonce="${word('nonce')}", uri="${path}", qop=auth, nc=00000001, cnonce="${cnonce}", response="${response}"`
  const basic = `Basic ${Buffer.from(`${about.user}:${about.password ?? ''}`).toString('base64')}`
  const authorization = first.challenge.startsWith('Digest') ? digest : basic
  return once(url, method, { ...headers, authorization }, message.body, about.within)
}

function once(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  within: Span = milliseconds(5_000),
): Promise<(Posted & { readonly challenge: string }) | null> {
  return new Promise((done) => {
    const asked = request(url, { method, agent: false, timeout: within, headers: { ...headers, 'content-length': body.length } })
    asked.on('response', (answer) => {
      let said = ''
      answer.on('data', (chunk: Buffer) => (said += chunk.toString()))
      answer.on('error', () => done(null))
      answer.on('end', () => done({ status: answer.statusCode ?? 0, body: said, challenge: answer.headers['www-authenticate'] ?? '' }))
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => done(null))
    asked.end(body)
  })
}
