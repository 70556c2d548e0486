import { milliseconds, type Span, seconds } from '#edge/units'

export interface RetryPlan {
  readonly first: Span
  readonly growth: number
  /** No wait is longer than this, however long the other side has been away. */
  readonly most: Span
  /** The share of each wait that chance may take off: 0.5 gives waits of half to the whole. Keeps a site's links from knocking in step. */
  readonly jitter: number
  /** 0 ≤ chance() < 1, handed in: tests and simulators must be repeatable. */
  readonly chance: () => number
}

/** How long to wait before each further try: growing, jittered, bounded, without end. Every new iteration begins at the first wait. */
export const retrySchedule = (plan: RetryPlan): Iterable<Span> => ({
  *[Symbol.iterator]() {
    for (let wait: number = plan.first; ; wait = Math.min(wait * plan.growth, plan.most)) {
      yield milliseconds(Math.round(wait * (1 - plan.jitter * plan.chance())))
    }
  },
})

/** For the links of one site: a pulled plug is back within a quarter of a second, and a dead server is not knocked at more than four times a minute. */
export const LINK_RETRIES = { first: milliseconds(250), growth: 2, most: seconds(15), jitter: 0.5 } satisfies Omit<RetryPlan, 'chance'>
