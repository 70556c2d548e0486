import type { Pool } from '../database/pool.ts'
import { asIngest, asNobody } from '../database/transaction.ts'
import { newToken, tokenHash } from './secrets.ts'
import type { Who } from './who.ts'

/** API keys of firms: `Authorization: Bearer pk_…`. Shown once when made, kept as a hash, revocable at once. */
const START = 'pk_'

/** Makes a key for a carrier that exists and returns it: nobody can read it again. */
export async function addApiKey(pool: Pool, carrier: string, label: string): Promise<string> {
  const key = START + newToken()
  await asIngest(pool, (tx) =>
    tx.query('insert into api_key (key_hash, carrier, label) values ($1, $2, $3)', [tokenHash(key), carrier, label]),
  )
  return key
}

/** Whose key this is, or null: unknown or revoked. */
export async function readApiKey(pool: Pool, authorization: string): Promise<Who | null> {
  const key = /^Bearer (pk_[A-Za-z0-9_-]{43})$/.exec(authorization)?.[1]
  if (key === undefined) return null
  const { rows } = await asNobody(pool, (tx) =>
    tx.query<{ carrier: string; label: string }>('select carrier, label from api_key where key_hash = $1 and revoked_at is null', [
      tokenHash(key),
    ]),
  )
  const found = rows[0]
  if (!found) return null
  const by = `${found.carrier} (API ${found.label})`
  return { id: `key:${tokenHash(key).slice(0, 16)}`, name: found.label, by, role: 'carrier', scope: found.carrier, session: null }
}
