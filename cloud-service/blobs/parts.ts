import { createHash } from 'node:crypto'
import type { Transaction } from '../database/pool.ts'
import type { AskingAgent } from './agent-signature.ts'

/** One part as `Content-Range: bytes from-to/total` announces it. */
export interface Range {
  readonly from: number
  readonly total: number
}

/** Null where the header is no such range; its length is held against the body by the caller. */
export function readRange(header: string | undefined, length: number): Range | null {
  const said = /^bytes (\d{1,10})-(\d{1,10})\/(\d{1,10})$/.exec(header ?? '')
  if (!said) return null
  const [from, to, total] = said.slice(1).map(Number) as [number, number, number]
  return length > 0 && to - from + 1 === length && to < total ? { from, total } : null
}

/** How an upload stands: the whole is here, or so many bytes from its beginning. */
export interface Held {
  readonly complete: boolean
  readonly bytes: number
}

export async function heldOf(tx: Transaction, site: string, hash: string): Promise<Held> {
  const whole = await tx.query<{ bytes: number }>('select octet_length(bytes) as bytes from blob where hash = $1', [hash])
  if (whole.rows[0]) return { complete: true, bytes: whole.rows[0].bytes }
  // Of the beginning without a hole: what lies behind one is no ground to go on from.
  const { rows } = await tx.query<{ bytes: number }>(
    `select coalesce(max(at_byte + length), 0)::integer as bytes from (
       select at_byte, octet_length(bytes) as length,
         coalesce(sum(octet_length(bytes)) over (order by at_byte rows between unbounded preceding and 1 preceding), 0) as before
       from blob_part where site = $1 and hash = $2
     ) as part where before = at_byte`,
    [site, hash],
  )
  return { complete: false, bytes: rows[0]?.bytes ?? 0 }
}

export type Taken = { readonly kind: 'part' | 'elsewhere'; readonly bytes: number } | { readonly kind: 'whole' | 'other-bytes' }

/**
 * Takes one part. `elsewhere`: it does not go on where the upload stands, and nothing was stored. `other-bytes`: all of it is here and has
 * another hash; it is forgotten, because nobody can tell which part is wrong.
 */
export async function takePart(tx: Transaction, from: AskingAgent, hash: string, range: Range, bytes: Buffer): Promise<Taken> {
  // One at a time, whatever a cut connection still has on its way: the second finds where the first left it.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${from.site} ${hash}`])
  const held = await heldOf(tx, from.site, hash)
  if (held.complete) return { kind: 'whole' }
  if (held.bytes !== range.from) return { kind: 'elsewhere', bytes: held.bytes }
  const till = range.from + bytes.length
  if (till < range.total) {
    await tx.query('delete from blob_part where site = $1 and hash = $2 and at_byte >= $3', [from.site, hash, range.from])
    await tx.query('insert into blob_part (site, hash, at_byte, bytes) values ($1, $2, $3, $4)', [from.site, hash, range.from, bytes])
    await forgetSilent(tx, from.site)
    return { kind: 'part', bytes: till }
  }
  const { rows } = await tx.query<{ bytes: Buffer }>(
    'select bytes from blob_part where site = $1 and hash = $2 and at_byte < $3 order by at_byte',
    [from.site, hash, range.from],
  )
  const whole = Buffer.concat([...rows.map((row) => row.bytes), bytes])
  await tx.query('delete from blob_part where site = $1 and hash = $2', [from.site, hash])
  if (createHash('sha256').update(whole).digest('hex') !== hash) return { kind: 'other-bytes' }
  await storeBlob(tx, from, hash, whole)
  return { kind: 'whole' }
}

/** An upload goes as a whole, a week after the newest of its parts: an old first part under a young one is still wanted. */
async function forgetSilent(tx: Transaction, site: string): Promise<void> {
  await tx.query(
    `delete from blob_part where site = $1 and hash in (
       select hash from blob_part where site = $1 group by hash having max(stored_at) < now() - interval '7 days')`,
    [site],
  )
}

/** True where it was not here before. */
export async function storeBlob(tx: Transaction, { site, county }: AskingAgent, hash: string, bytes: Buffer): Promise<boolean> {
  const { rowCount } = await tx.query('insert into blob (hash, site, county, bytes) values ($1, $2, $3, $4) on conflict do nothing', [
    hash,
    site,
    county,
    bytes,
  ])
  return rowCount === 1
}
