import type { ServerResponse } from 'node:http'
import type { Clock } from '#edge/clock'
import { realSpan } from '#edge/clock'
import { type Span, seconds } from '#edge/units'
import { isLoopback } from '../config/console.ts'

/**
 * Server-sent events to many readers. What is said lies in slots, each with the newest only; a beat is put together once for all readers
 * of a topic. A reader who does not keep up is owed slots, not events: when he can read again he gets what is newest, so nobody's
 * slowness holds memory.
 */
export interface FanOut {
  /** Takes over a response, which gets what is said from now on; false where too many read already. `mayStay` is asked again and again. */
  join(topic: string, response: ServerResponse, from: string, mayStay: () => boolean): boolean
  /** Does anybody read this topic? */
  wanted(topic: string): boolean
  /** The newest of a slot; it travels with the next `flush`. */
  say(topic: string, slot: string, event: string, data: unknown): void
  flush(): void
  /** Ends readers who may not stay, and those who have not read for long. */
  tidy(): void
  readers(): number
  stop(): void
}

interface Reader {
  readonly topic: string
  readonly response: ServerResponse
  readonly from: string
  readonly mayStay: () => boolean
  /** Since when it has not kept up, by the monotonic clock. */
  blockedAt: number | null
  readonly owed: Set<string>
}

/** Of topics of one kind, the part before a slash: displays that anybody may open leave the console its places. */
const MOST_READERS = 32
/** The rest is for screens of this computer itself. */
const MOST_FROM_OUTSIDE = 24
const MOST_FROM_ONE = 12
const STUCK_FOR: Span = seconds(30)

export function fanOut(clock: Clock): FanOut {
  const readers = new Set<Reader>()
  const newest = new Map<string, Map<string, string>>()
  const fresh = new Map<string, Set<string>>()

  const textOf = (topic: string, slots: Iterable<string>): string => {
    const said = newest.get(topic)
    return [...slots].map((slot) => said?.get(slot) ?? '').join('')
  }
  function write(reader: Reader, chunk: string | Buffer): void {
    if (chunk.length === 0 || reader.response.destroyed) return
    if (!reader.response.write(chunk)) reader.blockedAt ??= clock.monotonic()
  }
  function drained(reader: Reader): void {
    reader.blockedAt = null
    const owed = textOf(reader.topic, reader.owed)
    reader.owed.clear()
    write(reader, owed)
  }

  return {
    join(topic, response, from, mayStay) {
      const alike = [...readers].filter((reader) => kindOf(reader.topic) === kindOf(topic))
      const outside = isLoopback(from) ? 0 : alike.filter((reader) => !isLoopback(reader.from)).length
      const fromOne = alike.filter((reader) => reader.from === from).length
      if (alike.length >= MOST_READERS || outside >= MOST_FROM_OUTSIDE || fromOne >= MOST_FROM_ONE) return false
      const reader: Reader = { topic, response, from, mayStay, blockedAt: null, owed: new Set() }
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      response.socket?.setNoDelay(true)
      response.on('drain', () => drained(reader))
      response.on('close', () => readers.delete(reader))
      response.on('error', () => readers.delete(reader))
      readers.add(reader)
      // A screen looks for its agent once a second when the line breaks.
      write(reader, 'retry: 1000\n\n')
      return true
    },
    wanted: (topic) => [...readers].some((reader) => reader.topic === topic),
    say(topic, slot, event, data) {
      const slots = newest.get(topic) ?? new Map<string, string>()
      slots.set(slot, `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      newest.set(topic, slots)
      const changed = fresh.get(topic) ?? new Set<string>()
      fresh.set(topic, changed.add(slot))
    },
    flush() {
      for (const [topic, slots] of fresh) {
        const chunk = Buffer.from(textOf(topic, slots))
        for (const reader of readers) {
          if (reader.topic !== topic) continue
          if (reader.blockedAt === null) write(reader, chunk)
          else for (const slot of slots) reader.owed.add(slot)
        }
      }
      fresh.clear()
    },
    tidy() {
      for (const reader of readers) {
        const stuck = reader.blockedAt !== null && clock.monotonic() - reader.blockedAt > realSpan(clock, STUCK_FOR)
        if (stuck) reader.response.destroy()
        else if (!reader.mayStay()) reader.response.end()
      }
    },
    readers: () => readers.size,
    stop() {
      for (const { response } of readers) response.destroy()
      readers.clear()
    },
  }
}

const kindOf = (topic: string): string => topic.split('/')[0] ?? topic
