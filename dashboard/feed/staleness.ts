import type { Site } from '#cloud/api'
import { between, fromIso, type Instant, type Span, seconds } from '#edge/units'
import type { LaneView } from './live-state.ts'

/** A weight older than this is not the weight; a site silent for longer than this is not heard. */
export const WEIGHT_STALE_AFTER = seconds(3)
export const SITE_STALE_AFTER = seconds(60)

export const laneIsStale = (view: LaneView, now: Instant): boolean =>
  view.heardAt === null || between(view.heardAt, now) > WEIGHT_STALE_AFTER

/** A site without an agent has never promised to speak: it is not late. */
export function siteIsStale(site: Site, now: Instant): boolean {
  if (!site.agent) return false
  const heardAt = site.agent.heardAt === null ? null : fromIso(site.agent.heardAt)
  return !site.agent.online || heardAt === null || between(heardAt, now) > SITE_STALE_AFTER
}

/** Lanes that spoke once and are silent now; one that never spoke is not late, it is not there yet. */
export const staleLanes = (lanes: readonly LaneView[], now: Instant): number =>
  lanes.filter((view) => view.heardAt !== null && laneIsStale(view, now)).length
export const staleSites = (sites: readonly Site[], now: Instant): number => sites.filter((site) => siteIsStale(site, now)).length

/** A smaller difference is the way the message took. */
const CLOCK_SAID_FROM = seconds(30)
/**
 * How far a site's own clock is ahead of the cloud's (negative: behind), from its newest lane status; null where it is right or
 * unknown. Moments of a site stay its own: they are never corrected, so whoever compares them with the cloud's must be told.
 */
export function siteClockAhead(lanes: readonly LaneView[]): Span | null {
  const ahead = lanes.flatMap(({ lane, heardAt }) => {
    const said = lane.status === null ? null : fromIso(lane.status.at)
    return said === null || heardAt === null ? [] : [between(heardAt, said)]
  })
  const newest = ahead.sort((a, b) => Math.abs(b) - Math.abs(a))[0]
  return newest === undefined || Math.abs(newest) < CLOCK_SAID_FROM ? null : newest
}
