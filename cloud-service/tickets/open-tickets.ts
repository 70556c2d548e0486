import type { Transaction } from '../database/pool.ts'
import { actAs } from '../database/transaction.ts'
import type { Who } from '../people/who.ts'

/** Stands for a ticket the asker may not see: that there is one decides the check, which one it is stays with its owner. */
export const SOMEBODY_ELSES = '—'

/**
 * Numbers of the open tickets of a plate, anywhere: one truck has one ticket, also across mines and firms. Asked with the rights of
 * ingest for this one question, then given back; of another tenant's ticket only the fact is handed on.
 */
export async function otherOpenTickets(tx: Transaction, who: Who, plate: string): Promise<string[]> {
  await tx.query(actAs(tx, 'pitgate_ingest', 'ingest', ''))
  const all = await tx.query<{ number: string }>(
    "select number from ticket where plate = $1 and state in ('issued', 'checked-in', 'held') order by issued_at",
    [plate],
  )
  await tx.query(actAs(tx, 'pitgate_app', who.role, who.scope ?? ''))
  const numbers = all.rows.map(({ number }) => number)
  if (numbers.length === 0) return []
  const own = await tx.query<{ number: string }>('select number from ticket where number = any($1) order by issued_at', [numbers])
  return own.rows.length > 0 ? own.rows.map(({ number }) => number) : [SOMEBODY_ELSES]
}
