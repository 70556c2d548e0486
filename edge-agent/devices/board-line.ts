import type { AskedOrder, BoardHost } from '#dialects/board/board-dialect'
import type { BoardAnswer, BoardOrder } from '#dialects/board/orders'
import type { Clock } from '#edge/clock'
import { type Instant, milliseconds, type Span } from '#edge/units'
import { EdgeError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { byteLink, type LinkState } from './byte-link.ts'
import { lateness } from './silence-watch.ts'

/**
 * `not-sent`: nothing went out. `unanswered`: it went out, or some of it, and nobody knows what became of it. `sent`: it went out, and
 * this make of board never answers such an order.
 */
export type Asked =
  | BoardAnswer
  | { readonly kind: 'sent' }
  /** Nothing went out: while it waited for its turn, something before it went unanswered. */
  | { readonly kind: 'in-doubt' }
  | { readonly kind: 'unanswered'; readonly why: string }
  | { readonly kind: 'not-sent'; readonly why: string }

export interface BoardLine {
  start(): void
  stop(): Promise<void>
  /**
   * Never repeats by itself. Urgent orders go ahead of what waits, behind what is on the line already. A `press` does so too, and goes
   * out only if by then the line is not in doubt. A `vouch` is a question that clears the doubt: it first lets what is late come in and
   * be dropped, for as long again as an answer may take.
   */
  ask(order: BoardOrder, how?: 'urgent' | 'press' | 'vouch'): Promise<Asked>
  /** Something has gone unanswered and no question was answered since: its answer may still come, and look like that to the next order. */
  inDoubt(): boolean
  reopen(why: string): void
}

export interface BoardLineParts {
  readonly address: string
  readonly host: BoardHost
  /** What a person is told did not answer: `unit 1`. */
  readonly who: string
  /** The line is quiet this long between telegrams. */
  readonly pause: Span
  readonly answerWithin: Span
  readonly schedule: Iterable<Span>
  readonly clock: Clock
  readonly log: Log
  onState(state: LinkState): void
  onCount(what: string): void
  onWritten(bytes: Uint8Array, at: Instant): void
}

/**
 * So many bytes after a question are looked at. The longest answer is a quarter of it; what pours in beyond is another device or a
 * wrong setting, and reading it byte by byte would hold up every lane.
 */
const MOST_HEARD = 1_024

interface Waiting extends AskedOrder {
  readonly how: 'urgent' | 'press' | 'vouch' | undefined
  settle(asked: Asked): void
}

/** A line with one board on it: one question at a time, and each answer held against its own question. */
export function boardLine(parts: BoardLineParts): BoardLine {
  const { address, host, who, pause, answerWithin, schedule, clock, log, onState, onCount, onWritten } = parts
  const patience = milliseconds(answerWithin + lateness(clock))
  const queue: { readonly urgent: boolean; readonly waiting: Waiting }[] = []
  let asking: Waiting | null = null
  /** The question is on the line, or some of it: only now can bytes be its answer. */
  let sent = false
  let doubt = false
  let open = false
  let requests = 0
  let buffer = new Uint8Array(0)
  let heard = 0
  let lastByteAt = Number.NEGATIVE_INFINITY
  let cancel = (): void => {}

  const settle = (asked: Asked): void => {
    const done = asking
    cancel()
    asking = null
    sent = false
    // Answers to orders look alike (`>`, an echo): only that of a question, which comes after theirs, clears the line.
    if (asked.kind === 'unanswered') doubt = true
    else if (asked.kind === 'inputs' || asked.kind === 'outputs') doubt = false
    done?.settle(asked)
    pump()
  }

  function pump(): void {
    const next = asking === null ? queue.shift()?.waiting : undefined
    if (!next) return
    if (next.how === 'press' && doubt) {
      next.settle({ kind: 'in-doubt' })
      pump()
      return
    }
    asking = next
    const wait = next.how === 'vouch' && doubt ? patience : lastByteAt + pause - clock.monotonic()
    if (wait > 0) cancel = clock.timer(milliseconds(wait), () => void send(next))
    else void send(next)
  }

  async function send(next: Waiting): Promise<void> {
    // What came late to an earlier question must not answer this one.
    buffer = new Uint8Array(0)
    heard = 0
    sent = true
    try {
      await link.write(next.bytes)
    } catch (error) {
      if (asking !== next) return
      const unsent = error instanceof EdgeError && error.code === 'port-unavailable'
      settle({ kind: unsent ? 'not-sent' : 'unanswered', why: reasonOf(error) })
      return
    }
    onWritten(next.bytes, clock.now())
    // The answer may have overtaken the system's word that the question went out.
    if (asking !== next) return
    if (!host.answers(next.order)) {
      cancel = clock.timer(pause, () => settle({ kind: 'sent' }))
      return
    }
    cancel = clock.timer(patience, () => {
      onCount('unanswered')
      settle({ kind: 'unanswered', why: `no answer from ${who} within ${answerWithin} ms` })
    })
  }

  function onBytes(bytes: Uint8Array): void {
    lastByteAt = clock.monotonic()
    onCount('chunks')
    if (!sent || asking === null || !host.answers(asking.order)) return
    const looked = bytes.subarray(0, MOST_HEARD - heard)
    if (looked.length < bytes.length) onCount('flooded')
    heard += looked.length
    buffer = Uint8Array.from([...buffer, ...looked])
    while (asking !== null && sent) {
      const read = host.readAnswer(buffer, asking)
      if (read.kind === 'need-more') return
      buffer = buffer.slice(read.used)
      if (read.kind === 'answer') settle(read.answer)
      else onCount(`rejected-${read.reason}`)
    }
  }

  const link = byteLink(address, {
    clock,
    log,
    schedule,
    onBytes,
    onState: (state) => {
      open = state.open
      // An order that waited for a port must not come true when nobody expects it any more.
      if (!state.open) {
        for (const { waiting } of queue.splice(0)) waiting.settle({ kind: 'not-sent', why: state.why })
        if (asking) settle({ kind: sent ? 'unanswered' : 'not-sent', why: state.why })
      }
      onState(state)
    },
  })

  return {
    start: link.start,
    stop: async () => {
      await link.stop()
      open = false
      for (const { waiting } of queue.splice(0)) waiting.settle({ kind: 'not-sent', why: 'stopped' })
      if (asking) settle({ kind: sent ? 'unanswered' : 'not-sent', why: 'stopped' })
    },
    inDoubt: () => doubt,
    reopen: link.reopen,
    ask: (order, how) =>
      new Promise((settled) => {
        if (!open) {
          settled({ kind: 'not-sent', why: 'the port is not open' })
          return
        }
        const bytes = host.encode(order, ++requests & 0xffff)
        if (bytes === null) {
          settled({ kind: 'not-sent', why: `the board has no order ${order.kind}` })
          return
        }
        const entry = { urgent: how !== undefined, waiting: { order, bytes, how, settle: settled } }
        const behindUrgent = queue.findIndex((other) => !other.urgent)
        if (entry.urgent && behindUrgent >= 0) queue.splice(behindUrgent, 0, entry)
        else queue.push(entry)
        pump()
      }),
  }
}
