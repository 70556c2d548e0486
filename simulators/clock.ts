import { type Clock, type ClockScale, scaledClock, TRUE_SCALE } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'

/** The simulators' clock over the computer's, at the scale they share with the agent (DESIGN.md D18). */
export const simulatorClock = (scale: ClockScale = TRUE_SCALE): Clock =>
  scaledClock(
    {
      wall: () => Date.now(),
      steady: () => performance.now(),
      startTimer: (span, then) => {
        const timer = setTimeout(then, Math.min(span, 2_147_483_647))
        return () => clearTimeout(timer)
      },
    },
    scale,
  )

/** Reads PITGATE_CLOCK (`{"speed":4,"realStart":…,"shownStart":…}`); absent is the true clock, anything unreadable throws a sentence. */
export function scaleOf(text: string | undefined): ClockScale {
  if (!text) return TRUE_SCALE
  try {
    const { speed, realStart, shownStart } = JSON.parse(text) as ClockScale
    if ([speed, realStart, shownStart].every(Number.isFinite)) return { speed, realStart, shownStart }
  } catch {
    // Said below, in one sentence for both kinds of mistake.
  }
  throw new RangeError('PITGATE_CLOCK must hold {"speed":…,"realStart":…,"shownStart":…} with numbers')
}

/** `then` every `span` of the clock's time, on the beat: a late beat does not move the next, missed beats are left out. */
export function every(clock: Clock, span: Span, then: () => void): () => void {
  let next = clock.monotonic() + span
  let cancel = (): void => undefined
  const arm = (): void => {
    cancel = clock.timer(milliseconds(Math.max(0, next - clock.monotonic())), () => {
      next = Math.max(next + span, clock.monotonic())
      arm()
      then()
    })
  }
  arm()
  return () => cancel()
}

/** A timer in the computer's own time, whatever the scale: for polling what lives outside the simulated mine. */
export const inReal = (clock: Clock, realMilliseconds: number, then: () => void): (() => void) =>
  clock.timer(milliseconds(realMilliseconds * clock.speed), then)

/** Resolves after `span`, or at once when `stopped` fires. */
export const pause = (clock: Clock, span: Span, stopped?: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (stopped?.aborted) return done()
    const end = (): void => {
      cancel()
      stopped?.removeEventListener('abort', end)
      done()
    }
    const cancel = clock.timer(span, end)
    stopped?.addEventListener('abort', end)
  })
