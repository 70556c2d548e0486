import type { Clock } from '#edge/clock'
import { milliseconds } from '#edge/units'

/** A wire: what is put in comes out a byte at a time, `perByte` milliseconds of the clock each, in pieces no finer than a timer. */
export interface Paced {
  put(bytes: Uint8Array): void
  /** Bytes still on their way. */
  waiting(): number
  clear(): void
}

/** More than this waiting is lost, as in a UART whose buffer runs over. */
const MOST_WAITING = 4_096

export function paced(clock: Clock, perByte: number, out: (bytes: Uint8Array) => void): Paced {
  let queue: Uint8Array = new Uint8Array()
  /** When the first byte of the queue has arrived in full. */
  let firstDue = 0
  let cancel = (): void => undefined
  let armed = false

  const arm = (): void => {
    armed = true
    // One real millisecond is what timers can do; what has become due by then leaves together.
    cancel = clock.timer(milliseconds(Math.max(clock.speed, firstDue - clock.monotonic())), () => {
      armed = false
      const due = Math.min(queue.length, Math.floor((clock.monotonic() - firstDue) / perByte) + 1)
      if (due > 0) {
        const piece = queue.subarray(0, due)
        queue = queue.subarray(due)
        firstDue += due * perByte
        out(piece)
      }
      if (queue.length > 0 && !armed) arm()
    })
  }
  return {
    put(bytes) {
      const taken = bytes.subarray(0, Math.max(0, MOST_WAITING - queue.length))
      if (taken.length === 0) return
      if (queue.length === 0) firstDue = Math.max(firstDue, clock.monotonic()) + perByte
      const joined = new Uint8Array(queue.length + taken.length)
      joined.set(queue)
      joined.set(taken, queue.length)
      queue = joined
      if (!armed) arm()
    },
    waiting: () => queue.length,
    clear() {
      queue = new Uint8Array()
      cancel()
      armed = false
    },
  }
}
