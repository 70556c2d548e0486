import type { Clock } from '#edge/clock'
import { Instant } from '#edge/units'

/** A clock whose wall somebody sets: `wrongBy` and `shows` move what it shows, and nothing else of it. */
export interface SteppingClock extends Clock {
  /** From now on it shows this much more than its true time. */
  wrongBy(milliseconds: number): void
  /** From now on it shows this moment. */
  shows(moment: string): void
}

export function steppingClock(clock: Clock): SteppingClock {
  let wrong = 0
  return {
    speed: clock.speed,
    now: () => Instant(clock.now() + wrong),
    monotonic: () => clock.monotonic(),
    slept: () => clock.slept?.() ?? 0,
    timer: (span, then) => clock.timer(span, then),
    wrongBy(milliseconds) {
      wrong = milliseconds
    },
    shows(moment) {
      wrong = Date.parse(moment) - clock.now()
    },
  }
}
