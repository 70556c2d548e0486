import { type BareFinding, finding } from './findings.ts'
import type { GateFacts } from './gate-facts.ts'
import type { KnownTare } from './history.ts'
import { isOfThisPair, trailerHere } from './pair-check.ts'
import type { Tare } from './weighing.ts'

/** A tare that was not weighed for this ticket, and counts all the same. */
export interface StoredTare {
  readonly tare: Tare
  readonly findings: readonly BareFinding[]
}

const HOUR = 3_600_000
/** Clocks of two sites differ a little. A tare from further ahead is none. */
const AHEAD = HOUR

/**
 * The newest tare of this pair that the policy lets count although its ticket has none: this site's own on a lane for stored tares, as
 * long as `storedTareHours` says; another site's where the policy takes them and that scale is approved.
 */
export function storedTare(facts: GateFacts): StoredTare | null {
  const { match, policy, layout, site } = facts
  const { tareOfOtherSites = false, tareValidHours } = policy
  const storedHours = layout.storedTare ? (policy.storedTareHours ?? 0) : 0
  const plate = match.ticket?.ticket.plate ?? match.vehicle.plate
  const trailer = trailerHere(facts)
  const all = facts.tares ?? []
  const counts = (one: KnownTare): boolean => {
    const hours = one.site === site ? storedHours : tareOfOtherSites ? Math.max(tareValidHours, storedHours) : 0
    const age = facts.at - Date.parse(one.at)
    return one.plate === plate && one.approved && hours > 0 && age <= hours * HOUR && age > -AHEAD && isOfThisPair(one, all, trailer)
  }
  const [newest] = all.filter(counts).sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
  if (!newest) return null
  const { kg, epoch, seq, at } = newest
  const elsewhere = finding('tare-other-site', { tareSite: newest.site, tareAt: at, approved: newest.approved })
  return { tare: { kg, epoch, seq, at }, findings: newest.site === site ? [] : [elsewhere] }
}
