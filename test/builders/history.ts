import type { KnownTare, RecentWeighing } from '#edge/history'
import { EPOCH, LANE, SITE } from './ticket.ts'

/** What a site remembers of the truck of `ticket.ts`; say only what differs. */
export const aKnownTare = (differing: Partial<KnownTare> = {}): KnownTare => ({
  plate: '陕K12345',
  trailer: '陕K6780挂',
  kg: 15_800,
  at: '2026-11-21T03:00:00Z',
  site: SITE,
  approved: true,
  epoch: EPOCH,
  seq: 7,
  ...differing,
})

export const aRecentWeighing = (differing: Partial<RecentWeighing> = {}): RecentWeighing => ({
  plate: '陕K12345',
  trailer: '陕K6780挂',
  lane: LANE,
  visit: 3,
  kind: 'gross',
  weightKg: 46_600,
  at: '2026-11-21T03:30:00Z',
  verdict: 'open',
  ticket: null,
  codes: [],
  readBy: ['front'],
  cameras: ['front', 'rear'],
  ...differing,
})
