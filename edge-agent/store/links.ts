import type { Epoch } from '#edge/ids'
import type { Head } from '#edge/stream'
import type { Database } from './database.ts'
import { textIn } from './readable.ts'

/**
 * Single links of the journal: the number of a record and its hash, read as the bytes they are (readable.ts). Where the hash is no text any
 * more it is empty, and fits nothing.
 */
type Rows = Pick<Database, 'one'>

function linkIn(database: Rows, epoch: Epoch, which: string, ...numbers: number[]): Head | null {
  const row = database.one<{ seq: number; hash: ArrayBuffer }>(
    `select seq, cast(hash as blob) as hash from journal where epoch = ? ${which}`,
    epoch,
    ...numbers,
  )
  return row && { epoch, seq: row.seq, hash: textIn(row.hash) ?? '' }
}

export const newestLink = (database: Rows, epoch: Epoch): Head | null => linkIn(database, epoch, 'order by seq desc limit 1')
/** The first that is still here, from a number on. */
export const oldestLink = (database: Rows, epoch: Epoch, from = 1): Head | null =>
  linkIn(database, epoch, 'and seq >= ? order by seq limit 1', from)
export const linkAt = (database: Rows, epoch: Epoch, seq: number): Head | null => linkIn(database, epoch, 'and seq = ?', seq)

/** The hash of the record before it, as a record's bytes name it; null where they name none. */
export const prevIn = (bytes: string): string | null => /"prev":"([0-9a-f]{64})"/.exec(bytes)?.[1] ?? null
