import { type Instant, minutes, toIso } from '#edge/units'
import type { Pool, Transaction } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { appendOrder, type Issuing } from '../orders/append.ts'

/** A site is asked again for what it has not sent; not at every poll of a screen. */
const ASK_AGAIN_AFTER = minutes(2)

/** The text of a stored tape, or null while it is still at the site. */
export async function readBlob(tx: Transaction, hash: string): Promise<string | null> {
  const { rows } = await tx.query<{ bytes: Buffer }>('select bytes from blob where hash = $1', [hash])
  return rows[0]?.bytes.toString('utf8') ?? null
}

/** A stored photo, or null while it is still at the site; a browser is handed nothing that does not begin as a JPEG. */
export async function readPhoto(tx: Transaction, hash: string): Promise<Buffer | null> {
  const { rows } = await tx.query<{ bytes: Buffer }>('select bytes from blob where hash = $1', [hash])
  const bytes = rows[0]?.bytes ?? null
  return bytes?.[0] === 0xff && bytes[1] === 0xd8 ? bytes : null
}

/** Orders the site to send what is still there, unless it was told a moment ago. */
export const askSite = (pool: Pool, issuing: Issuing, hash: string, site: string): Promise<void> =>
  asIngest(pool, async (tx) => {
    if (await askFor(tx, hash, site, issuing.clock.now())) await appendOrder(tx, issuing, { site, kind: 'send-blob', body: { hash } })
  })

/** Notes that somebody wants this blob. True when the site is to be told now, false when it was told a moment ago. */
export async function askFor(tx: Transaction, hash: string, site: string, now: Instant): Promise<boolean> {
  const asked = await tx.query(
    `insert into blob_asked (hash, site, asked_at) values ($1, $2, $3)
     on conflict (hash) do update set asked_at = excluded.asked_at where blob_asked.asked_at < $4`,
    [hash, site, toIso(now), toIso((now - ASK_AGAIN_AFTER) as Instant)],
  )
  return asked.rowCount === 1
}
