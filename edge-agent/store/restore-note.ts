import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DATABASE_FILE } from './database.ts'
import { MARKER_FILE } from './marker.ts'

/**
 * Lies beside a store that a person has just put back from a backup, until the next opening has begun a new epoch: numbers that were given
 * after the backup are never given again (rule R1).
 */
export interface RestoreNote {
  /** The backup's file. */
  readonly from: string
  /** The highest epoch number that is known to have existed, wherever it was seen. */
  readonly newestEpoch: number
}

export const RESTORE_FILE = 'restored.json'
/** The backup's bytes on their way to their place. */
export const INCOMING_FILE = `${DATABASE_FILE}.restored`

/** All files that are the store, the database first. */
export const OF_THE_STORE = [DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`, MARKER_FILE]

/** The note, and the backup in its place where a power cut came before the last step of restoring. */
export function takeUpRestore(folder: string): RestoreNote | null {
  const note = noteIn(join(folder, RESTORE_FILE))
  const [incoming, place] = [join(folder, INCOMING_FILE), join(folder, DATABASE_FILE)]
  if (note && existsSync(incoming) && !existsSync(place)) {
    // A log of another database would be replayed into this one.
    for (const name of OF_THE_STORE.slice(1))
      if (existsSync(join(folder, name))) renameSync(join(folder, name), join(folder, `${name}.before-restore`))
    renameSync(incoming, place)
  }
  return note
}

export function dropRestore(folder: string): void {
  for (const name of [RESTORE_FILE, INCOMING_FILE]) rmSync(join(folder, name), { force: true })
}

/** A note that is there and cannot be read says as much: a backup was put here. */
function noteIn(file: string): RestoreNote | null {
  if (!existsSync(file)) return null
  try {
    const { from, newestEpoch } = JSON.parse(readFileSync(file, 'utf8')) as Partial<RestoreNote>
    return { from: String(from ?? ''), newestEpoch: Number.isSafeInteger(newestEpoch) ? Number(newestEpoch) : 0 }
  } catch {
    return { from: '', newestEpoch: 0 }
  }
}
