import pg from 'pg'
import { type Span, seconds } from '#edge/units'
import type { Log } from '../log.ts'

export type Pool = pg.Pool
/** One connection inside one transaction: what every `queries.ts` is handed. */
export type Transaction = Pick<pg.PoolClient, 'query' | 'escapeLiteral'>

/** Roles of the running service (migrations/0001_ledger.sql): they own nothing and cannot pass row-level security. */
export type DatabaseRole = 'pitgate_app' | 'pitgate_ingest' | 'pitgate_lens'

export interface PoolOptions {
  readonly url: string
  /** What a connection is allowed while no transaction says otherwise: without a role set, RLS shows nothing. */
  readonly role: DatabaseRole | null
  /** Shown in pg_stat_activity. */
  readonly name: string
  readonly size: number
  readonly log: Log
  /** How long an answer is waited for; usually 20 s. What was asked may be done all the same. */
  readonly answerWithin?: Span
}

const INT8 = 20
const TIMESTAMPTZ = 1184

/** int8 as a number (identities and counts stay far below 2^53; one that does not is refused), moments as ISO text in UTC. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
    if (format !== 'binary') {
      if (oid === INT8) return readInt8
      if (oid === TIMESTAMPTZ) return readMoment
    }
    return pg.types.getTypeParser(oid, format)
  },
}
function readInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} from the database is too large for a number`)
  return value
}
/** `2026-11-21 08:00:00.12+00` → `2026-11-21T08:00:00.120Z`; columns are timestamptz(3), so nothing is cut. */
const readMoment = (text: string): string => new Date(text).toISOString()

/**
 * A pool that cannot hang or crash the process: time-outs at every level, TCP keep-alive, and an `error` listener on the pool and on
 * every connection (a checked-out connection whose backend dies without one ends the process: node-postgres#1611).
 */
export function createPool({ url, role, name, size, log, answerWithin = seconds(20) }: PoolOptions): Pool {
  const settings = ['-c timezone=UTC', '-c datestyle=ISO', '-c client_min_messages=warning', '-c lock_timeout=8000']
  if (role !== null) settings.push(`-c role=${role}`)
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    options: settings.join(' '),
    max: size,
    types,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 15_000,
    query_timeout: answerWithin,
    idle_in_transaction_session_timeout: 20_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  })
  pool.on('error', (error) => log.debug({ pool: name, reason: error.message }, 'an idle database connection was lost'))
  pool.on('connect', (client) =>
    client.on('error', (error) => log.debug({ pool: name, reason: error.message }, 'a database connection was lost')),
  )
  return pool
}
