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

function readTables(database: Libsql.Database): EdgeFile {
  const rows = <R>(sql: string): R[] => database.prepare(sql).all() as R[]
  return {
    epochs: rows<{ epoch: string; receipted_upto: number; broken_from: number | null }>('select * from epoch order by number').map(
      ({ epoch, receipted_upto, broken_from }) => ({ epoch, receiptedUpto: receipted_upto, brokenFrom: broken_from }),
    ),
    records: rows<EdgeRecord>(
      `select journal.epoch, seq, kind, bytes, hash, signature from journal join epoch on epoch.epoch = journal.epoch order by number, seq`,
    ),
    tokens: rows<EdgeToken>('select token, lane, gate, epoch, seq from token order by number'),
  }
}
