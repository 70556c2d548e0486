import { type Clock, type ClockScale, scaledClock, TRUE_SCALE } from '#edge/clock'
import { CloudError } from './errors.ts'

/** The computer's clock, at the world's speed; a demonstration hands in the scale it shares with its site (DESIGN.md D18). */
export const trueClock = (scale: ClockScale = TRUE_SCALE): Clock =>
  scaledClock(
    {
      wall: () => Date.now(),
      steady: () => performance.now(),
      startTimer: (realMilliseconds, then) => {
        const timer = setTimeout(then, realMilliseconds)
        return () => clearTimeout(timer)
      },
    },
    scale,
  )

/** Reads PITGATE_CLOCK (`{"speed":4,"realStart":…,"shownStart":…}`), which only a demonstration sets; absent is the true clock. */
export function readScale(text: string | undefined): ClockScale {
  if (!text) return TRUE_SCALE
  try {
    const { speed, realStart, shownStart } = JSON.parse(text) as ClockScale
    if ([speed, realStart, shownStart].every(Number.isFinite)) return { speed, realStart, shownStart }
  } catch {
    // Said below, in one sentence for both kinds of mistake.
  }
  throw new CloudError('config-wrong', 'PITGATE_CLOCK must hold {"speed":…,"realStart":…,"shownStart":…} with numbers')
}
