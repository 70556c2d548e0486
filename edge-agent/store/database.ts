import { statSync } from 'node:fs'
import { join } from 'node:path'
import type Libsql from 'libsql'
import { EdgeError } from '../errors.ts'
import { brokenBy, CHECKPOINT_PAGES, closeForGood, codeOf, connect, prepare, textOf } from './connection.ts'

/**
 * The only door to SQLite (DESIGN.md D3): one connection in one process, WAL with synchronous=FULL, exclusive. What libsql 0.5 does
 * that nobody would expect stays behind this file and connection.ts:
 * - WAL drops to NORMAL in some builds once written to, so FULL is set at every open and read back after a write;
 * - `get()` after `all()` on one statement answers with the row before, and adds `_metadata`: only `all()` is used, run to its end;
 * - a prepared statement keeps the connection, its locks and its right to write after `close()`, until it is collected: the door shuts
 *   itself, and gives the locks back before it closes;
 * - `all()` gives blobs as ArrayBuffer;
 * - text whose bytes are no UTF-8 ends the whole process, too: what may have rotted is read as bytes (readable.ts);
 * - a lone blob or null is taken for a bag of named parameters, and aborts the whole process: values are given as one list.
 */
export type Value = string | number | null | Uint8Array
export type Row = Readonly<Record<string, string | number | null | ArrayBuffer>>

export interface Database {
  /** Runs a statement and says how many rows it changed. */
  run(sql: string, ...values: Value[]): number
  /** All rows, or the first one. The caller names the row's shape; every column is declared in schema.ts (strict tables). */
  all<R extends object = Row>(sql: string, ...values: Value[]): R[]
  one<R extends object = Row>(sql: string, ...values: Value[]): R | null
  /** All or nothing, durable when it returns. A call inside another joins it. Whatever `work` throws comes out after the rollback. */
  transaction<T>(work: () => T): T
  /** Whether a transaction is under way. */
  busy(): boolean
  /** Called after every rollback: what is remembered in memory must be read again. */
  onRollback(forget: () => void): void
  /** What the open connection says of itself now. */
  durability(): { readonly journalMode: string; readonly synchronous: number }
  /** Moves the write-ahead log into the file. Off the gate path: it syncs twice. */
  checkpoint(): void
  /** Keeps the log short, at the cost of more syncs: when the disk is nearly full. */
  shortLog(short: boolean): void
  /** Bytes of the file that hold nothing: new rows go there first. */
  spareBytes(): number
  /** Bytes of the write-ahead log beside the file. */
  logBytes(): number
  /**
   * While `work` runs the file does not change: all there was is in it, and what is written meanwhile waits in the log. So it can be
   * copied while a lane weighs.
   */
  holdStill<T>(work: () => Promise<T>): Promise<T>
  /** Set from the first error that puts the disk in doubt; from then on everything is refused (reliability rule R6). */
  broken(): EdgeError | null
  /** Somebody has seen what SQLite did not: from now on everything is refused. */
  doubt(error: EdgeError): void
  /** Hears of the first doubt, once. */
  onDoubt(listener: (error: EdgeError) => void): void
  close(): void
}

export interface DatabaseParts {
  /** The disk is full: true where room could be made, and what did not fit is tried once more. */
  makeRoom(): boolean
}
const NO_ROOM_TO_MAKE: DatabaseParts = { makeRoom: () => false }

export const DATABASE_FILE = 'ledger.db'

/** Any of these means the disk or the file is in doubt. A failed fsync is never retried: a later success would be a lie. */
const IN_DOUBT = /^SQLITE_(IOERR|CORRUPT|NOTADB|READONLY|CANTOPEN|NOMEM|PROTOCOL)/
const NO_ROOM = 'SQLITE_FULL'
const SHORT_PAGES = 250

/** Nothing is in doubt yet: SQLite takes back whole what it has no room for. */
class NoRoom extends Error {
  constructor(cause: unknown) {
    super('the disk is full', { cause })
  }
}

/**
 * Opens or makes the database in `folder`. Throws EdgeError 'store-locked' when another process has it, 'store-broken' when it is
 * no database, cannot be written, or does not keep synchronous=FULL.
 */
export function openDatabase(folder: string, { makeRoom }: DatabaseParts = NO_ROOM_TO_MAKE): Database {
  const file = join(folder, DATABASE_FILE)
  const connection = connect(folder, file)
  const prepared = new Map<string, Libsql.Statement<unknown[]>>()
  const forgetters: (() => void)[] = []
  const doubters: ((error: EdgeError) => void)[] = []
  let doubt: EdgeError | null = null
  let open = true
  let depth = 0
  let held = 0
  let pages = CHECKPOINT_PAGES

  const doubted = (error: EdgeError): EdgeError => {
    if (doubt) return doubt
    doubt = error
    for (const listener of doubters) listener(error)
    return error
  }

  const guarded = <T>(work: () => T): T => {
    if (doubt) throw doubt
    if (!open) throw new EdgeError('store-broken', { file, why: 'the store is closed' })
    try {
      return work()
    } catch (cause) {
      const code = codeOf(cause)
      if (code === NO_ROOM) throw new NoRoom(cause)
      throw IN_DOUBT.test(code) ? doubted(brokenBy(cause, file)) : cause
    }
  }
  /** What met a full disk was rolled back whole: it is tried once more where room can be made, and else the store is in doubt. */
  const withRoom = <T>(work: () => T): T => {
    if (depth > 0) return guarded(work)
    try {
      return guarded(work)
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error
      const made = makeRoom()
      if (!shortened() && !made) throw doubted(brokenBy(error.cause, file))
    }
    try {
      return guarded(work)
    } catch (error) {
      throw error instanceof NoRoom ? doubted(brokenBy(error.cause, file)) : error
    }
  }
  /** A commit takes whole pages of the log: put into the file and kept short, it leaves room for many more. */
  const shortened = (): boolean => {
    if (held > 0) return false
    try {
      connection.pragma(`wal_autocheckpoint = ${SHORT_PAGES}`)
      connection.pragma('wal_checkpoint(TRUNCATE)')
      return true
    } catch {
      return false
    }
  }
  const statement = (sql: string): Libsql.Statement<unknown[]> => {
    const known = prepared.get(sql)
    if (known) return known
    const made = connection.prepare<unknown[]>(sql)
    prepared.set(sql, made)
    return made
  }
  const rollback = (): void => {
    // After an I/O error SQLite has rolled back by itself, and asking again would throw over the real cause.
    if (connection.inTransaction) connection.exec('rollback')
    for (const forget of forgetters) forget()
  }

  const database: Database = {
    run: (sql, ...values) => withRoom(() => statement(sql).run(values).changes),
    all: <R extends object>(sql: string, ...values: Value[]) => guarded(() => statement(sql).all(values) as R[]),
    one: <R extends object>(sql: string, ...values: Value[]) => (database.all<R>(sql, ...values)[0] ?? null) as R | null,
    transaction(work) {
      if (depth > 0) return work()
      return withRoom(() => {
        connection.exec('begin immediate')
        depth += 1
        try {
          const result = work()
          guarded(() => connection.exec('commit'))
          depth = 0
          return result
        } catch (error) {
          depth = 0
          rollback()
          throw error
        }
      })
    },
    busy: () => depth > 0,
    onRollback: (forget) => void forgetters.push(forget),
    durability: () => ({
      journalMode: textOf(connection, 'journal_mode'),
      synchronous: Number(textOf(connection, 'synchronous')),
    }),
    checkpoint() {
      if (held === 0) withRoom(() => connection.pragma('wal_checkpoint(TRUNCATE)'))
    },
    shortLog(short) {
      pages = short ? SHORT_PAGES : CHECKPOINT_PAGES
      if (held === 0) guarded(() => connection.pragma(`wal_autocheckpoint = ${pages}`))
    },
    spareBytes: () => guarded(() => Number(textOf(connection, 'freelist_count')) * Number(textOf(connection, 'page_size'))),
    logBytes: () => statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0,
    async holdStill(work) {
      database.checkpoint()
      held += 1
      guarded(() => connection.pragma('wal_autocheckpoint = 0'))
      try {
        return await work()
      } finally {
        held -= 1
        if (open && !doubt && held === 0) guarded(() => connection.pragma(`wal_autocheckpoint = ${pages}`))
      }
    },
    broken: () => doubt,
    doubt: (error) => void doubted(error),
    onDoubt: (listener) => void doubters.push(listener),
    close() {
      if (!open) return
      open = false
      prepared.clear()
      closeForGood(connection, doubt === null)
    },
  }
  prepare(database, connection, file)
  return database
}
