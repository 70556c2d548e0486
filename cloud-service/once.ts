import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Pool, Transaction } from './database/pool.ts'
import { asPerson } from './database/transaction.ts'
import type { Who } from './people/who.ts'
import { Refusal } from './problems.ts'

/** What a POST did: the answer people get, and what is to be done in the same transaction after everything else. */
export interface Done<T> {
  readonly status: number
  readonly body: T
  /** Orders to the site; they are written with other rights, so they come last (see `orders/append.ts`). */
  readonly finish?: (tx: Transaction) => Promise<void>
}

/**
 * Carries out a POST as `who`, at most once per `Idempotency-Key`. The key is claimed in the same transaction as the work, so
 * either both are stored or neither; a second request with the key waits for the first and then gets its answer again. A refusal
 * stores nothing and may be tried again. The same key with another body or route is a mistake of the caller: 422.
 */
export async function once<T>(
  pool: Pool,
  request: FastifyRequest,
  reply: FastifyReply,
  who: Who,
  work: (tx: Transaction) => Promise<Done<T>>,
): Promise<T> {
  const key = keyOf(request)
  const done = await asPerson(pool, who, async (tx) => {
    const earlier = key === null ? null : await claim<T>(tx, who, key, request)
    if (earlier) return earlier
    const now = await work(tx)
    if (key !== null)
      await tx.query('update idempotency set status = $3, body = $4 where who = $1 and key = $2', [
        who.id,
        key,
        now.status,
        JSON.stringify(now.body),
      ])
    await now.finish?.(tx)
    return now
  })
  void reply.code(done.status)
  return done.body
}

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key === 'string' && /^[\x21-\x7e]{1,100}$/.test(key)) return key
  throw new Refusal('mistakes', {
    mistakes: [{ path: 'Idempotency-Key', zh: '应为 1 至 100 个可见字符', en: 'must be 1 to 100 visible characters' }],
  })
}

/** Whoever reads the hash of a PIN has the PIN: a million tries are a second's work. */
const withoutSecrets = (name: string, value: unknown): unknown => (name === 'secret' || name === 'password' ? null : value)

async function claim<T>(tx: Transaction, who: Who, key: string, request: FastifyRequest): Promise<Done<T> | null> {
  const route = `${request.method} ${request.url}`
  const requestHash = createHash('sha256')
    .update(JSON.stringify(request.body ?? null, withoutSecrets))
    .digest('hex')
  // A rival with the same key collides here and waits until we are stored or gone.
  const claimed = await tx.query('insert into idempotency (who, key, route, request_hash) values ($1, $2, $3, $4) on conflict do nothing', [
    who.id,
    key,
    route,
    requestHash,
  ])
  if (claimed.rowCount === 1) return null
  const { rows } = await tx.query<{ route: string; request_hash: string; status: number; body: string }>(
    'select route, request_hash, status, body from idempotency where who = $1 and key = $2',
    [who.id, key],
  )
  const earlier = rows[0]
  if (!earlier || earlier.route !== route || earlier.request_hash !== requestHash) throw new Refusal('other-request')
  return { status: earlier.status, body: JSON.parse(earlier.body) as T }
}
