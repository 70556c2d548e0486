import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import type { Seals } from './chain.ts'
import { DATABASE_FILE } from './database.ts'
import { epochNumber } from './epochs.ts'
import { type BackupContents, lookIntoBackup } from './look-into-backup.ts'
import { readMark } from './marker.ts'
import { INCOMING_FILE, OF_THE_STORE, RESTORE_FILE, type RestoreNote } from './restore-note.ts'

/** Who is asked and told on the way. */
export interface RestoreHears {
  /** Throws where this backup may not be put here. */
  mayBe(contents: BackupContents): void
  readonly onVerified?: (records: number) => void
}

/** What came of it. */
export interface Restored {
  readonly contents: BackupContents
  /** Folder where what was here before is kept; null where there was nothing. */
  readonly aside: string | null
}

/**
 * Puts a backup in the place of the store; what was there is set aside, never deleted. The next opening begins a new epoch above every
 * number that was ever seen here. A power cut at any moment leaves the old store or the restored one. No agent may run. Throws EdgeError
 * 'store-broken' for a backup that is not whole, before anything is touched.
 */
export function restore(from: string, folder: string, seals: Seals, { mayBe, onVerified }: RestoreHears): Restored {
  const contents = lookIntoBackup(from, seals, onVerified)
  mayBe(contents)
  mkdirSync(folder, { recursive: true })
  const incoming = join(folder, INCOMING_FILE)
  rmSync(incoming, { force: true })
  copyFileSync(from, incoming, constants.COPYFILE_FICLONE)
  synced(incoming)
  const mark = readMark(folder)
  const newestHere = mark.kind === 'mark' ? epochNumber(mark.head.epoch) : 0
  const note: RestoreNote = { from: basename(from), newestEpoch: Math.max(contents.newestEpoch, newestHere) }
  write(join(folder, RESTORE_FILE), JSON.stringify(note))
  const aside = setAside(folder)
  renameSync(incoming, join(folder, DATABASE_FILE))
  synced(folder)
  return { contents, aside }
}

function setAside(folder: string): string | null {
  const here = OF_THE_STORE.filter((name) => existsSync(join(folder, name)))
  if (here.length === 0) return null
  const aside = `before-restore-${readdirSync(folder).filter((name) => name.startsWith('before-restore-')).length + 1}`
  mkdirSync(join(folder, aside))
  // The database first: without it the next opening takes up the restored one.
  for (const name of here) renameSync(join(folder, name), join(folder, aside, name))
  return aside
}

function write(file: string, text: string): void {
  const to = openSync(file, 'w', 0o600)
  writeSync(to, text)
  fsyncSync(to)
  closeSync(to)
}

/** On disk before the next step. A folder cannot be synced everywhere; where it cannot, its entries are as durable as they are. */
function synced(path: string): void {
  try {
    const handle = openSync(path, 'r')
    fsyncSync(handle)
    closeSync(handle)
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
