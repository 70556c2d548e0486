import { type Clock, realSpan } from '#edge/clock'
import { milliseconds } from '#edge/units'

/**
 * How late this process comes to what it has to do. All of it runs in one loop: while a slow disk, a large file or a starved computer
 * holds that up, no frame is read, no barrier answers and no siren sounds (reliability fault F21).
 */
export interface LoopDelay {
  start(): void
  stop(): void
  lastMinute(): LoopState
}

/** Of the last minute, in whole milliseconds of real time; zeros before it is measured. */
export interface LoopState {
  /** 99 of 100 moments something could have come at were met sooner than this. */
  readonly p99Ms: number
  readonly longestMs: number
}

/** A twentieth of a second is finer than anything a lane waits for. */
const EVERY = milliseconds(50)
const KEPT = 1_200

/**
 * Asks to be called every 50 ms and notes how late the call comes. A delay of a second was met by nobody else meanwhile, so it counts as
 * what each moment in it would have seen: 1000, 950, 900 … ms.
 */
export function loopDelay(clock: Clock): LoopDelay {
  const late = new Array<number>(KEPT).fill(0)
  let at = 0
  let cancel: (() => void) | null = null

  const note = (ms: number): void => {
    late[at] = ms
    at = (at + 1) % KEPT
  }
  const ask = (): void => {
    const asked = clock.monotonic()
    cancel = clock.timer(realSpan(clock, EVERY), () => {
      const ms = Math.max(0, (clock.monotonic() - asked) / clock.speed - EVERY)
      const moments = Math.min(KEPT, Math.floor(ms / EVERY) + 1)
      for (let moment = moments - 1; moment >= 0; moment -= 1) note(ms - moment * EVERY)
      ask()
    })
  }

  return {
    start: ask,
    stop: () => cancel?.(),
    lastMinute() {
      const sorted = [...late].sort((a, b) => a - b)
      const whole = (share: number): number => Math.round(sorted[Math.ceil(share * KEPT) - 1] ?? 0)
      return { p99Ms: whole(0.99), longestMs: whole(1) }
    },
  }
}
