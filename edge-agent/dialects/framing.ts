import type { Rejected, RejectReason } from './scale/reading.ts'

/**
 * The one scanner of framed dialects: bytes in any chunks, frames and rejected spans out. After a candidate fails it goes on at the
 * very next byte, never a frame length further, so that a true frame behind a false start is not lost. Each byte is copied once and
 * each candidate is judged over at most `longest` bytes, so any garbage costs time in proportion to its length; memory is the room
 * below and never grows.
 *
 * Rejected bytes are told in spans: a candidate that fails for a reason of its own opens a span, and the noise after it belongs to
 * it; noise before any candidate is a span of its own. A span is told when it is over: at the next frame, the next failing
 * candidate, at `LONGEST_SPAN` bytes, or when the line falls quiet. Spans and frames together are exactly the bytes fed.
 */
export interface Framing<Said> {
  /** Bytes a frame can begin with, or `any` for formats without a start byte. */
  readonly starts: readonly number[] | 'any'
  /** Bytes of the shortest and the longest frame. `judge` is first asked when `shortest` bytes are there. */
  readonly shortest: number
  readonly longest: number
  /**
   * What stands at `from`, where bytes up to `to` are known (read them with `byteAt`). The answer must not depend on how many bytes
   * happen to be there: once anything but `need-more` is said, more bytes may not change it. `noise` is for a start byte that
   * proves to be no start; any other reason is counted as a failed frame. Where the start byte cannot occur inside a frame, fail
   * on it as `bad-length`: the scanner then begins again there. `over`: the line fell quiet and nothing follows, so a frame that
   * could have been longer ends here.
   */
  judge(bytes: Uint8Array, from: number, to: number, over: boolean): Judgement<Said>
  /**
   * Formats of lines: the byte that ends one. A line that fails is one rejection, though each of its tails is still tried (a whole
   * frame may stand behind a cut-off one) and fails again.
   */
  readonly lineEnd?: number
  /**
   * A frame that begins with one of `starts` never stands directly behind one of `bytes`, unless that ends a frame itself: for first
   * bytes that are no mark, so that the tail of something longer is not taken for a frame.
   */
  readonly notAfter?: { readonly starts: readonly number[]; readonly bytes: readonly number[] }
}

export type Judgement<Said> = 'need-more' | RejectReason | { readonly length: number; readonly said: Said }

export interface Scanner<Said> {
  push(bytes: Uint8Array, onSaid: (said: Said) => void, onRejected: (rejected: Rejected) => void): void
  quiet(onRejected: (rejected: Rejected) => void, onSaid?: (said: Said) => void): void
}

/** Two seconds of a wrongly set line: noise is told while a person still looks at the screen. */
export const LONGEST_SPAN = 256

/** The byte at a place, or −1 beyond the end, which is in no class of characters. */
export const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? -1

const classOf = (bytes: readonly number[]): Uint8Array => {
  const members = new Uint8Array(256)
  for (const byte of bytes) members[byte] = 1
  return members
}

export function scanner<Said>(framing: Framing<Said>): Scanner<Said> {
  const { shortest, longest } = framing
  const mayStart = new Uint8Array(256).fill(framing.starts === 'any' ? 1 : 0)
  if (framing.starts !== 'any') for (const start of framing.starts) mayStart[start] = 1
  const weakStart = classOf(framing.notAfter?.starts ?? [])
  const mayNotPrecede = classOf(framing.notAfter?.bytes ?? [])
  // Four times what can be left over, so that moving it to the front is rare whatever the chunks.
  const room = new Uint8Array(4 * (LONGEST_SPAN + longest))
  /** Where `room[0]` stands in everything fed so far. */
  let base = 0
  /** room[head…next) is the open span, room[next…end) not yet judged. */
  let head = 0
  let next = 0
  let end = 0
  let reason: RejectReason = 'noise'
  /** In a line that failed: its tails may still hold a frame, but are no failures of their own. */
  let inBadLine = false
  /** The byte before is one of `notAfter.bytes` and ended no frame. */
  let insideOther = false

  function closeSpan(onRejected: (rejected: Rejected) => void): void {
    if (next === head) return
    const span: Rejected = {
      reason,
      at: base + head,
      bytes: room.slice(head, next),
    }
    head = next
    reason = 'noise'
    onRejected(span)
  }

  function scan(onSaid: (said: Said) => void, onRejected: (rejected: Rejected) => void, over: boolean): void {
    while (next < end) {
      if (mayStart[byteAt(room, next)] === 1 && !(insideOther && weakStart[byteAt(room, next)] === 1)) {
        const left = end - next
        let judged = left < shortest ? 'need-more' : framing.judge(room, next, left < longest ? end : next + longest, over)
        if (judged === 'need-more') {
          if (!over && left < longest) return
          // One cut-off frame is one rejection, though each of its bytes might have begun another.
          // Where any byte may begin one, a few last bytes are no cut-off frame.
          const tail = framing.starts === 'any' && left < shortest
          judged = over && (reason === 'bad-length' || tail) ? 'noise' : 'bad-length'
        }
        if (typeof judged === 'object') {
          closeSpan(onRejected)
          next += judged.length
          head = next
          inBadLine = false
          insideOther = false
          onSaid(judged.said)
          continue
        }
        if (judged !== 'noise' && !inBadLine) {
          closeSpan(onRejected)
          reason = judged
          inBadLine = framing.lineEnd !== undefined
        }
      }
      if (byteAt(room, next) === framing.lineEnd) inBadLine = false
      insideOther = mayNotPrecede[byteAt(room, next)] === 1
      next += 1
      if (next - head === LONGEST_SPAN) closeSpan(onRejected)
    }
  }

  function forget(): void {
    base += end
    head = next = end = 0
  }

  function makeRoom(): void {
    room.copyWithin(0, head, end)
    base += head
    next -= head
    end -= head
    head = 0
  }

  return {
    push(bytes, onSaid, onRejected) {
      let taken = 0
      while (taken < bytes.length) {
        if (end === room.length) makeRoom()
        const count = Math.min(room.length - end, bytes.length - taken)
        // A call of `set` and its view cost more than a dozen bytes moved by hand.
        if (count > 32) room.set(bytes.subarray(taken, taken + count), end)
        else for (let i = 0; i < count; i++) room[end + i] = byteAt(bytes, taken + i)
        end += count
        taken += count
        scan(onSaid, onRejected, false)
        if (head === end) forget()
      }
    },
    quiet(onRejected, onSaid = () => {}) {
      scan(onSaid, onRejected, true)
      closeSpan(onRejected)
      inBadLine = false
      insideOther = false
      forget()
    },
  }
}
