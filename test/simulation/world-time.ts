import type { Clock } from '#edge/clock'
import { Instant } from '#edge/units'

/**
 * The time of a simulated world. It goes from one due thing to the next and stands still while anything is done: a run is its seed and
 * nothing else. Between two due things every promise has come to its end.
 */
export interface WorldTime {
  /** Milliseconds since the world began. */
  now(): number
  /** Does something later; the answer takes it back. */
  later(milliseconds: number, then: () => void): () => void
  /**
   * The clock of one process, by a computer whose wall clock is wrong by `wrongBy()`. Its timers end with it, and none goes off while the
   * process stands still: `thawsAt()` is when it goes on.
   */
  clockOf(wrongBy: () => number, thawsAt?: () => number): ProcessClock
  pass(milliseconds: number): Promise<void>
  /** Lets time pass until `done`, at most `within` milliseconds; says whether it came to that. */
  passUntil(done: () => boolean, within: number): Promise<boolean>
}
export interface ProcessClock extends Clock {
  end(): void
}

const BEGAN = Date.UTC(2026, 10, 21)

export function worldTime(): WorldTime {
  let now = 0
  let count = 0
  /** Sorted by moment, then by who came first. */
  const due: { readonly at: number; readonly order: number; work: (() => void) | null }[] = []

  const later = (milliseconds: number, then: () => void): (() => void) => {
    const item: (typeof due)[number] = { at: now + Math.max(0, milliseconds), order: count, work: then }
    count += 1
    let place = due.length
    while (place > 0 && (due[place - 1] as typeof item).at > item.at) place -= 1
    due.splice(place, 0, item)
    return () => {
      item.work = null
    }
  }
  const next = async (until: number): Promise<boolean> => {
    while (due[0]?.work === null) due.shift()
    const item = due[0]
    if (item === undefined || item.at > until) return false
    due.shift()
    now = item.at
    item.work?.()
    await settled()
    return true
  }
  const time: WorldTime = {
    now: () => now,
    later,
    clockOf(wrongBy, thawsAt = () => 0) {
      const born = now
      let ended = false
      return {
        speed: 1,
        now: () => Instant(BEGAN + now + wrongBy()),
        monotonic: () => now - born,
        timer(span, then) {
          let cancel = later(span, function due() {
            if (ended) return
            if (now < thawsAt()) cancel = later(thawsAt() - now, due)
            else then()
          })
          return () => cancel()
        },
        end() {
          ended = true
        },
      }
    },
    async pass(milliseconds) {
      const until = now + milliseconds
      await settled()
      while (await next(until)) {
        // Each due thing in its turn.
      }
      now = until
    },
    async passUntil(done, within) {
      const until = now + within
      await settled()
      while (!done()) if (!(await next(until))) return false
      return true
    },
  }
  return time
}

/** Every promise that hangs on nothing but other promises has come to its end when the loop turns. */
const settled = (): Promise<void> => new Promise((turned) => setImmediate(turned))
