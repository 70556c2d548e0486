import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PoolClient } from 'pg'
import { CloudError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Pool } from './pool.ts'

/** Any number will do, as long as every cloud instance takes the same one. */
const LOCK = 7_154_001
/** Beside this file on source, and in the source tree when this file runs from dist (a build copies no .sql). */
const FOLDER = [new URL('../migrations/', import.meta.url), new URL('../../../cloud-service/migrations/', import.meta.url)]
  .map((url) => fileURLToPath(url))
  .find((folder) => existsSync(folder))

export interface Migrated {
  readonly applied: readonly string[]
  /** The lens is made of hypertables; without the extension the same names are plain tables and views (DESIGN.md D9). */
  readonly timescale: boolean
}

/**
 * Brings the database up to date: numbered .sql files, forward only, each in a transaction of its own, remembered with its hash.
 * Two servers that start together wait for one another. The lens files apply when the `timescaledb` extension is to be had.
 * Needs a pool without a role (`role: null`): migrations run as the owner. Throws CloudError `migration-failed`, `migration-changed`.
 */
export async function migrate(pool: Pool, log: Log): Promise<Migrated> {
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK])
    const applied = await applyFolder(client, '', 'migration', log)
    const offered = await client.query("select from pg_available_extensions where name = 'timescaledb'")
    const timescale = (offered.rowCount ?? 0) > 0
    if (timescale) applied.push(...(await applyFolder(client, 'timescale', 'migration_timescale', log)))
    return { applied, timescale }
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined)
    client.release()
  }
}

async function applyFolder(client: PoolClient, folder: string, table: string, log: Log): Promise<string[]> {
  if (FOLDER === undefined)
    throw new CloudError('migration-failed', 'The folder cloud-service/migrations is missing from this installation')
  const names = (await readdir(join(FOLDER, folder))).filter((name) => /^\d{4}_.*\.sql$/.test(name)).sort()
  await client.query(
    `create table if not exists ${table} (name text primary key, hash text not null, applied_at timestamptz not null default now())`,
  )
  const known = await client.query<{ name: string; hash: string }>(`select name, hash from ${table}`)
  const applied: string[] = []
  for (const name of names) {
    const sql = await readFile(join(FOLDER, folder, name), 'utf8')
    const hash = createHash('sha256').update(sql).digest('hex')
    const before = known.rows.find((row) => row.name === name)
    if (before === undefined) {
      await apply(client, name, `${sql};\ninsert into ${table} (name, hash) values ('${name}', '${hash}')`)
      log.info({ migration: join(folder, name) }, 'migration applied')
      applied.push(join(folder, name))
    } else if (before.hash !== hash) {
      throw new CloudError(
        'migration-changed',
        `The migration ${name} was changed after this database had applied it. Write a new one, or start with an empty database.`,
      )
    }
  }
  return applied
}

async function apply(client: PoolClient, name: string, sql: string): Promise<void> {
  try {
    await client.query(`begin; set local statement_timeout = 0; ${sql}; commit`)
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw new CloudError('migration-failed', `The migration ${name} failed: ${reasonOf(error)}`, error)
  }
}
