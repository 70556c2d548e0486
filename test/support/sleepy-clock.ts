import type { Clock } from '#edge/clock'
import { Instant } from '#edge/units'

/** The clock of a computer that is suspended now and then: what it shows goes on meanwhile, its steady clock and timers do not. */
export type SleepyClock<C extends Clock = Clock> = C & {
  readonly slept: () => number
  sleeps(milliseconds: number): void
}

export function sleepyClock<C extends Clock>(clock: C): SleepyClock<C> {
  let slept = 0
  return {
    ...clock,
    now: () => Instant(clock.now() + slept),
    slept: () => slept,
    sleeps(milliseconds: number) {
      slept += milliseconds
    },
  }
}
