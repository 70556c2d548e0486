import type { BookletId, SiteId } from '#edge/ids'
import { toIso } from '#edge/units'
import type { Transaction } from '../database/pool.ts'
import { appendOrder, type Issuing } from '../orders/append.ts'

export type Withdrawn =
  | { readonly outcome: 'done'; readonly order: (tx: Transaction) => Promise<void> }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'withdrawn-already' }

/**
 * Takes a booklet back: nothing is drawn from it any more once its site has heard so; tickets that were drawn stay what they are. What a
 * site draws in the dark before it hears of it is honest, and no alarm (judge-draw.ts).
 */
export async function withdrawBooklet(
  tx: Transaction,
  issuing: Issuing,
  { booklet, by, reason }: { readonly booklet: BookletId; readonly by: string; readonly reason: string },
): Promise<Withdrawn> {
  const known = await tx.query('select from booklet where booklet = $1', [booklet])
  if (known.rowCount !== 1) return { outcome: 'unknown' }
  const { rows } = await tx.query<{ site: SiteId }>(
    `update booklet set withdrawn_at = $2, withdrawn_by = $3, withdrawn_reason = $4 where booklet = $1 and withdrawn_at is null returning site`,
    [booklet, toIso(issuing.clock.now()), by, reason],
  )
  const site = rows[0]?.site
  if (site === undefined) return { outcome: 'withdrawn-already' }
  const order = async (last: Transaction): Promise<void> =>
    void (await appendOrder(last, issuing, { site, kind: 'withdraw-booklet', body: { booklet, reason } }))
  return { outcome: 'done', order }
}
