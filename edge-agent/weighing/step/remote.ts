import { finding } from '#edge/findings'
import { type Instant, toIso } from '#edge/units'
import type { Common, LaneInput, LaneState, Rules, Step, Visit } from '../vocabulary.ts'
import { raise } from './alarms.ts'
import { changeVisit, go } from './lane.ts'
import { toBlocked } from './moves.ts'

/**
 * A remote control is heard at the load cells: whatever the scale says now may be somebody's wish. An alarm at once; nobody is weighed
 * while it lasts, and a vehicle that was on the platform then has it in its findings, whenever it is weighed.
 */
export function remoteControl(before: LaneState, now: LaneState, input: LaneInput, rules: Rules): Step {
  if (input.kind !== 'remote-control' || !input.heard || (before.remoteSince ?? null) !== null) return go(now)
  const { at } = input
  const counts = { lifts: 0, zeros: 0, ...now.counts, remotes: (now.counts?.remotes ?? 0) + 1 }
  const marked = changeVisit({ ...now, counts }, (visit) => (visit.loaded ? note(visit, 'remote-control', at) : visit))
  const alarm = raise('weight-curve', `remote-${counts.remotes}`, now, at, rules, { reason: 'remote-control', since: toIso(at) })
  if (!UNJUDGED.has(marked.phase)) return go(marked, alarm)
  return go(toBlocked(marked, 'remote-control'), alarm, { kind: 'tell-driver', say: 'scale-not-ready', facts: {} })
}
const UNJUDGED: ReadonlySet<LaneState['phase']> = new Set(['idle', 'arriving', 'boarding', 'positioning', 'settling', 'asking'])

const note = (visit: Visit, code: 'remote-control', since: Instant): Visit =>
  visit.noted?.some((known) => known.code === code)
    ? visit
    : { ...visit, noted: [...(visit.noted ?? []), finding(code, { since: toIso(since) })] }

/** A vehicle that drives on while it is still heard. */
export const notedOnArrival = ({ remoteSince = null }: Common): Pick<Visit, 'noted'> =>
  remoteSince === null ? {} : { noted: [finding('remote-control', { since: toIso(remoteSince) })] }
