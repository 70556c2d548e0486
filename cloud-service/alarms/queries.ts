import type { AlarmRow } from '#cloud/api'
import type { AlarmKind, AlarmState, Severity } from '#edge/alarm'
import type { Facts } from '#edge/findings'
import type { LaneId, SiteId } from '#edge/ids'
import type { Transaction } from '../database/pool.ts'
import { type Page, pageOf, readCursor, sortMoment } from '../paging.ts'

/** An alarm as the database holds it. */
export interface StoredAlarm {
  readonly id: string
  readonly site: SiteId
  readonly site_name: string
  readonly agent: string
  readonly epoch: string
  readonly county: string
  readonly lane: LaneId | null
  readonly kind: AlarmKind
  readonly severity: Severity
  readonly occurrence: string
  readonly facts: Facts
  readonly state: AlarmState
  readonly raised_at: string
  readonly stored_at: string
  readonly sort_moment: string
  readonly confirmed: boolean
  readonly acknowledged_by: string | null
  readonly outcome: 'confirmed' | 'false' | 'explained' | null
}

const SELECT = `select a.id, a.site, s.name as site_name, a.agent, a.epoch, a.county, a.lane, a.kind, a.severity, a.occurrence, a.facts, a.state, a.raised_at,
  a.stored_at, ${sortMoment('a.stored_at')} as sort_moment, a.confirmed, a.acknowledged_by, a.outcome from alarm a join site s on s.site = a.site`

export const alarmRow = (row: StoredAlarm): AlarmRow => ({
  id: row.id,
  kind: row.kind,
  severity: row.severity,
  state: row.state,
  site: row.site,
  siteName: row.site_name,
  county: row.county,
  lane: row.lane,
  occurrence: row.occurrence,
  facts: row.facts,
  raisedAt: row.raised_at,
  storedAt: row.stored_at,
  confirmed: row.confirmed,
  acknowledgedBy: row.acknowledged_by,
  outcome: row.outcome,
})

export interface AlarmFilter {
  readonly state?: string
  readonly site?: string
  readonly cursor?: string
}

/** Newest stored first; `state=open` means everything not yet closed. */
export async function listAlarms(tx: Transaction, filter: AlarmFilter, limit: number): Promise<Page<AlarmRow>> {
  const after = readCursor(filter.cursor, 2)
  const { rows } = await tx.query<StoredAlarm>(
    `${SELECT} where ($1::text is null or a.state = $1 or ($1 = 'open' and a.state <> 'closed')) and ($2::text is null or a.site = $2)
       and ($3::timestamptz is null or (a.stored_at <= $3 and (a.stored_at < $3 or a.id > $4)))
     order by a.stored_at desc, a.id limit $5`,
    [filter.state, filter.site, ...(after ?? [null, null]), limit + 1],
  )
  return pageOf(rows, limit, (row) => [row.sort_moment, row.id], alarmRow)
}

export async function alarmsNamed(tx: Transaction, ids: readonly string[]): Promise<StoredAlarm[]> {
  const { rows } = await tx.query<StoredAlarm>(`${SELECT} where a.id = any($1)`, [ids])
  return rows
}

/** One alarm, its row locked until the transaction ends when somebody is about to act on it. */
export async function oneAlarm(tx: Transaction, id: string, toAct: boolean): Promise<StoredAlarm | null> {
  const { rows } = await tx.query<StoredAlarm>(`${SELECT} where a.id = $1${toAct ? ' for update of a' : ''}`, [id])
  return rows[0] ?? null
}

export interface AlarmHistory {
  readonly act: string
  readonly at: string
  readonly by: string
  readonly text: string
}
export async function alarmHistory(tx: Transaction, id: string): Promise<AlarmHistory[]> {
  const { rows } = await tx.query<AlarmHistory>('select act, at, by_whom as by, text from alarm_history where alarm = $1 order by number', [
    id,
  ])
  return rows
}
