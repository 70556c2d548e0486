import type { Clock } from '#edge/clock'
import { Instant } from '#edge/units'

/** A clock that moves only when the test moves it. Timers due on the way fire in order, and promises settle in between. */
export interface ManualClock extends Clock {
  advance(milliseconds: number): Promise<void>
  /** Advances in steps until `done` says so; throws after `within` milliseconds of its own time. */
  until(done: () => boolean, within: number): Promise<void>
}

export function manualClock(start = Date.UTC(2026, 10, 21)): ManualClock {
  let now = 0
  let timers: { readonly at: number; readonly then: () => void }[] = []
  const clock: ManualClock = {
    speed: 1,
    now: () => Instant(start + now),
    monotonic: () => Math.floor(now),
    timer(span, then) {
      const timer = { at: now + span, then }
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    async advance(milliseconds) {
      const until = now + milliseconds
      for (;;) {
        const next = timers.reduce(
          (first: (typeof timers)[number] | null, one) => (first === null || one.at < first.at ? one : first),
          null,
        )
        if (next === null || next.at > until) break
        timers = timers.filter((one) => one !== next)
        now = Math.max(now, next.at)
        next.then()
        await settled()
      }
      now = until
      await settled()
    },
    async until(done, within) {
      const from = now
      while (!done()) {
        if (now - from > within) throw new Error(`not within ${within} ms of the manual clock`)
        await clock.advance(100)
      }
    },
  }
  return clock
}

/** Lets promise chains of a few links run to their end; no real time passes. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve()
}
