import { type Clock, elapsed } from '#edge/clock'
import { Instant } from '#edge/units'

/**
 * A clock whose `now` never steps while a vehicle is on a lane: the wall clock read once, carried on by the monotonic one and by what
 * the computer slept. `settle` reads the wall again; the agent calls it when every lane is idle, so that a corrected clock never
 * stretches a wait in the middle of a visit. Once it has a judge it goes by the moment that one calls best: the wall's word, where it is
 * believed, or what was carried on.
 */
export interface SteadyClock extends Clock {
  settle(): void
  /** From now on, and at once. */
  goBy(best: (shown: Instant, carried: Instant) => Instant): void
}

export function steadyClock(clock: Clock): SteadyClock {
  let anchor = { now: clock.now(), mono: elapsed(clock) }
  let best = (shown: Instant, _carried: Instant): Instant => shown
  const now = (): Instant => Instant(anchor.now + (elapsed(clock) - anchor.mono))
  const settle = (): void => {
    anchor = { now: best(clock.now(), now()), mono: elapsed(clock) }
  }
  return {
    speed: clock.speed,
    now,
    monotonic: () => clock.monotonic(),
    slept: () => clock.slept?.() ?? 0,
    timer: (span, then) => clock.timer(span, then),
    settle,
    goBy(judge) {
      best = judge
      settle()
    },
  }
}
