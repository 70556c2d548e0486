import { type Clock, realSpan } from '#edge/clock'
import type { AgentId, Epoch, SiteId } from '#edge/ids'
import type { Signer } from '#edge/seal'
import { BATCH_MAX_LINES, batchLength, encodeBatch, type Line, type Receipt, recordsOf, signHead } from '#edge/stream'
import { milliseconds, type Span, seconds } from '#edge/units'
import type { Store } from '../store/store.ts'
import { backoff } from './backoff.ts'
import type { Pace } from './pace.ts'

/**
 * Sends the journal up, oldest epoch first, at most four batches ahead of the cloud's receipts (DESIGN.md D6, rule R11), and no more
 * bytes than the line bears (pace.ts).
 *
 * - *flowing*: a record goes at once when nothing is under way; else it waits for company until a batch is full, a receipt comes, or
 *   200 ms have passed.
 * - *asked again*: the receipt of a later batch names a missing range. What is under way may still be arriving, so half a second is waited
 *   first, or twice as long as receipts take.
 * - *unanswered*: no receipt for the oldest batch within a growing, jittered wait beyond that: the beginning of it is sent again, and only
 *   that, until the cloud answers. A broker's PUBACK counts for nothing.
 */
export interface Sender {
  /** There may be something to send. */
  wake(): void
  connected(): void
  disconnected(): void
  /** Nothing is under way: a receipt that comes now answers something else. */
  idle(): boolean
  /** After the store has taken the receipt. */
  receipted(receipt: Receipt): void
}

interface Parts {
  readonly store: Pick<Store, 'waiting' | 'linesToSend'>
  readonly site: SiteId
  readonly agent: AgentId
  readonly signer: Signer
  readonly clock: Clock
  readonly pace: Pace
  readonly publish: (payload: string) => void
  readonly chance: () => number
}

interface Sent {
  readonly to: number
  readonly at: number
  readonly bytes: number
  /** Bytes under way when it was sent, its own among them. */
  readonly ahead: number
  readonly again: boolean
}

const WINDOW = 4
/** What goes again is cut shorter than it went first, so that its receipt tells which of the two has come. */
const AGAIN_BYTES = 512
/** Fewer bytes no record has, with what stands around its body: of a small batch no more are read, and verified, than fit into it. */
const SHORTEST_LINE = 256
const FILL_WITHIN = milliseconds(200)
const ASKED_AGAIN_AFTER = milliseconds(500)
const PATIENT_AT_MOST = seconds(15)
const RESEND = { least: seconds(1), most: seconds(60) }

export function recordSender({ store, site, agent, signer, clock, pace, publish, chance }: Parts): Sender {
  let online = false
  let epoch: Epoch | null = null
  let next = 1
  let underWay: readonly Sent[] = []
  /** What was under way when nothing was heard for too long: late, or lost. */
  let doubtful: readonly Sent[] = []
  /** The last record of this epoch that has ever been under way on this connection. */
  let sentUpto = 0
  let unanswered = 0
  let filling: (() => void) | null = null
  let resending: (() => void) | null = null

  const after = (span: Span, then: () => void): (() => void) => clock.timer(realSpan(clock, span), then)
  const quiet = (): void => {
    filling?.()
    resending?.()
    filling = resending = null
  }
  /** What is late is not lost yet; but a line that was once slow does not make us wait for ever. */
  const patience = (): Span => milliseconds(Math.min(2 * pace.usual(), PATIENT_AT_MOST))
  const bytesUnderWay = (): number => underWay.reduce((sum, { bytes }) => sum + bytes, 0)
  const sinceThen = (at: number): Span => milliseconds((clock.monotonic() - at) / clock.speed)
  const send = (of: Epoch, from: number, lines: readonly Line[]): void => {
    const last = lines.at(-1) as Line
    const head = signHead(recordsOf(site, agent), { epoch: of, seq: from + lines.length - 1, hash: signer.hash(last.bytes) }, signer)
    const payload = encodeBatch({ epoch: of, from, lines, head })
    const bytes = Buffer.byteLength(payload)
    const to = from + lines.length - 1
    underWay = [...underWay, { to, at: clock.monotonic(), bytes, ahead: bytesUnderWay() + bytes, again: from <= sentUpto }]
    sentUpto = Math.max(sentUpto, to)
    publish(payload)
  }
  const rewind = (): void => {
    if (doubtful.length === 0) doubtful = underWay
    underWay = []
    next = 0
    pump(true)
  }
  const forget = (): void => {
    underWay = doubtful = []
    next = sentUpto = 0
  }
  const awaitReceipt = (span: Span): void => {
    resending?.()
    resending = after(span, () => {
      resending = null
      unanswered += 1
      pace.unanswered(unanswered)
      rewind()
    })
  }

  /** Sends what may be sent now. `hurry`: does not wait for a batch to fill. */
  const pump = (hurry: boolean): void => {
    const target = store.waiting()[0]
    if (!online || !target) {
      quiet()
      return
    }
    if (target.head.epoch !== epoch) {
      epoch = target.head.epoch
      forget()
    }
    next = Math.max(next, target.receipted + 1)
    const window = unanswered > 0 ? 1 : WINDOW
    const batch = unanswered > 0 ? Math.min(AGAIN_BYTES, pace.batch()) : pace.batch()
    while (underWay.length < window && next <= target.head.seq) {
      if (underWay.length > 0 && bytesUnderWay() + batch > pace.room()) break
      const most = Math.min(BATCH_MAX_LINES, Math.ceil(batch / SHORTEST_LINE))
      const found = store.linesToSend(epoch, next, Math.min(most, target.head.seq - next + 1))
      const lines = found.slice(0, batchLength(found, batch))
      const full = lines.length < found.length || lines.length === most
      if (!full && !hurry && underWay.length > 0) {
        filling ??= after(FILL_WITHIN, () => {
          filling = null
          pump(true)
        })
        break
      }
      send(epoch, next, lines)
      next += lines.length
    }
    if (underWay.length > 0 && !resending) awaitReceipt(milliseconds(backoff(unanswered, RESEND, chance) + patience()))
  }

  return {
    wake: () => pump(false),
    connected() {
      online = true
      unanswered = 0
      forget()
      pump(true)
    },
    disconnected() {
      online = false
      forget()
      quiet()
    },
    idle: () => underWay.length === 0,
    receipted(receipt) {
      if (receipt.epoch === epoch) {
        const ends = ({ to }: Sent): boolean => to === receipt.upto
        if (doubtful.some(ends) && !underWay.some(ends)) {
          // It was only late, and so may be what was sent behind it.
          underWay = doubtful
          next = (doubtful.at(-1)?.to ?? receipt.upto) + 1
        }
        const arrived = underWay.filter((it) => it.to <= receipt.upto)
        underWay = underWay.filter((it) => it.to > receipt.upto)
        const last = arrived.at(-1)
        if (last !== undefined) {
          doubtful = []
          if (!last.again) pace.answered({ ...last, sentAt: last.at / clock.speed, took: sinceThen(last.at) })
          unanswered = 0
          resending?.()
          resending = null
        }
        if (receipt.missing.length > 0) {
          const oldest = underWay[0]
          if (!oldest) return rewind()
          // It names what it was told: that batch has come, and an earlier one was lost on the way. Whatever goes again is the only one of its kind.
          const heard = underWay.find(({ to }) => to === receipt.missing.at(-1)?.[1])
          if (heard) {
            if (!heard.again && sentUpto > receipt.upto)
              pace.answered({ ...heard, sentAt: heard.at / clock.speed, took: sinceThen(heard.at) })
            sentUpto = receipt.upto
            const wait = Math.max(ASKED_AGAIN_AFTER, patience())
            awaitReceipt(milliseconds(Math.max(0, wait - sinceThen(oldest.at))))
          }
        }
      }
      pump(false)
    },
  }
}
