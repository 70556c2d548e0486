import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import type { AgentId, SiteId } from '#edge/ids'
import type { Signer } from '#edge/seal'
import { type Instant, toIso } from '#edge/units'
import { reasonOf } from '../errors.ts'

/** What the cloud said to a question or a part; `refused` is its last word, `later` is not. */
export type BlobAnswer =
  | { readonly kind: 'stored' }
  /** Durable there from the beginning up to here. */
  | { readonly kind: 'held'; readonly bytes: number }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'later'; readonly why: string }

export interface BlobRequestParts {
  /** Where the cloud's HTTP answers: `https://cloud.example`. */
  readonly cloudUrl: string
  readonly ca: string | null
  readonly site: SiteId
  readonly agent: AgentId
  readonly signer: Signer
}

const ANSWER_WITHIN = 60_000

/** One request about one blob, signed by the agent: the site's evidence comes from nobody else. */
export function askBlob(
  { cloudUrl, ca, site, agent, signer }: BlobRequestParts,
  asked: {
    readonly hash: string
    readonly at: Instant
    readonly method: 'HEAD' | 'PUT'
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: Uint8Array
  },
  ending: AbortSignal,
): Promise<BlobAnswer> {
  const { hash, at, method, headers = {}, body } = asked
  const timestamp = toIso(at)
  const url = new URL(`/agent/v1/blobs/${hash}`, cloudUrl)
  const request = url.protocol === 'https:' ? tlsRequest : plainRequest
  return new Promise((resolve) => {
    const sending = request(
      url,
      {
        method,
        signal: ending,
        timeout: ANSWER_WITHIN,
        ...(ca === null ? {} : { ca }),
        headers: {
          ...headers,
          authorization: `Agent ${site}/${agent} ${timestamp} ${signer.sign(`blob\n${hash}\n${timestamp}`)}`,
          ...(body === undefined ? {} : { 'content-type': 'application/octet-stream', 'content-length': body.length }),
        },
      },
      (response) => {
        response.resume()
        // A line that breaks within the answer has not answered.
        response.on('error', (error) => resolve({ kind: 'later', why: reasonOf(error) }))
        response.on('end', () => resolve(answerOf(response)))
      },
    )
    sending.on('timeout', () => sending.destroy(new Error('the cloud did not answer')))
    sending.on('error', (error) => resolve({ kind: 'later', why: reasonOf(error) }))
    sending.end(body)
  })
}

/** Only a cloud that knows us and has looked can turn evidence away; everything else is a reason to come back. */
function answerOf({ statusCode: status = 0, headers }: IncomingMessage): BlobAnswer {
  const said = headers['upload-offset']
  const offset = typeof said === 'string' && /^\d{1,10}$/.test(said) ? Number(said) : null
  const asks = status === 200 && headers['upload-complete'] === '?0'
  if (offset !== null && (asks || status === 202 || status === 409)) return { kind: 'held', bytes: offset }
  if (status >= 200 && status < 300) return { kind: 'stored' }
  const final = [400, 403, 404, 409, 410, 413, 422]
  return { kind: final.includes(status) ? 'refused' : 'later', why: `HTTP ${status}` }
}
