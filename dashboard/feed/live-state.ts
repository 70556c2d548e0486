import type { AlarmRow, Lane, Site, TicketRow, WeighingRow } from '#cloud/api'
import type { LaneStatus } from '#edge/lane-status'
import { fromIso, type Instant } from '#edge/units'
import { type AlarmList, hearAlarm, NO_ALARMS, readAlarms, readOlderAlarms, showWaiting } from './alarm-list.ts'

/**
 * All that screens show live, as a pure fold (state, event) → state. Events are hints: what was read by HTTP is the ground, and it
 * is read again after every connect. Knows no clock: `at` is the cloud's time when something was heard.
 */
export interface LaneView {
  readonly lane: Lane
  /** When the cloud last heard this lane, by the cloud's clock; null if never. */
  readonly heardAt: Instant | null
}
export type Link = 'connecting' | 'live' | 'lost'

export interface LiveState {
  readonly link: Link
  readonly linkSince: Instant | null
  /** How often the ground was read; lists that read for themselves do so again when it grows. */
  readonly reads: number
  readonly sites: readonly Site[]
  readonly lanes: readonly LaneView[]
  readonly alarms: AlarmList
  /** Cursor to the alarms before those in the list; null when there are none. */
  readonly olderAlarms: string | null
  /** Rows heard since the screens were opened, newest last, bounded: lists take their changes from here. */
  readonly weighings: ReadonlyMap<string, WeighingRow>
  readonly tickets: ReadonlyMap<string, TicketRow>
}

export type LiveEvent =
  | { readonly kind: 'link'; readonly link: Link; readonly at: Instant }
  | {
      readonly kind: 'ground'
      readonly sites: readonly Site[]
      readonly lanes: readonly Lane[]
      readonly alarms: readonly AlarmRow[]
      readonly olderAlarms: string | null
      readonly weighings: readonly WeighingRow[]
    }
  | { readonly kind: 'lanes'; readonly at: Instant; readonly site: string; readonly lanes: readonly LaneStatus[] }
  | { readonly kind: 'site'; readonly site: Site }
  | { readonly kind: 'alarm'; readonly alarm: AlarmRow }
  | { readonly kind: 'older-alarms'; readonly alarms: readonly AlarmRow[]; readonly olderAlarms: string | null }
  | { readonly kind: 'show-waiting-alarms' }
  | { readonly kind: 'weighing'; readonly weighing: WeighingRow }
  | { readonly kind: 'ticket'; readonly ticket: TicketRow }

export const NOTHING_YET: LiveState = {
  link: 'connecting',
  linkSince: null,
  reads: 0,
  sites: [],
  lanes: [],
  alarms: NO_ALARMS,
  olderAlarms: null,
  weighings: new Map(),
  tickets: new Map(),
}

/** So that a wall left open for weeks holds no more than a screen can show. */
export const HEARD_ROWS = 500

export function live(state: LiveState, event: LiveEvent): LiveState {
  switch (event.kind) {
    case 'link':
      return event.link === state.link ? state : { ...state, link: event.link, linkSince: event.at }
    case 'ground':
      return {
        ...state,
        reads: state.reads + 1,
        sites: event.sites,
        lanes: event.lanes.map((lane) => newer(laneOf(state, lane.site, lane.lane), lane)),
        alarms: readAlarms(state.alarms, event.alarms),
        // Once the reader has paged back, a new read of the newest page must not send them forward again.
        olderAlarms: state.alarms.read ? state.olderAlarms : event.olderAlarms,
        weighings: [...event.weighings].reverse().reduce((heard, row) => heardRow(heard, row.id, row), state.weighings),
      }
    case 'lanes':
      return { ...state, lanes: state.lanes.map((view) => told(view, event)) }
    case 'site':
      return { ...state, sites: state.sites.map((site) => (site.site === event.site.site ? event.site : site)) }
    case 'alarm':
      return { ...state, alarms: hearAlarm(state.alarms, event.alarm) }
    case 'older-alarms':
      return { ...state, alarms: readOlderAlarms(state.alarms, event.alarms), olderAlarms: event.olderAlarms }
    case 'show-waiting-alarms':
      return { ...state, alarms: showWaiting(state.alarms) }
    case 'weighing':
      return { ...state, weighings: heardRow(state.weighings, event.weighing.id, event.weighing) }
    case 'ticket':
      return { ...state, tickets: heardRow(state.tickets, event.ticket.number, event.ticket) }
  }
}

const laneOf = (state: LiveState, site: string, lane: string): LaneView | undefined =>
  state.lanes.find((view) => view.lane.site === site && view.lane.lane === lane)

/** A status heard live beats one that was read earlier and arrived later. */
function newer(known: LaneView | undefined, read: Lane): LaneView {
  const heardAt = read.heardAt === null ? null : fromIso(read.heardAt)
  if (!known || known.heardAt === null || (heardAt !== null && heardAt >= known.heardAt)) return { lane: read, heardAt }
  return { lane: { ...read, status: known.lane.status, heardAt: known.lane.heardAt }, heardAt: known.heardAt }
}

function told(view: LaneView, event: Extract<LiveEvent, { kind: 'lanes' }>): LaneView {
  if (view.lane.site !== event.site) return view
  const status = event.lanes.find((one) => one.lane === view.lane.lane)
  return status ? { lane: { ...view.lane, status }, heardAt: event.at } : view
}

function heardRow<T>(heard: ReadonlyMap<string, T>, id: string, row: T): ReadonlyMap<string, T> {
  const all = new Map(heard)
  if (!all.has(id) && all.size >= HEARD_ROWS) all.delete(all.keys().next().value as string)
  return all.set(id, row)
}
