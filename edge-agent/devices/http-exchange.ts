import { type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import { EdgeError } from '../errors.ts'

export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With its query, exactly as it stands on the request line. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

/** What an `AbortSignal` given to `exchange` says of its reason. */
export const TIME_OUT = 'no answer in time'
export const STOPPED = 'stopped'

/** Opens one connection, sends one request and waits for the head of its answer. The errors are those of `HttpDevice.request`. */
export function exchange(base: URL, question: Question, signed: string | null, stop: AbortSignal): Promise<IncomingMessage> {
  const { method, path, headers = {}, body } = question
  return new Promise((answered, failed) => {
    let connected = false
    const asked = (base.protocol === 'https:' ? overHttps : overHttp)({
      hostname: base.hostname.replace(/^\[|\]$/g, ''),
      ...(base.port === '' ? {} : { port: base.port }),
      method,
      path,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        ...(signed === null ? {} : { authorization: signed }),
      },
      agent: false,
      signal: stop,
      // Cameras send header lines that the standard forbids; there is no other request on this connection they could spoil.
      insecureHTTPParser: true,
      maxHeaderSize: 16_384,
    })
    asked.on('socket', (socket) =>
      socket.once('connect', () => {
        connected = true
      }),
    )
    asked.on('response', answered)
    asked.on('error', (cause) => {
      const code = connected ? 'port-lost' : 'port-unavailable'
      failed(stop.aborted ? abortedBy(base, stop, connected) : new EdgeError(code, { url: base.origin, path: path.split('?')[0], cause }))
    })
    asked.end(body)
  })
}

/** The error for an exchange that we gave up ourselves; `connected`: the device may have heard of it. */
export function abortedBy(base: URL, { reason }: AbortSignal, connected: boolean): EdgeError {
  if (!connected)
    return new EdgeError('port-unavailable', { url: base.origin, why: reason === TIME_OUT ? 'no answer to connecting' : STOPPED })
  return new EdgeError(reason === TIME_OUT ? 'answer-timeout' : 'port-lost', { url: base.origin, why: String(reason) })
}

/** Lower-case names, several lines of one joined. */
export const flatHeaders = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]))

/** Everything an answer holds, up to a limit; the connection is ended beyond it. */
export async function wholeBody(answer: IncomingMessage, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > most) throw new RangeError(`an answer of more than ${most} bytes`)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
