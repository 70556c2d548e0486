import type { QuotaRow } from '#cloud/api'
import type { Quota } from '#edge/orders'
import { after, hours, type Instant, toIso } from '#edge/units'
import type { Transaction } from '../database/pool.ts'
import { appendOrder, type Issuing } from './append.ts'

/** Months as the bureau counts them, in Asia/Shanghai. */
export const monthAt = (at: Instant): string => toIso(after(at, hours(8))).slice(0, 7)

/** What a site may ticket in a month; the newest word counts, and the site's agents are told. As ingest. False: there is no such site. */
export async function setQuota(
  tx: Transaction,
  issuing: Issuing,
  { site, month, limitKg, by }: Quota & { readonly site: string; readonly by: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into quota (site, county, month, limit_kg, set_by, set_at) select site, county, $2, $3, $4, $5 from site where site = $1
     on conflict (site, month) do update set limit_kg = excluded.limit_kg, set_by = excluded.set_by, set_at = excluded.set_at`,
    [site, month, limitKg, by, toIso(issuing.clock.now())],
  )
  if (rowCount !== 1) return false
  await appendOrder(tx, issuing, { site, kind: 'quota', body: { month, limitKg } })
  return true
}

export async function listQuotas(tx: Transaction, site: string): Promise<QuotaRow[]> {
  const { rows } = await tx.query<QuotaRow>(
    `select month, limit_kg as "limitKg", set_by as "setBy", set_at as "setAt" from quota where site = $1 order by month desc limit 60`,
    [site],
  )
  return rows
}

/** Of this month and those after it: what a new agent is told. */
export async function quotasAhead(tx: Transaction, site: string, now: Instant): Promise<Quota[]> {
  const { rows } = await tx.query<Quota>(
    'select month, limit_kg as "limitKg" from quota where site = $1 and month >= $2 order by month limit 24',
    [site, monthAt(now)],
  )
  return rows
}
