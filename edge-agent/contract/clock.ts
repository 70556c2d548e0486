import { Instant, type Span } from './units.ts'

/**
 * The one source of time (DESIGN.md D18). Agent and simulators share a scaled one, so that an accelerated day is honest;
 * nothing else asks what time it is. The pure folders never hold a clock: time reaches them inside an input (`at`).
 */
export interface Clock {
  /** The present moment. It may step when somebody sets the computer's clock: never use it to order or to wait. */
  now(): Instant
  /** Milliseconds since this process began, in the clock's own (scaled) time; never steps. Whole milliseconds. */
  monotonic(): number
  /**
   * How long the computer has been suspended since this process began, in the clock's own time, where `monotonic` and the timers stood
   * still meanwhile; never less than before. Absent where nobody looks.
   */
  readonly slept?: () => number
  /** Calls `then` once after `span` of this clock's time; the answer cancels it. */
  timer(span: Span, then: () => void): () => void
  /** How many of this clock's seconds pass in one real second: 1 in production, up to 20 in a demo. */
  readonly speed: number
}

/** What the world hands in, because this folder may not touch it. */
export interface ClockParts {
  readonly wall: () => number
  readonly steady: () => number
  /** How long `steady` has stood still because the computer was suspended; without it nobody looks. */
  readonly slept?: () => number
  readonly startTimer: (realMilliseconds: number, then: () => void) => () => void
}

/** From which real moment, showing which moment, how fast. Two processes given the same scale agree on the time. */
export interface ClockScale {
  readonly speed: number
  readonly realStart: number
  readonly shownStart: number
}

export const TRUE_SCALE: ClockScale = { speed: 1, realStart: 0, shownStart: 0 }

/** A clock over the handed-in parts. `speed` outside 0.1…20 is refused: beyond that accelerated hardware is no longer honest. */
export function scaledClock(parts: ClockParts, scale: ClockScale = TRUE_SCALE): Clock {
  if (!(scale.speed >= 0.1 && scale.speed <= 20)) throw new RangeError(`speed ${scale.speed} is outside 0.1 to 20`)
  const born = parts.steady()
  return {
    speed: scale.speed,
    now: () => Instant(scale.shownStart + (parts.wall() - scale.realStart) * scale.speed),
    monotonic: () => Math.floor((parts.steady() - born) * scale.speed),
    slept: () => Math.floor((parts.slept?.() ?? 0) * scale.speed),
    timer: (span, then) => parts.startTimer(span / scale.speed, then),
  }
}

/**
 * Like `monotonic`, and going on while the computer is suspended: for what grows old in the world outside, as the time, a policy, an
 * answer. What waits for something to happen in this process waits by `monotonic`.
 */
export const elapsed = (clock: Pick<Clock, 'monotonic' | 'slept'>): number => clock.monotonic() + (clock.slept?.() ?? 0)

/**
 * A span of the real world on this clock: what waits for a network or a disk waits as long as they take, however fast the shown time
 * runs in a demo.
 */
export const realSpan = (clock: Pick<Clock, 'speed'>, span: Span): Span => (span * clock.speed) as Span
