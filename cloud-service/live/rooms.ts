import type { Server } from 'socket.io'
import type { BrowserEvents, LiveEvents } from '#cloud/live-feed'
import type { LaneStatus } from '#edge/lane-status'
import { alarmRow, alarmsNamed } from '../alarms/queries.ts'
import type { Transaction } from '../database/pool.ts'
import type { Who } from '../people/who.ts'
import { readSites } from '../sites/queries.ts'
import { ticketRow, ticketsNamed } from '../tickets/queries.ts'
import { weighingRow, weighingsNamed } from '../weighings/queries.ts'
import type { Gathered } from './gathered.ts'

/** Who may hear what: each socket is in the one room of its role and scope, each row goes to the rooms of whom it concerns. */
export type Feed = Server<BrowserEvents, LiveEvents, Record<string, never>, Who>

const CITY = 'city'
export const roomOf = ({ role, scope }: Who): string =>
  role === 'city' ? CITY : role === 'operator' || role === 'enterprise' ? `site:${scope}` : `${role}:${scope}`
export const insiders = (of: { readonly site: string; readonly county: string }): string[] => [
  CITY,
  `county:${of.county}`,
  `site:${of.site}`,
]
const withCarrier = (rooms: readonly string[], carrier: string | null): string[] =>
  carrier === null ? [...rooms] : [...rooms, `carrier:${carrier}`]

/** Rows are read with the rights of the city, then handed only to the rooms that row-level security would let see them. */
export async function tellRooms(io: Feed, tx: Transaction, { weighings, alarms, tickets, sites, lanes }: Gathered): Promise<void> {
  for (const row of alarms.length > 0 ? await alarmsNamed(tx, alarms) : []) io.to(insiders(row)).emit('alarm', alarmRow(row))
  for (const row of weighings.length > 0 ? await weighingsNamed(tx, weighings) : [])
    io.to(withCarrier(insiders(row), row.carrier)).emit('weighing', weighingRow(row))
  for (const row of tickets.length > 0 ? await ticketsNamed(tx, tickets) : []) {
    const { site, carrier } = row.signed.body
    io.to(withCarrier(insiders({ site, county: row.county }), carrier)).emit('ticket', ticketRow(row))
  }
  for (const site of sites.length > 0 ? await readSites(tx, sites) : []) io.to(insiders(site)).emit('site', site)
  for (const { county, ...heard } of lanes.length > 0 ? await lanesNamed(tx, lanes) : [])
    io.to(insiders({ site: heard.site, county })).emit('lanes', heard)
}

interface LanesOfSite {
  readonly site: string
  readonly county: string
  readonly lanes: readonly LaneStatus[]
  readonly heardAt: string
}

/** Lanes `site/lane` as they were heard last, site by site. */
async function lanesNamed(tx: Transaction, names: readonly string[]): Promise<LanesOfSite[]> {
  const { rows } = await tx.query<LanesOfSite>(
    `select n.site, n.county, jsonb_agg(n.status order by n.lane) as lanes, max(n.heard_at) as "heardAt"
     from unnest($1::text[]) as said (name) join lane_now n on n.site = split_part(name, '/', 1) and n.lane = split_part(name, '/', 2)
     group by n.site, n.county`,
    [names],
  )
  return rows
}
