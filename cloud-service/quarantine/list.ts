import { type Identity, identityText } from '#edge/ids'
import type { Pool, Transaction } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { whyWords } from './words.ts'

/** The newest that is in quarantine, a line each, and what else there is; of one site, or of all (`null`). */
export async function listQuarantine(pool: Pool, site: string | null): Promise<readonly string[]> {
  return asIngest(pool, async (tx) => {
    const { rows } = await tx.query<Row>(
      `select q.id, q.site, q.agent, q.topic, q.epoch, q.seq, q.why, q.stored_at as "storedAt", octet_length(q.payload) as bytes, r.kind as read
       from quarantine q left join ledger_read r on q.topic like '%/ledger' and (r.site, r.agent, r.epoch, r.seq) = (q.site, q.agent, q.epoch, q.seq)
       where $1::text is null or q.site = $1 order by q.id desc limit ${SHOWN}`,
      [site],
    )
    return [...rows.map(lineOf), ...(await summary(tx, site))]
  })
}

const SHOWN = 200

interface Row {
  readonly id: number
  readonly site: string
  readonly agent: string
  readonly topic: string
  readonly epoch: string | null
  readonly seq: number | null
  readonly why: string
  readonly storedAt: string
  readonly bytes: number
  readonly read: string | null
}

function lineOf({ id, site, agent, topic, epoch, seq, why, storedAt, bytes, read }: Row): string {
  const what = epoch === null || seq === null ? topic : identityText({ site, agent, epoch, seq } as Identity)
  const since = read === null ? '' : `  已补读 / read since: ${read}`
  return `#${id}  ${storedAt}  ${what}  ${bytes} B  ${whyWords(why)}${since}`
}

async function summary(tx: Transaction, site: string | null): Promise<string[]> {
  const { rows } = await tx.query<{ kept: number; unread: number; beyond: number }>(
    `select (select count(*) from quarantine where $1::text is null or site = $1) as kept,
       (select count(*) from ledger l where l.kind = 'unreadable' and ($1::text is null or l.site = $1)
         and not exists (select from ledger_read r where (r.site, r.agent, r.epoch, r.seq) = (l.site, l.agent, l.epoch, l.seq))) as unread,
       (select coalesce(sum(beyond), 0)::bigint from quarantine_day where $1::text is null or site = $1) as beyond`,
    [site],
  )
  const { kept, unread, beyond } = rows[0] ?? { kept: 0, unread: 0, beyond: 0 }
  return [
    `隔离 ${kept} 条，账本中未能识读 ${unread} 条，超出每日额度仅计数 ${beyond} 条`,
    `${kept} in quarantine, ${unread} lines of the ledger not read yet, ${beyond} beyond a day's budget and only counted`,
  ]
}

/** What is kept under a number, byte for byte; null where nothing is. */
export async function quarantined(pool: Pool, id: number): Promise<Buffer | null> {
  const { rows } = await asIngest(pool, (tx) => tx.query<{ payload: Buffer }>('select payload from quarantine where id = $1', [id]))
  return rows[0]?.payload ?? null
}
