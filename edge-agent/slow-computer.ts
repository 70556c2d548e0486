import { type Clock, realSpan } from '#edge/clock'
import { minutes, seconds } from '#edge/units'
import type { LoopDelay } from './loop-delay.ts'
import type { Store } from './store/store.ts'

/**
 * Raises `slow-computer` where this agent's loop stood still for more than a second: no reading was taken and no sensor heard meanwhile.
 * Taken back after five minutes without; one alarm for as long as it goes on, over restarts too.
 */
export interface SlowComputer {
  start(): void
  stop(): void
}

const TOO_LONG_MS = 1_000
const LOOK_EVERY = seconds(5)
/** Beside the minute it was measured in. */
const CALM_FOR = minutes(4)
const CAUSE = { kind: 'slow-computer', name: 'slow-computer', place: 'agent' } as const

export function slowComputer(parts: {
  readonly loop: LoopDelay
  readonly store: Pick<Store, 'standing' | 'broken'>
  readonly clock: Clock
  onBroken(error: Error): void
}): SlowComputer {
  const { loop, store, clock, onBroken } = parts
  let cancel: (() => void) | null = null
  let lateAt: number | null = null
  // What stood before a restart stands until it is seen that it is over.
  let calmSince = 0

  function look(): void {
    const { p99Ms, longestMs } = loop.lastMinute()
    const now = clock.monotonic()
    if (longestMs > TOO_LONG_MS) lateAt = now
    const late = lateAt !== null && now - lateAt < realSpan(clock, CALM_FOR)
    if (!late && now - calmSince < realSpan(clock, CALM_FOR)) return
    store.standing.settle(CAUSE, late, () => ({ longestMs, p99Ms }))
  }
  function again(): void {
    try {
      if (!store.broken()) look()
    } catch (error) {
      onBroken(error as Error)
      return
    }
    cancel = clock.timer(realSpan(clock, LOOK_EVERY), again)
  }

  return {
    start() {
      calmSince = clock.monotonic()
      loop.start()
      again()
    },
    stop() {
      cancel?.()
      loop.stop()
    },
  }
}
