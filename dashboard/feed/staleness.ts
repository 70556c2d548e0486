import type { Site } from '#cloud/api'
import { between, fromIso, type Instant, seconds } from '#edge/units'
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
