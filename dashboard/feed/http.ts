import type { Problem } from '#cloud/api'

/** An answer of the cloud, or what went wrong in its own words. Never thrown: a refused request is Tuesday. */
export type Answer<T> = { readonly ok: true; readonly status: number; readonly body: T } | { readonly ok: false; readonly problem: Problem }

export type Query = Readonly<Record<string, string | number | null | undefined>>

/** Our own problem types, for what never reached the cloud. */
export const UNREACHABLE = 'urn:pitgate:unreachable'
export const UNREADABLE = 'urn:pitgate:unreadable'

export interface Http {
  get<T>(path: string, query?: Query): Promise<Answer<T>>
  post<T>(path: string, body: unknown, wish?: Wish): Promise<Answer<T>>
  remove(path: string): Promise<Answer<null>>
}

export interface HttpParts {
  readonly language: () => string
  readonly heardAt: (dateHeader: string | null) => void
  /** A 401 on anything but the sign-in itself. */
  readonly sessionLost: () => void
}

/** 128 random bits as text. `crypto.randomUUID` is missing on plain http inside an intranet; this is not. */
const freshKey = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/**
 * What a person wants done once. Its `Idempotency-Key` stays the same while nobody knows whether it was done (no answer, or the
 * cloud failed), so that trying again cannot do it twice; another body, or a clear yes or no, ends it.
 */
export interface Wish {
  keyFor(body: string): string
  answered(answer: Answer<unknown>): void
}
export function oneWish(): Wish {
  let asked: string | null = null
  let key = ''
  return {
    keyFor(body) {
      if (body !== asked) key = freshKey()
      asked = body
      return key
    },
    answered(answer) {
      if (answer.ok || (answer.problem.status >= 400 && answer.problem.status < 500)) asked = null
    },
  }
}

export function createHttp(parts: HttpParts): Http {
  const ask = async <T>(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer<T>> => {
    let response: Response
    try {
      response = await fetch(path, {
        method,
        headers: { accept: 'application/json, text/plain', 'accept-language': parts.language(), ...headers },
        credentials: 'same-origin',
        cache: 'no-store',
        ...(body === undefined ? {} : { body }),
      })
    } catch (cause) {
      return { ok: false, problem: { type: UNREACHABLE, title: String(cause), status: 0 } }
    }
    parts.heardAt(response.headers.get('date'))
    if (response.status === 401 && !(method === 'POST' && path.endsWith('/session'))) parts.sessionLost()
    return readAnswer<T>(response)
  }
  return {
    get: (path, query = {}) => ask('GET', withQuery(path, query), {}),
    async post<T>(path: string, body: unknown, wish?: Wish) {
      const text = JSON.stringify(body)
      const key: Record<string, string> = wish ? { 'idempotency-key': wish.keyFor(text) } : {}
      const answer = await ask<T>('POST', path, { 'content-type': 'application/json', ...key }, text)
      wish?.answered(answer)
      return answer
    },
    remove: (path) => ask('DELETE', path, {}),
  }
}

export function withQuery(path: string, query: Query): string {
  const said = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '')
  return said.length === 0 ? path : `${path}?${new URLSearchParams(said.map(([name, value]) => [name, String(value)]))}`
}

async function readAnswer<T>(response: Response): Promise<Answer<T>> {
  const type = response.headers.get('content-type') ?? ''
  const status = response.status
  try {
    if (response.ok) {
      const body = status === 204 ? null : type.includes('json') ? await response.json() : await response.text()
      return { ok: true, status, body: body as T }
    }
    if (type.includes('json')) return { ok: false, problem: { ...((await response.json()) as Problem), status } }
  } catch (cause) {
    return { ok: false, problem: { type: UNREADABLE, title: String(cause), status } }
  }
  // A proxy in between answers in its own words; its status is all we can use.
  return { ok: false, problem: { type: status >= 502 ? UNREACHABLE : UNREADABLE, title: response.statusText, status } }
}
