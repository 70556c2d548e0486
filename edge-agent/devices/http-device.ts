import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type Clock, realSpan } from '#edge/clock'
import { hours, milliseconds, type Span } from '#edge/units'
import { EdgeError } from '../errors.ts'
import type { Log } from '../log.ts'
import { authorization, bestChallenge, type Challenge, type Credentials } from './digest.ts'
import { abortedBy, exchange, flatHeaders, type Question, STOPPED, TIME_OUT, wholeBody } from './http-exchange.ts'

export interface HttpAnswer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface HttpAsking extends Question {
  /** For the whole exchange, in real time whatever the speed of the clock: networks do not run faster in a demo. */
  readonly within: Span
}

export interface HttpStream {
  readonly path: string
  /** The answer has begun; its headers name the boundary. */
  onOpen?(headers: Readonly<Record<string, string>>): void
  onBytes(bytes: Uint8Array): void
  /** Told once, also when it never came about; not after `stop`. */
  onGone(why: EdgeError): void
}

/** A device with a web server: cameras, and the barriers behind them. */
export interface HttpDevice {
  /**
   * One request, one answer of any status but 401. EdgeError `port-unavailable`: no connection, nothing went out; `port-lost`,
   * `answer-timeout`: nobody knows what the device did with it; `sign-in-refused`: it did nothing.
   */
  request(asking: HttpAsking): Promise<HttpAnswer>
  /** An answer without end; the result of calling ends it. */
  stream(asking: HttpStream): () => void
  /** Ends everything under way. */
  stop(): void
}

export interface HttpDeviceParts {
  /** `http://192.168.1.64` or `http://192.168.1.64:8000`. */
  readonly baseUrl: string
  readonly user?: string
  readonly password?: string
  readonly clock: Clock
  readonly log: Log
  /** An answer longer than this is given up as `port-lost`. */
  readonly mostBytes?: number
}

/** A device that refused our password is left alone for so long: cameras lock the account after a few more tries. */
export const LEAVE_ALONE_FOR = hours(1)
/** Until a stream's answer begins. */
const BEGIN_WITHIN = milliseconds(10_000)

/**
 * HTTP with Digest or Basic. The nonce is used again and counted, so that a request costs one round trip; a 401 that follows our
 * credentials is the last for an hour, because the next ones would lock the account. Each request has a connection of its own:
 * on a kept one nobody could tell whether a broken request was carried out.
 */
export function httpDevice({ baseUrl, user, password, clock, log, mostBytes = 4 * 1_024 * 1_024 }: HttpDeviceParts): HttpDevice {
  const base = new URL(baseUrl)
  const credentials: Credentials | null = user === undefined ? null : { user, password: password ?? '' }
  const running = new Set<() => void>()
  let known: { readonly challenge: Challenge; count: number } | null = null
  let refusedAt: number | null = null

  const signedFor = (method: string, uri: string): string | null =>
    known === null || credentials === null
      ? null
      : authorization(known.challenge, credentials, { method, uri, cnonce: randomBytes(8).toString('hex'), count: ++known.count })

  /** The answer, with our credentials where they are asked for. */
  async function signIn(asking: Question, stop: AbortSignal): Promise<IncomingMessage> {
    if (refusedAt !== null && clock.monotonic() - refusedAt < LEAVE_ALONE_FOR) throw refusal('left alone after a refused password')
    let fresh = false
    for (let tries = 0; tries < 3; tries++) {
      const answer = await exchange(base, asking, signedFor(asking.method, asking.path), stop)
      if (answer.statusCode !== 401) {
        refusedAt = null
        return answer
      }
      answer.destroy()
      const challenge = bestChallenge(answer.headersDistinct['www-authenticate'] ?? [])
      if (credentials === null) throw refusal('it wants a user and a password')
      if (challenge === null) throw refusal('it asks for a way to sign in that we do not speak')
      if (fresh && !challenge.stale) break
      // Two requests that sign in at once are asked by the same nonce, and its count never goes back.
      if (known?.challenge.nonce !== challenge.nonce) known = { challenge, count: 0 }
      fresh = true
    }
    known = null
    refusedAt = clock.monotonic()
    log.error({ url: base.origin, user }, 'the device refuses our user or password; it is left alone for an hour, lest it lock the account')
    throw refusal('user or password is wrong')
  }
  const refusal = (why: string): EdgeError => new EdgeError('sign-in-refused', { url: base.origin, why })

  function underWay(within: Span): { readonly signal: AbortSignal; begun(): void; done(): void; stop(): void } {
    const controller = new AbortController()
    const timeOut = clock.timer(realSpan(clock, within), () => controller.abort(TIME_OUT))
    const stop = (): void => controller.abort(STOPPED)
    running.add(stop)
    return {
      signal: controller.signal,
      begun: timeOut,
      done: () => {
        timeOut()
        running.delete(stop)
      },
      stop,
    }
  }

  return {
    async request({ within, ...asking }) {
      const way = underWay(within)
      try {
        const answer = await signIn(asking, way.signal)
        return { status: answer.statusCode ?? 0, headers: flatHeaders(answer), body: await wholeBody(answer, mostBytes) }
      } catch (error) {
        if (error instanceof EdgeError) throw error
        throw way.signal.aborted ? abortedBy(base, way.signal, true) : new EdgeError('port-lost', { url: base.origin, cause: error })
      } finally {
        way.done()
      }
    },
    stream({ path, onOpen, onBytes, onGone }) {
      const way = underWay(BEGIN_WITHIN)
      let stopped = false
      const gone = (error: unknown): void => {
        way.done()
        if (stopped || way.signal.reason === STOPPED) return
        stopped = true
        onGone(error instanceof EdgeError ? error : new EdgeError('port-lost', { url: base.origin, cause: error }))
      }
      signIn({ method: 'GET', path }, way.signal).then((answer) => {
        if (stopped) return void answer.destroy()
        if (answer.statusCode !== 200) {
          answer.destroy()
          return gone(new EdgeError('port-lost', { url: base.origin, why: `the device answered ${answer.statusCode}` }))
        }
        way.begun()
        onOpen?.(flatHeaders(answer))
        answer.on('data', (bytes: Uint8Array) => {
          if (!stopped) onBytes(bytes)
        })
        answer.on('error', gone)
        answer.on('close', () => gone(new EdgeError('port-lost', { url: base.origin, why: 'ended by the device' })))
      }, gone)
      return () => {
        stopped = true
        way.stop()
        way.done()
      }
    },
    stop: () => {
      for (const stop of running) stop()
    },
  }
}
