import type { ConsoleLane } from '#edge/console'
import { fromIso, type Instant } from '#edge/units'

/** What a lane wants of the person in front of it, the most pressing first; null: nothing. */
export type Attention =
  | { readonly kind: 'asking' | 'held' | 'starting' }
  | { readonly kind: 'blocked'; readonly why: string }
  | { readonly kind: 'attended'; readonly why: string; readonly since: string }

export function attentionOf(lane: ConsoleLane): Attention | null {
  const { phase, why } = lane.status
  if (phase === 'blocked') return { kind: 'blocked', why: why ?? '' }
  if (phase === 'asking' || phase === 'held' || phase === 'starting') return { kind: phase }
  return lane.attended === null ? null : { kind: 'attended', ...lane.attended }
}

/** Whole seconds that are left, by the agent's own clock; null where nothing runs out. */
export function secondsLeft(until: string | null, agentNow: Instant | null): number | null {
  const end = until === null ? null : fromIso(until)
  return end === null || agentNow === null ? null : Math.max(0, Math.ceil((end - agentNow) / 1_000))
}
