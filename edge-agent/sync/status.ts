import { type Clock, realSpan } from '#edge/clock'
import type { LaneStatus } from '#edge/lane-status'
import type { SiteStatus } from '#edge/messages'
import { milliseconds, type Span } from '#edge/units'

/**
 * Lane status up: on change, each lane's newest, at most twice a second, and for a third of the time at most where receipts take long: on such
 * a line records and alarms stand behind it. Lossy by nature: without a link it is forgotten.
 */
export interface StatusSender {
  /** This lane looks different now. `look` is asked only when a status goes out: a lane changes with every reading. */
  show(lane: string, look: () => LaneStatus): void
  stop(): void
}

const APART = milliseconds(500)

/** `lateness`: how long the cloud takes by now to answer. */
export function statusSender(clock: Clock, lateness: () => Span, publish: (status: SiteStatus) => void): StatusSender {
  const changed = new Map<string, () => LaneStatus>()
  let resting: (() => void) | null = null
  const flush = (): void => {
    resting = null
    if (changed.size === 0) return
    const lanes = [...changed.values()].map((look) => look())
    changed.clear()
    resting = clock.timer(realSpan(clock, milliseconds(Math.max(APART, 3 * lateness()))), flush)
    publish({ v: 1, lanes })
  }
  return {
    show(lane, look) {
      changed.set(lane, look)
      if (!resting) flush()
    },
    stop: () => resting?.(),
  }
}
