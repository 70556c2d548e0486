import { toIso } from '#edge/units'
import type { Transaction } from '../database/pool.ts'
import { raiseOurs } from '../ingest/own-alarms.ts'
import type { Issuing } from './append.ts'

/**
 * Whether an agent that has no orders, and writes records in this epoch, is the one that had applied orders and written another epoch
 * before: then its store began anew, and what it had not yet told is lost. Somebody is called once for each such beginning; the ids of
 * alarms that are new, none where it is not so or known already. A first start has applied no orders; one whose hello was overtaken by its
 * own receipt has written no other epoch.
 */
export async function noteBegunAnew(
  tx: Transaction,
  { clock }: Issuing,
  { site, agent }: { readonly site: string; readonly agent: string },
  records: string,
): Promise<string[]> {
  const { rows } = await tx.query<{ county: string }>(
    `select a.county from agent a join order_cursor c on (c.site, c.agent, c.epoch) = (a.site, a.agent, a.order_epoch)
     where a.site = $1 and a.agent = $2 and c.upto > 0 and exists (
       select from ledger_cursor l where l.site = a.site and l.agent = a.agent and l.epoch <> $3
       union all select from ledger_gap g where g.site = a.site and g.agent = a.agent and g.epoch <> $3)`,
    [site, agent, records],
  )
  const county = rows[0]?.county
  if (county === undefined) return []
  const [facts, at] = [{ why: 'begun-anew', epoch: records }, toIso(clock.now())]
  return raiseOurs(tx, { site, agent, county }, { kind: 'store', epoch: records, occurrence: `begun-anew/${records}`, facts, at })
}
