import type { Database } from './database.ts'

/**
 * Text whose bytes are no UTF-8. One flipped bit makes them so, and libsql then ends the whole process when it reads them, without a word
 * and at every start anew. So what may have rotted is read as bytes (`cast(… as blob)`) and becomes text here.
 */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text these bytes are, or null where they are none. */
export function textIn(bytes: ArrayBuffer): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

const forgiving = new TextDecoder('utf-8', { ignoreBOM: true })
/** The same for those who show it as it lies there: with a mark for each byte that is no text. No hash fits that. */
export const textOrMarks = (bytes: ArrayBuffer): string => forgiving.decode(bytes)

/** Looked at elsewhere: the journal where its chain is verified, evidence by its hash. */
const ELSEWHERE: ReadonlySet<string> = new Set(['journal', 'evidence'])

/** Where in the store's small tables text is no text: the first such table and column, or null. */
export function unreadableText(database: Pick<Database, 'all'>): { readonly table: string; readonly column: string } | null {
  const columns = database.all<{ tbl: ArrayBuffer; col: ArrayBuffer }>(
    `select cast(t.name as blob) as tbl, cast(c.name as blob) as col
     from sqlite_schema t, pragma_table_info(t.name) c where t.type = 'table' and c.type = 'TEXT'`,
  )
  for (const { tbl, col } of columns) {
    const [table, column] = [textIn(tbl), textIn(col)]
    if (table === null || column === null) return { table: 'sqlite_schema', column: 'name' }
    if (ELSEWHERE.has(table)) continue
    const rows = database.all<{ bytes: ArrayBuffer | null }>(`select cast("${column}" as blob) as bytes from "${table}"`)
    if (rows.some(({ bytes }) => bytes !== null && textIn(bytes) === null)) return { table, column }
  }
  return null
}
