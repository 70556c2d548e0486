import { type Clock, scaledClock } from '#edge/clock'

/** The browser's clock: the only place in this room that asks the world what time it is. */
export const browserClock: Clock = scaledClock({
  wall: () => Date.now(),
  steady: () => performance.now(),
  startTimer: (realMilliseconds, then) => {
    const timer = setTimeout(then, realMilliseconds)
    return () => clearTimeout(timer)
  },
})
