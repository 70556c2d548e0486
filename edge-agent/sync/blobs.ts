import { type Clock, realSpan } from '#edge/clock'
import { milliseconds, type Span, seconds } from '#edge/units'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Travelling } from '../store/evidence.ts'
import type { Store } from '../store/store.ts'
import { backoff } from './backoff.ts'
import { askBlob, type BlobAnswer, type BlobRequestParts } from './blob-request.ts'

/**
 * Tapes and photos up by HTTPS after their records (DESIGN.md section 5): alarms first, then what somebody waits for, then vehicles that were
 * not let go. A large one goes in parts, each of them durable in the cloud before the next; after a cut the cloud is asked how much it has.
 * Records come first: while many of them wait nothing is sent here, and on a thin line half of the time is left to them.
 */
export interface BlobSender {
  /** There may be something to send: records were receipted, an order asks for a blob, the agent has started. */
  wake(): void
  stop(): void
}

interface Parts extends BlobRequestParts {
  readonly store: Pick<Store, 'evidence' | 'backlog'>
  readonly clock: Clock
  readonly chance: () => number
  readonly log: Log
}

const RETRY = { least: seconds(2), most: seconds(60) }
const PART = 128 * 1024
/** A busy site always has a few records on their way. */
const RECORDS_FIRST = 100
const REST_AT_MOST = seconds(10)
/** The cloud and we may disagree about where an upload stands; never for ever. */
const MOST_RESTARTS = 5

export function blobSender(parts: Parts): BlobSender {
  const { store, clock, chance, log } = parts
  const ending = new AbortController()
  let busy = false
  let wokenMeanwhile = false
  let failures = 0
  let cancelRetry: (() => void) | null = null
  let upload: Upload | null = null

  const sendAll = async (): Promise<void> => {
    for (let piece = store.evidence.next(); piece && !ending.signal.aborted; piece = store.evidence.next()) {
      // Whoever has been receipted wakes us again.
      if (store.backlog().records > RECORDS_FIRST) return
      if (upload?.piece.hash !== piece.hash) upload = { piece, at: piece.size <= PART ? 0 : null, restarts: 0 }
      const began = clock.monotonic()
      const answer = await sendSome(parts, upload, ending.signal)
      if (ending.signal.aborted) return
      if (answer.kind === 'later') return later(piece.hash, answer.why)
      failures = 0
      settle(upload, answer)
      if (answer.kind === 'held') await rest(milliseconds(Math.min(REST_AT_MOST, clock.monotonic() - began)))
    }
  }
  function settle(of: Upload, answer: Exclude<BlobAnswer, { kind: 'later' }>): void {
    const { hash } = of.piece
    const disagrees = answer.kind === 'held' && of.at !== null && answer.bytes <= of.at
    if (disagrees) of.restarts += 1
    if (answer.kind === 'stored') store.evidence.sent(hash)
    else if (answer.kind === 'refused' || of.restarts > MOST_RESTARTS) {
      const why = answer.kind === 'refused' ? answer.why : 'the cloud keeps asking for the same part'
      store.evidence.refused(hash, why)
      log.warn({ hash, why }, 'the cloud will not have this evidence')
    } else of.at = answer.bytes
    if (answer.kind !== 'held') upload = null
  }
  function later(hash: string, why: string): void {
    // How much arrived is for the cloud to say.
    upload = null
    if (failures === 0) log.warn({ hash, why }, 'evidence waits until the cloud takes it')
    cancelRetry = clock.timer(realSpan(clock, backoff(failures, RETRY, chance)), () => {
      cancelRetry = null
      wake()
    })
    failures += 1
  }
  const rest = (span: Span): Promise<void> =>
    new Promise((rested) => {
      const cancel = clock.timer(span, done)
      function done(): void {
        cancel()
        ending.signal.removeEventListener('abort', done)
        rested()
      }
      ending.signal.addEventListener('abort', done)
    })
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

/** One piece under way: how much of it is durable there; null where the cloud has not been asked yet. */
interface Upload {
  readonly piece: Travelling
  at: number | null
  restarts: number
}

/** Asks how much is there, or sends the next part. */
function sendSome(parts: Parts, { piece, at }: Upload, ending: AbortSignal): Promise<BlobAnswer> {
  const { hash, size, record } = piece
  const asked = { hash, at: parts.clock.now() }
  if (at === null) return askBlob(parts, { ...asked, method: 'HEAD' }, ending)
  const body = parts.store.evidence.part(hash, at, PART)
  const headers = {
    ...(record === null ? {} : { 'evidence-of': `${record.epoch}.${record.seq}` }),
    ...(body.length < size ? { 'content-range': `bytes ${at}-${at + body.length - 1}/${size}` } : {}),
  }
  return askBlob(parts, { ...asked, method: 'PUT', headers, body }, ending)
}
