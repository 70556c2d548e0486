import { LEDGER_PAGE, type LedgerEntry } from '#edge/ledger-listing'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import type { LedgerSide } from './side.ts'

/** Whose ledger. */
export interface Whose {
  readonly site: string
  readonly agent: string
}

/** The cloud's ledger of one agent. An unreadable line may stand there in another form than it came in: its hash is the one it came with. */
export const cloudSide = (pool: Pool, { site, agent }: Whose): LedgerSide => ({
  page: LEDGER_PAGE,
  async epochs() {
    const { rows } = await asIngest(pool, (tx) =>
      tx.query<{ epoch: string }>('select epoch from ledger_cursor where site = $1 and agent = $2 order by epoch', [site, agent]),
    )
    return rows.map(({ epoch }) => ({ epoch, receipted: 0 }))
  },
  async after(epoch, seq) {
    const { rows } = await asIngest(pool, (tx) =>
      tx.query<LedgerEntry>(
        `select seq, case when kind = 'unreadable' then hash else encode(sha256(convert_to(bytes, 'UTF8')), 'hex') end as hash
         from ledger where site = $1 and agent = $2 and epoch = $3 and seq > $4 order by seq limit ${LEDGER_PAGE}`,
        [site, agent, epoch, seq],
      ),
    )
    return rows
  },
})

/** What the cloud keeps of this agent beside its ledger. */
export async function keptBeside(
  pool: Pool,
  { site, agent }: Whose,
): Promise<{ readonly conflicts: number; readonly quarantined: number }> {
  const { rows } = await asIngest(pool, (tx) =>
    tx.query<{ conflicts: number; quarantined: number }>(
      `select (select count(*) from ledger_conflict where site = $1 and agent = $2) as conflicts,
         (select count(*) from quarantine where site = $1 and agent = $2) as quarantined`,
      [site, agent],
    ),
  )
  return rows[0] ?? { conflicts: 0, quarantined: 0 }
}
