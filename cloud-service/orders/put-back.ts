import { toIso } from '#edge/units'
import type { Transaction } from '../database/pool.ts'
import { raiseOurs } from '../ingest/own-alarms.ts'
import type { Issuing } from './append.ts'

/** Calls somebody because an agent no longer knows what it wrote in this epoch, once for each epoch it left. Ids of alarms that are new. */
export async function notePutBack(
  tx: Transaction,
  { clock }: Issuing,
  { site, agent }: { readonly site: string; readonly agent: string },
  left: string,
): Promise<string[]> {
  const { rows } = await tx.query<{ county: string }>('select county from agent where site = $1 and agent = $2', [site, agent])
  const county = rows[0]?.county
  if (county === undefined) return []
  const [facts, at] = [{ why: 'put-back', epoch: left }, toIso(clock.now())]
  return raiseOurs(tx, { site, agent, county }, { kind: 'store', epoch: left, occurrence: `put-back/${left}`, facts, at })
}
