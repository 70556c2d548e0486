import Libsql from 'libsql'
import type { Database } from './database.ts'
import { SCHEMA } from './schema.ts'

type Rows = Pick<Database, 'all'>

/** As hexadecimal digits: a name that has rotted is no text any more, and reading it as such would end the process (readable.ts). */
const COLUMNS = `select hex(t.name) || '.' || hex(c.name) || ':' || hex(c.type) || c."notnull" || c.pk as one, hex(t.name) as place
  from sqlite_schema t, pragma_table_info(t.name) c where t.type = 'table'`
const INDEXES = `select hex(i.name) || '.' || coalesce(hex(c.name), '') || ':' || c.seqno as one, hex(i.name) as place
  from sqlite_schema i, pragma_index_info(i.name) c where i.type = 'index'`

interface One {
  readonly one: string
  readonly place: string
}
const partsOf = (database: Rows): One[] => [...database.all<One>(COLUMNS), ...database.all<One>(INDEXES)]

let whole: readonly One[] | null = null
/** Every column and index of the newest version, as they are where nothing has rotted: made in memory, once. */
function wholeParts(): readonly One[] {
  if (whole) return whole
  const fresh = new Libsql(':memory:')
  try {
    for (const step of SCHEMA) fresh.exec(step)
    whole = partsOf({ all: <R extends object>(sql: string) => fresh.prepare<unknown[]>(sql).all([]) as R[] })
    return whole
  } finally {
    fresh.close()
  }
}

/**
 * A table or index that is not what the schema makes it, or null. What holds the names of the tables rots like anything else, and a
 * column by another name is found only by the first truck that needs it. What is there besides harms nobody.
 */
export function strangeSchema(database: Rows): string | null {
  const there = new Set(partsOf(database).map(({ one }) => one))
  const missing = wholeParts().find(({ one }) => !there.has(one))
  return missing ? Buffer.from(missing.place, 'hex').toString() : null
}
