import type { Instant } from '#edge/units'
import type { Common, LaneInput, Rules } from '../vocabulary.ts'

/**
 * What a visit's weight and sensors did, kept while it lasts: bounded, whatever happens, because it is part of the lane's stored state.
 * Findings are drawn from it at the verdict (`before-verdict.ts`) and when the vehicle has left (`after-leaving.ts`).
 */
export interface Watch {
  readonly since: Instant
}

/** A new visit's watch. */
export const newWatch = (at: Instant): Watch => ({ since: at })

/** The watch after one more input of this visit. */
export function watchOn(watch: Watch, _input: LaneInput, _lane: Common, _rules: Rules): Watch {
  return watch
}
