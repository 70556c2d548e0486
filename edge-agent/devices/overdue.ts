import type { Clock } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'

/** Whether the next answer is overdue: the one before it came `within` ago or longer. Told when it becomes so, and when the answer is here. */
export interface OverdueWatch {
  answered(): void
  /** Nothing is told any more, also where an answer is still under way. */
  stop(): void
}

export function overdueWatch(clock: Clock, within: Span, onChange: (overdue: boolean) => void): OverdueWatch {
  let answeredAfter = clock.monotonic()
  let overdue = false
  let cancel: (() => void) | null = null
  let stopped = false
  // One timer that looks at when the last answer came, not one re-armed by each of ten answers a second.
  const arm = (span: Span): void => {
    cancel = clock.timer(span, () => {
      const since = clock.monotonic() - answeredAfter
      if (since < within) return arm(milliseconds(within - since))
      cancel = null
      overdue = true
      onChange(true)
    })
  }
  return {
    answered: () => {
      if (stopped) return
      answeredAfter = clock.monotonic()
      if (cancel === null) arm(within)
      if (!overdue) return
      overdue = false
      onChange(false)
    },
    stop: () => {
      stopped = true
      cancel?.()
    },
  }
}
