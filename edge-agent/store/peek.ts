import { closeSync, constants, copyFileSync, existsSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AgentId, Identity, SiteId } from '#edge/ids'
import type { SealedRecord } from '#edge/records'
import type { Signer } from '#edge/seal'
import type { Head } from '#edge/stream'
import { EdgeError } from '../errors.ts'
import { DATABASE_FILE, openDatabase } from './database.ts'
import { epochsIn } from './epochs.ts'
import { evidenceIn } from './evidence.ts'
import { journalIn } from './journal.ts'

/**
 * A look into a store from another process (`why`, `doctor`), also while its agent runs: the live file belongs to one process alone, so
 * a copy is read. Never from the agent's own process: closing a handle there would drop its locks.
 */
export interface Peek {
  record(identity: Identity): SealedRecord | null
  tape(hash: string): string | null
  head(): Head
  /** Throws the copy away. */
  close(): void
}

const LOG = `${DATABASE_FILE}-wal`
const ATTEMPTS = 20

/** Throws EdgeError 'store-unreadable' when there is no store in `folder`, or when no whole copy could be had. */
export function peekStore({ folder, ...who }: { folder: string; site: SiteId; agent: AgentId; signer: Signer }): Peek {
  if (!existsSync(join(folder, DATABASE_FILE))) throw new EdgeError('store-unreadable', { folder, why: 'there is no store here yet' })
  const copy = mkdtempSync(join(tmpdir(), 'pitgate-peek-'))
  const drop = (): void => rmSync(copy, { recursive: true, force: true })
  try {
    copyWhole(folder, copy)
    const database = openDatabase(copy)
    const journal = journalIn(database, who)
    const evidence = evidenceIn(database, Number.MAX_SAFE_INTEGER)
    const known = new Set<string>(
      epochsIn(database)
        .all()
        .map((it) => it.epoch),
    )
    return {
      record: ({ site, agent, epoch, seq }) =>
        site === who.site && agent === who.agent && known.has(epoch) ? journal.record(epoch, seq) : null,
      tape: evidence.text,
      head: journal.head,
      close() {
        database.close()
        drop()
      },
    }
  } catch (error) {
    drop()
    throw error
  }
}

/**
 * Database first, then its log. As long as the log was not begun anew meanwhile (its header carries a new salt each time), it still
 * holds every page the database may have got half of, and replaying it makes the copy whole.
 */
function copyWhole(folder: string, copy: string): void {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = logHeader(folder)
    copyFileSync(join(folder, DATABASE_FILE), join(copy, DATABASE_FILE), constants.COPYFILE_FICLONE)
    rmSync(join(copy, LOG), { force: true })
    if (existsSync(join(folder, LOG))) copyFileSync(join(folder, LOG), join(copy, LOG), constants.COPYFILE_FICLONE)
    if (logHeader(folder) === before) return
  }
  throw new EdgeError('store-unreadable', { folder, why: 'the agent writes faster than it can be copied' })
}

function logHeader(folder: string): string {
  if (!existsSync(join(folder, LOG))) return ''
  const bytes = Buffer.alloc(32)
  const log = openSync(join(folder, LOG), 'r')
  try {
    const got = readSync(log, bytes, 0, bytes.length, 0)
    return bytes.toString('hex', 0, got)
  } finally {
    closeSync(log)
  }
}
