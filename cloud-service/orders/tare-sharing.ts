import type { KnownTare } from '#edge/history'
import type { LedgerRecord } from '#edge/records'
import { toIso } from '#edge/units'
import type { Transaction } from '../database/pool.ts'
import { appendOrder, type Issuing } from './append.ts'

/**
 * 异地皮重: the city approves that tares weighed at one site are known at another. From then on each good tare of that site is ordered to
 * the other, in the transaction that stores it. Whether it counts there the other site's policy says (`tareOfOtherSites`).
 */
export async function shareTares(
  tx: Transaction,
  { issuing, from, to, by, share }: { issuing: Issuing; from: string; to: string; by: string; share: boolean },
): Promise<'done' | 'no-such-site'> {
  const { rowCount } = await tx.query('select from site where site in ($1, $2)', [from, to])
  if (rowCount !== 2) return 'no-such-site'
  if (share)
    await tx.query('insert into tare_sharing (from_site, to_site, set_by, set_at) values ($1, $2, $3, $4) on conflict do nothing', [
      from,
      to,
      by,
      toIso(issuing.clock.now()),
    ])
  else await tx.query('delete from tare_sharing where from_site = $1 and to_site = $2', [from, to])
  return 'done'
}

/** Orders these weighings' good tares to the sites where they count; called where they are stored. As ingest. */
export async function orderTares(
  tx: Transaction,
  issuing: Issuing,
  site: string,
  weighings: readonly LedgerRecord<'weighing'>[],
): Promise<void> {
  const tares = weighings.flatMap((weighing) => knownTare(weighing) ?? [])
  if (tares.length === 0) return
  const { rows } = await tx.query<{ to_site: string }>('select to_site from tare_sharing where from_site = $1 order by to_site', [site])
  for (const { to_site } of rows) for (const body of tares) await appendOrder(tx, issuing, { site: to_site, kind: 'tare', body })
}

/** What was let go as a tare under a plate; a doubted one is no tare for anybody else. */
function knownTare({ site, epoch, seq, body }: LedgerRecord<'weighing'>): KnownTare | null {
  const { kind, pass, verdict, vehicle, weightKg, groupsKg, weighedAt } = body
  if (kind !== 'tare' || pass !== 'coal' || verdict !== 'open' || vehicle.plate === null) return null
  return {
    plate: vehicle.plate,
    trailer: vehicle.trailer,
    kg: weightKg,
    ...(groupsKg ? { groupsKg } : {}),
    at: weighedAt,
    site,
    approved: true,
    epoch,
    seq,
  }
}
