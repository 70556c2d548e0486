import type { Clock } from '#edge/clock'
import { Instant } from '#edge/units'

/**
 * A clock whose `now` never steps while a vehicle is on a lane: the wall clock read once, carried on by the monotonic one. `settle`
 * reads the wall again; the agent calls it when every lane is idle, so that a corrected clock never stretches a wait in the middle
 * of a visit.
 */
export function steadyClock(clock: Clock): Clock & { settle(): void } {
  let anchor = { now: clock.now(), mono: clock.monotonic() }
  return {
    speed: clock.speed,
    now: () => Instant(anchor.now + (clock.monotonic() - anchor.mono)),
    monotonic: () => clock.monotonic(),
    timer: (span, then) => clock.timer(span, then),
    settle: () => {
      anchor = { now: clock.now(), mono: clock.monotonic() }
    },
  }
}
