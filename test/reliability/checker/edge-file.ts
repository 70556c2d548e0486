import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import type { EdgeFile, EdgeRecord, EdgeToken } from './history.ts'

/** Reads the ledger in an agent's store folder as it lies there. A copy is opened: not a byte of the evidence changes. */
export function readEdgeFile(folder: string): EdgeFile {
  const copy = mkdtempSync(join(tmpdir(), 'pitgate-check-'))
  try {
    for (const name of ['ledger.db', 'ledger.db-wal'])
      if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(copy, name))
    const database = new Libsql(join(copy, 'ledger.db'))
    try {
      return readTables(database)
    } finally {
      database.close()
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/**
 * Every text is read as bytes: the library ends this whole process over bytes that are no UTF-8, which is what a rotten disk has. Such bytes
 * become text with marks in it, and no hash fits that.
 */
const textOf = (...columns: readonly string[]): string => columns.map((column) => `cast(${column} as blob) as ${column}`).join(', ')

function readTables(database: Libsql.Database): EdgeFile {
  const rows = <R>(sql: string): R[] =>
    (database.prepare(sql).all() as Record<string, unknown>[]).map(
      (row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [name, value instanceof ArrayBuffer ? Buffer.from(value).toString() : value]),
        ) as R,
    )
  return {
    epochs: rows<{ epoch: string; upto: number; broken: number | null }>(
      `select ${textOf('epoch')}, receipted_upto as upto, broken_from as broken from epoch order by number`,
    ).map(({ epoch, upto, broken }) => ({ epoch, receiptedUpto: upto, brokenFrom: broken })),
    records: rows<EdgeRecord>(
      `select cast(j.epoch as blob) as epoch, ${textOf('kind', 'bytes', 'hash', 'signature')}, seq
       from journal j join epoch on epoch.epoch = j.epoch order by number, seq`,
    ),
    tokens: rows<EdgeToken>(`select ${textOf('token', 'lane', 'gate', 'epoch')}, seq from token order by number`),
  }
}
