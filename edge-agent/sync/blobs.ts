import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { type Clock, realSpan } from '#edge/clock'
import type { AgentId, SiteId } from '#edge/ids'
import type { Signer } from '#edge/seal'
import { seconds, toIso } from '#edge/units'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'
import { backoff } from './backoff.ts'

/**
 * Tapes and photos up by HTTPS, one at a time, after their records (DESIGN.md section 5): those of vehicles that were not let go, those
 * of alarms, and those the cloud asks for. Named by hash, so that sending one twice, after a cut, stores it once.
 */
export interface BlobSender {
  /** There may be something to send: records were receipted, an order asks for a blob, the agent has started. */
  wake(): void
  stop(): void
}

interface Parts {
  readonly store: Pick<Store, 'evidence'>
  /** Where the cloud's HTTP answers: `https://cloud.example`. */
  readonly cloudUrl: string
  readonly ca: string | null
  readonly site: SiteId
  readonly agent: AgentId
  readonly signer: Signer
  readonly clock: Clock
  readonly chance: () => number
  readonly log: Log
}

type Answer =
  | { readonly kind: 'stored' }
  | { readonly kind: 'unwanted'; readonly why: string }
  | { readonly kind: 'later'; readonly why: string }

const RETRY = { least: seconds(2), most: seconds(60) }
const ANSWER_WITHIN = 60_000

export function blobSender(parts: Parts): BlobSender {
  const { store, clock, chance, log } = parts
  const ending = new AbortController()
  let busy = false
  let wokenMeanwhile = false
  let failures = 0
  let cancelRetry: (() => void) | null = null

  const sendAll = async (): Promise<void> => {
    for (let blob = store.evidence.next(); blob && !ending.signal.aborted; blob = store.evidence.next()) {
      const answer = await put(parts, blob, ending.signal)
      if (ending.signal.aborted) return
      if (answer.kind === 'later') {
        if (failures === 0) log.warn({ hash: blob.hash, why: answer.why }, 'evidence waits until the cloud takes it')
        cancelRetry = clock.timer(realSpan(clock, backoff(failures, RETRY, chance)), () => {
          cancelRetry = null
          wake()
        })
        failures += 1
        return
      }
      failures = 0
      if (answer.kind === 'stored') store.evidence.sent(blob.hash)
      else {
        store.evidence.refused(blob.hash, answer.why)
        log.warn({ hash: blob.hash, why: answer.why }, 'the cloud will not have this evidence')
      }
    }
  }
  const wake = (): void => {
    wokenMeanwhile = busy
    // A cloud that just failed is not asked sooner because more has become ready for it.
    if (busy || cancelRetry || ending.signal.aborted) return
    busy = true
    sendAll()
      .catch((error: unknown) => log.error({ reason: reasonOf(error) }, 'evidence cannot be read'))
      .finally(() => {
        busy = false
        if (wokenMeanwhile) wake()
      })
  }
  return {
    wake,
    stop() {
      cancelRetry?.()
      ending.abort()
    },
  }
}

function put(
  { cloudUrl, ca, site, agent, signer, clock }: Parts,
  blob: { hash: string; bytes: Uint8Array },
  ending: AbortSignal,
): Promise<Answer> {
  const timestamp = toIso(clock.now())
  const url = new URL(`/agent/v1/blobs/${blob.hash}`, cloudUrl)
  const request = url.protocol === 'https:' ? tlsRequest : plainRequest
  return new Promise((resolve) => {
    const sending = request(
      url,
      {
        method: 'PUT',
        signal: ending,
        timeout: ANSWER_WITHIN,
        ...(ca === null ? {} : { ca }),
        headers: {
          authorization: `Agent ${site}/${agent} ${timestamp} ${signer.sign(`blob\n${blob.hash}\n${timestamp}`)}`,
          'content-type': 'application/octet-stream',
          'content-length': blob.bytes.length,
        },
      },
      (response) => {
        response.resume()
        resolve(answerOf(response.statusCode ?? 0))
      },
    )
    sending.on('timeout', () => sending.destroy(new Error('the cloud did not answer')))
    sending.on('error', (error) => resolve({ kind: 'later', why: reasonOf(error) }))
    sending.end(blob.bytes)
  })
}

/** Only a cloud that knows us and has looked can turn evidence away; everything else is a reason to come back. */
function answerOf(status: number): Answer {
  if (status >= 200 && status < 300) return { kind: 'stored' }
  const final = [400, 403, 404, 409, 410, 413, 422]
  return { kind: final.includes(status) ? 'unwanted' : 'later', why: `HTTP ${status}` }
}
