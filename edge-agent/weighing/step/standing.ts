import { after, type Instant, seconds } from '#edge/units'
import type { SayCode } from '#edge/words/words'
import type { Common, LaneEffect, Said } from '../vocabulary.ts'

/** Where a driver stands, and what he is told about it as long as it is true. */

export const SAY_EVERY = seconds(10)

/** A wheel before the platform's edge, or beyond it. */
export function whereTo({ sensors }: Common): SayCode {
  const [behind, beyond] = [sensors['entry-beam'] === true, sensors['exit-beam'] === true]
  if (behind && !beyond) return 'move-forward'
  return beyond && !behind ? 'move-back' : 'stand-between-beams'
}

/** The same words again only after a while; others at once. */
export function sayAgain(said: Said | null, say: SayCode, at: Instant): { readonly said: Said; readonly tell: readonly LaneEffect[] } {
  if (said !== null && said.say === say && at < after(said.at, SAY_EVERY)) return { said, tell: [] }
  return { said: { say, at }, tell: [{ kind: 'tell-driver', say, facts: {} }] }
}
