import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { DATABASE_FILE } from '../../edge-agent/store/database.ts'
import { MARKER_FILE } from '../../edge-agent/store/marker.ts'
import { SCHEMA } from '../../edge-agent/store/schema.ts'
import { random } from '../../simulators/random.ts'
import { rigIn } from '../edge-agent/store/store-rig.ts'
import { type Observer, observeInto, readObservations, type Seen } from './checker/observations.ts'
import { workOn } from './workload.ts'

/** A store as it was worked on, with the keys it was sealed with and what was said to those who worked. */
export interface WorkedOn {
  /** Holds keys and observations. */
  readonly folder: string
  readonly store: string
  readonly logs: readonly (readonly Seen[])[]
}

/** A store of the present version after so many acts, closed. */
export async function aWorkedOnStore(acts: number): Promise<WorkedOn> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-old-'))
  const seen = join(folder, 'seen')
  mkdirSync(seen)
  const rig = rigIn(folder)
  const store = rig.open()
  const observer: Observer = observeInto(seen)
  const work = workOn(store, observer, { random: random('old stores'), from: 0 })
  for (let at = 0; at < acts; at += 1) work.act()
  await store.close()
  observer.close()
  return { folder, store: rig.parts.folder, logs: readObservations(seen) }
}

/**
 * The same store as an agent of schema version `version` left it: that version's tables, with all of the rows it had places for. Stopped
 * as it should be, or as a power cut left it: with everything in the write-ahead log.
 */
export function storeOfVersion(version: number, from: string, to: string, left: 'closed' | 'cut'): void {
  mkdirSync(to, { recursive: true })
  const making = mkdtempSync(join(tmpdir(), 'pitgate-making-'))
  const file = join(making, DATABASE_FILE)
  const old = new Libsql(file)
  try {
    old.pragma('foreign_keys = OFF')
    if (left === 'cut') for (const how of ['journal_mode = WAL', 'wal_autocheckpoint = 0']) old.pragma(how)
    for (const step of SCHEMA.slice(0, version)) old.exec(step)
    old.exec(`pragma user_version = ${version}; attach '${join(from, DATABASE_FILE)}' as newer`)
    for (const table of tablesIn(old)) {
      const columns = columnsIn(old, table).join(', ')
      old.exec(`insert into main.${table} (${columns}) select ${columns} from newer.${table}`)
    }
    for (const name of [DATABASE_FILE, ...(left === 'cut' ? [`${DATABASE_FILE}-wal`] : [])])
      copyFileSync(join(making, name), join(to, name))
    copyFileSync(join(from, MARKER_FILE), join(to, MARKER_FILE))
  } finally {
    old.close()
    rmSync(making, { recursive: true, force: true })
  }
}

const namesIn = (database: Libsql.Database, sql: string): string[] =>
  (database.prepare<unknown[]>(sql).all([]) as { name: string }[]).map(({ name }) => name)
const tablesIn = (database: Libsql.Database): string[] =>
  namesIn(database, `select name from main.sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name`)
const columnsIn = (database: Libsql.Database, table: string): string[] =>
  namesIn(database, `select name from pragma_table_info('${table}') order by cid`)

/** What lies in a store's files. */
export interface Contents {
  /** The version its tables say they are of. */
  readonly version: number
  /** Whether they are that version's tables, no more and no fewer. */
  readonly whole: boolean
  /** Every row of the tables and columns that an older version had, as text. */
  readonly rows: string
}

export function contentsOf(folder: string, asOf: number): Contents {
  const copy = mkdtempSync(join(tmpdir(), 'pitgate-contents-'))
  try {
    for (const name of [DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-journal`])
      try {
        copyFileSync(join(folder, name), join(copy, name))
      } catch {
        // Not every state has each of them.
      }
    const database = new Libsql(join(copy, DATABASE_FILE))
    try {
      const [found] = database.prepare<unknown[]>('pragma user_version').all([]) as { user_version: number }[]
      const rows = tablesOfVersion(asOf).flatMap(({ table, columns }) => [
        table,
        ...(database.prepare<unknown[]>(`select ${columns} from ${table} order by 1, 2`).all([]) as object[]).map((row) =>
          JSON.stringify(row),
        ),
      ])
      const version = found?.user_version ?? 0
      return { version, whole: shapeIn(database) === ofVersion(version, shapeIn), rows: rows.join('\n') }
    } finally {
      database.close()
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

interface Table {
  readonly table: string
  readonly columns: string
}
/** Something of a database with that version's tables and nothing in them. */
function ofVersion<T>(version: number, of: (database: Libsql.Database) => T): T {
  const database = new Libsql(':memory:')
  try {
    for (const step of SCHEMA.slice(0, version)) database.exec(step)
    return of(database)
  } finally {
    database.close()
  }
}

/** Every table with its columns, and every index. */
const shapeIn = (database: Libsql.Database): string =>
  [
    ...tablesIn(database).map((table) => `${table}: ${columnsIn(database, table).join(', ')}`),
    ...namesIn(database, `select name from main.sqlite_schema where type = 'index' order by name`),
  ].join('\n')

const known = new Map<number, readonly Table[]>()
/** Without `fact`, in which each opening counts itself. */
function tablesOfVersion(version: number): readonly Table[] {
  const tables =
    known.get(version) ??
    ofVersion(version, (database) =>
      tablesIn(database)
        .filter((table) => table !== 'fact')
        .map((table) => {
          const columns = columnsIn(database, table).map((name) =>
            table === 'evidence' && name === 'bytes' ? 'hex(bytes) as bytes' : name,
          )
          return { table, columns: columns.join(', ') }
        }),
    )
  known.set(version, tables)
  return tables
}
