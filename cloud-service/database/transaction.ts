import type { PoolClient } from 'pg'
import { CloudError, isTransient, reasonOf } from '../errors.ts'
import type { DatabaseRole, Pool, Transaction } from './pool.ts'

/** Who asks: the role of a signed-in person (or of a firm's API key) and what it is confined to; null only for the whole city. */
export interface Asking {
  readonly role: 'operator' | 'enterprise' | 'carrier' | 'county' | 'city'
  readonly scope: string | null
}

/**
 * One transaction as somebody: BEGIN, the database role, who asks (both gone at its end, so nothing stays on a pooled connection),
 * the work, COMMIT. Row-level security decides what is seen; queries need no `where scope`.
 * Throws CloudError `outcome-unknown` when COMMIT itself got no answer: it may or may not be stored, so only repeatable work may retry.
 */
export const asPerson = <T>(pool: Pool, asking: Asking, work: (tx: Transaction) => Promise<T>): Promise<T> =>
  transaction(pool, 'pitgate_app', asking.role, asking.scope ?? '', work)

/** One transaction as what agents send and jobs do: sees every site, adds evidence, may change none. */
export const asIngest = <T>(pool: Pool, work: (tx: Transaction) => Promise<T>): Promise<T> =>
  transaction(pool, 'pitgate_ingest', 'ingest', '', work)

/** One transaction that may read the lens and nothing else. The lens knows no row-level security: `work` must name the tenant itself. */
export const asLens = <T>(pool: Pool, work: (tx: Transaction) => Promise<T>): Promise<T> => transaction(pool, 'pitgate_lens', '', '', work)

/** Before anybody is known (sign-in, sessions, API keys): the registers without row-level security, and nothing else. */
export const asNobody = <T>(pool: Pool, work: (tx: Transaction) => Promise<T>): Promise<T> => transaction(pool, 'pitgate_app', '', '', work)

async function transaction<T>(
  pool: Pool,
  role: DatabaseRole,
  asking: string,
  scope: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const client = await connected(pool)
  let broken: Error | undefined
  try {
    // One round trip instead of three; the literals are escaped by the driver.
    await client.query(`begin; ${actAs(client, role, asking, scope)}`)
    const answer = await work(client)
    await commit(client)
    return answer
  } catch (error) {
    if (error instanceof CloudError && error.code === 'outcome-unknown') broken = error
    else await client.query('rollback').catch((failed: Error) => (broken = failed))
    throw error
  } finally {
    // A connection in doubt is closed, never lent again.
    client.release(broken)
  }
}

/** Sets the database role and who asks until the end of the transaction. */
export function actAs(tx: Transaction, role: DatabaseRole, asking: string, scope: string): string {
  const said = (name: string, value: string): string => `set_config('${name}', ${tx.escapeLiteral(value)}, true)`
  return `set local role ${role}; select ${said('pitgate.role', asking)}, ${said('pitgate.scope', scope)}`
}

async function connected(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    if (isTransient(error)) throw new CloudError('database-unreachable', `The database does not answer: ${reasonOf(error)}`, error)
    throw error
  }
}

async function commit(client: PoolClient): Promise<void> {
  let command: string
  try {
    ;({ command } = await client.query('commit'))
  } catch (error) {
    // A deferred check that fails comes with a five-character state: that is a clear no. Silence is not.
    const state = (error as { code?: unknown }).code
    if (typeof state === 'string' && /^(22|23|40|42)/.test(state)) throw error
    throw new CloudError('outcome-unknown', `The database did not say whether the transaction was stored: ${reasonOf(error)}`, error)
  }
  // An aborted transaction answers COMMIT with ROLLBACK and no error.
  if (command !== 'COMMIT') throw new CloudError('database-refused', 'The transaction had failed before its COMMIT and was rolled back')
}
