import { constants, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { LEDGER_PAGE } from '#edge/ledger-listing'
import { CloudError, reasonOf } from '../errors.ts'
import { hasher } from '../keys.ts'
import type { EdgeLedger } from './edge-side.ts'

export const LEDGER_FILE = 'ledger.db'

/** The ledger of an agent that is not running, out of a copy of its database and log. Throws CloudError `edge-unreachable`. */
export function copiedLedger(folder: string): EdgeLedger {
  const into = mkdtempSync(join(tmpdir(), 'pitgate-reconcile-'))
  const drop = (): void => rmSync(into, { recursive: true, force: true })
  try {
    for (const name of [LEDGER_FILE, `${LEDGER_FILE}-wal`])
      if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(into, name), constants.COPYFILE_FICLONE)
    return readCopy(new Libsql(join(into, LEDGER_FILE)), drop)
  } catch (error) {
    drop()
    if (error instanceof CloudError) throw error
    throw new CloudError('edge-unreachable', `账本无法读取 / the ledger in ${folder} cannot be read: ${reasonOf(error)}`, error)
  }
}

/** As it lies there: the library ends this process over text whose bytes are none, which is what one flipped bit makes of them. */
const textOf = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString()

function readCopy(database: Libsql.Database, drop: () => void): EdgeLedger {
  const all = <R>(sql: string, ...values: (string | number)[]): R[] => database.prepare<unknown[]>(sql).all(values) as R[]
  const [first] = all<{ bytes: ArrayBuffer }>('select cast(bytes as blob) as bytes from journal order by rowid limit 1')
  if (first === undefined) throw new CloudError('edge-unreachable', '账本是空的 / the ledger has no record yet.')
  const { site, agent } = JSON.parse(textOf(first.bytes)) as { site: string; agent: string }
  return {
    site,
    agent,
    from: 'copy',
    page: LEDGER_PAGE,
    epochs: async () =>
      all<{ epoch: ArrayBuffer; receipted: number }>(
        'select cast(epoch as blob) as epoch, receipted_upto as receipted from epoch order by number',
      ).map((row) => ({ epoch: textOf(row.epoch), receipted: row.receipted })),
    after: async (epoch, seq) =>
      all<{ seq: number; bytes: ArrayBuffer }>(
        `select seq, cast(bytes as blob) as bytes from journal where epoch = ? and seq > ? order by seq limit ${LEDGER_PAGE}`,
        epoch,
        seq,
      ).map((row) => ({ seq: row.seq, hash: hasher.hash(textOf(row.bytes)) })),
    close() {
      database.close()
      drop()
    },
  }
}
