import { mkdirSync } from 'node:fs'
import Libsql from 'libsql'
import { EdgeError } from '../errors.ts'
import type { Database, Row } from './database.ts'
import { SCHEMA } from './schema.ts'

const FULL = 2
/** So many pages of the log, 32 MB, and SQLite puts it into the file by itself. */
export const CHECKPOINT_PAGES = 8_000

/** The one connection: exclusive, in WAL, each commit synced. */
export function connect(folder: string, file: string): Libsql.Database {
  try {
    mkdirSync(folder, { recursive: true })
    const connection = new Libsql(file)
    connection.pragma('busy_timeout = 200')
    // Exclusive before WAL: no shared-memory file, and a second opener is refused for as long as this process lives.
    connection.pragma('locking_mode = EXCLUSIVE')
    connection.pragma('journal_mode = WAL')
    connection.pragma('synchronous = FULL')
    connection.pragma('foreign_keys = ON')
    connection.pragma('mmap_size = 0')
    connection.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    connection.pragma(`journal_size_limit = ${64 * 1024 * 1024}`)
    return connection
  } catch (cause) {
    throw openingError(cause, file)
  }
}

/** Brings the tables up to date in one transaction, writes, and only then believes what the connection says of its durability. */
export function prepare(database: Database, connection: Libsql.Database, file: string): void {
  try {
    database.transaction(() => {
      const version = Number(textOf(connection, 'user_version'))
      if (version > SCHEMA.length)
        throw new EdgeError('store-broken', {
          file,
          why: `it was written by a newer version (${version})`,
        })
      for (const step of SCHEMA.slice(version)) connection.exec(step)
      connection.exec(`pragma user_version = ${SCHEMA.length}`)
      database.run(`insert into fact (name, value) values ('opened', '1') on conflict (name) do update set value = value + 1`)
    })
    const { journalMode, synchronous } = database.durability()
    if (journalMode !== 'wal' || synchronous !== FULL)
      throw new EdgeError('store-broken', {
        file,
        why: 'it does not keep synchronous=FULL in WAL mode',
        journalMode,
        synchronous,
      })
  } catch (cause) {
    closeForGood(connection, false)
    throw openingError(cause, file)
  }
}

/** Leaving WAL puts the log into the file and is the only way out of exclusive mode; a file in doubt is left exactly as it is. */
export function closeForGood(connection: Libsql.Database, sound: boolean): void {
  try {
    if (sound) connection.exec('pragma journal_mode = DELETE')
    connection.exec('pragma locking_mode = NORMAL')
    if (sound) connection.exec('begin immediate; commit')
  } finally {
    connection.close()
  }
}

/** What a pragma answers, as text. */
export const textOf = (connection: Libsql.Database, pragma: string): string =>
  String(Object.values(connection.pragma(pragma) as Row[])[0]?.[pragma])
export const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')
export const brokenBy = (cause: unknown, file: string): EdgeError => new EdgeError('store-broken', { cause, file, sqlite: codeOf(cause) })

/** What a failed opening is called. */
export function openingError(cause: unknown, file: string): EdgeError {
  if (cause instanceof EdgeError) return cause
  if (/^SQLITE_(BUSY|LOCKED)/.test(codeOf(cause)))
    return new EdgeError('store-locked', {
      cause,
      file,
      why: 'another process has this store open; only one agent may run in a folder',
    })
  return brokenBy(cause, file)
}
