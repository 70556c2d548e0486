import { accessSync, constants } from 'node:fs'
import Libsql from 'libsql'
import { EdgeError } from '../errors.ts'
import { openingError } from './connection.ts'
import type { Database, Value } from './database.ts'
import { SCHEMA } from './schema.ts'

/**
 * Opens a copy that nobody writes, to be looked into; the file stays as it is. Throws EdgeError 'store-broken' where it is no database of
 * ours or one of a newer version.
 */
export function openCopy(file: string): Pick<Database, 'all' | 'one' | 'close'> {
  let connection: Libsql.Database
  try {
    // Without a file there, opening would make an empty one.
    accessSync(file, constants.R_OK)
    connection = new Libsql(file)
  } catch (cause) {
    throw openingError(cause, file)
  }
  const all = <R extends object>(sql: string, ...values: Value[]): R[] => {
    try {
      return connection.prepare<unknown[]>(sql).all(values) as R[]
    } catch (cause) {
      throw openingError(cause, file)
    }
  }
  const [found] = all<{ user_version: number }>('pragma user_version')
  const version = found?.user_version ?? 0
  if (version === 0 || version > SCHEMA.length) {
    connection.close()
    throw new EdgeError('store-broken', { file, why: version === 0 ? 'it is no ledger' : `it was written by a newer version (${version})` })
  }
  return {
    all,
    one: <R extends object>(sql: string, ...values: Value[]) => (all<R>(sql, ...values)[0] ?? null) as R | null,
    close: () => void connection.close(),
  }
}
