import type { Carrier, Lane, Site } from '#cloud/api'
import type { LaneId, SiteId } from '#edge/ids'
import type { LaneStatus } from '#edge/lane-status'
import type { ScaleRecord } from '#edge/weighing'
import type { Transaction } from '../database/pool.ts'

interface SiteRow {
  readonly site: SiteId
  readonly name: string
  readonly county: string
  readonly county_name: string
  readonly kind: string
  readonly longitude: number
  readonly latitude: number
  readonly agent: string | null
  readonly online: boolean
  readonly heard_at: string | null
  readonly backlog: number
  readonly oldest_waiting: string | null
  readonly clock: string | null
  readonly software: string | null
  readonly legal: string | null
  readonly book_whole: boolean
  readonly book_tickets: number
  readonly policy: number
}

/** The sites the asker may see, with what is known of their agents; `only` narrows to these ids. A carrier sees names, no agents. */
export async function readSites(tx: Transaction, only: readonly string[] | null = null): Promise<Site[]> {
  const { rows } = await tx.query<SiteRow>(
    `select s.site, s.name, s.county, c.name as county_name, s.kind, s.longitude, s.latitude, a.agent, a.online, a.heard_at, a.backlog,
       a.oldest_waiting, a.clock, a.software, a.legal, a.book_whole, a.book_tickets, a.policy
     from site s join county c on c.code = s.county
       left join lateral (select * from agent where agent.site = s.site order by heard_at desc nulls last, agent limit 1) a on true
     where $1::text[] is null or s.site = any($1) order by s.county, s.name, s.site`,
    [only],
  )
  return rows.map((row) => ({
    site: row.site,
    name: row.name,
    county: row.county,
    countyName: row.county_name,
    kind: row.kind,
    longitude: row.longitude,
    latitude: row.latitude,
    agent:
      row.agent === null
        ? null
        : {
            agent: row.agent,
            online: row.online,
            heardAt: row.heard_at,
            backlog: row.backlog,
            oldestWaiting: row.oldest_waiting,
            clock: row.clock ?? '',
            software: row.software ?? '',
            legal: row.legal ?? '',
            bookWhole: row.book_whole,
            bookTickets: row.book_tickets,
            policy: row.policy,
          },
  }))
}

/** Every lane the asker may see with its latest status; the screen computes the age from `heardAt` and never shows an old weight as fresh. */
export async function readLanes(tx: Transaction): Promise<Lane[]> {
  const { rows } = await tx.query<{
    site: SiteId
    site_name: string
    lane: LaneId
    name: string
    scale: ScaleRecord
    status: LaneStatus | null
    heard_at: string | null
  }>(
    `select l.site, s.name as site_name, l.lane, l.name, l.scale, n.status, n.heard_at
     from lane l join site s using (site) left join lane_now n on n.site = l.site and n.lane = l.lane order by s.county, s.name, l.site, l.lane`,
  )
  return rows.map((row) => ({
    site: row.site,
    siteName: row.site_name,
    lane: row.lane,
    name: row.name,
    scale: row.scale,
    status: row.status,
    heardAt: row.heard_at,
  }))
}

/** The carriers a ticket may name: row-level security leaves a carrier only itself. */
export async function readCarriers(tx: Transaction): Promise<Carrier[]> {
  const { rows } = await tx.query<Carrier>('select carrier, name from carrier order by name, carrier')
  return rows
}
