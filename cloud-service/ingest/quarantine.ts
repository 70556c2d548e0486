import type { Transaction } from '../database/pool.ts'
import { hasher } from '../keys.ts'

/** What could not be read, kept verbatim and counted (reliability rule R14): it never blocks its stream and never vanishes. */
export interface Quarantined {
  readonly site: string
  readonly agent: string
  readonly county: string | null
  readonly topic: string
  /** Its place in the stream, where it has one. */
  readonly epoch: string | null
  readonly seq: number | null
  readonly why: string
  readonly payload: Buffer
}

/** The same bytes from the same agent on the same topic are kept once, however often they are sent. */
export async function quarantine(tx: Transaction, items: readonly Quarantined[]): Promise<void> {
  for (const { site, agent, county, topic, epoch, seq, why, payload } of items)
    await tx.query(
      `insert into quarantine (site, agent, county, topic, epoch, seq, why, payload, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict do nothing`,
      [site, agent, county, topic, epoch, seq, why, payload, hasher.hash(payload.toString('latin1'))],
    )
}
