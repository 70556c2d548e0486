import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A note beside the store that says it is in doubt (reliability rule R6): the agent ends, and the next start verifies everything before
 * it opens for business, not the newest records alone.
 */
export const SUSPECT_FILE = 'suspect.txt'

/** As well as it can: the disk itself may be what is in doubt. */
export function noteSuspicion(folder: string, why: string): void {
  try {
    const to = openSync(join(folder, SUSPECT_FILE), 'w', 0o600)
    writeSync(to, why.slice(0, 500))
    fsyncSync(to)
    closeSync(to)
  } catch {
    // The error that led here is told and logged by those who met it.
  }
}

/** What was in doubt, or null where nothing is. A note nobody can read is a doubt, too. */
export function suspicionIn(folder: string): string | null {
  const file = join(folder, SUSPECT_FILE)
  if (!existsSync(file)) return null
  try {
    return readFileSync(file, 'utf8') || 'unknown'
  } catch {
    return 'unknown'
  }
}

export const dropSuspicion = (folder: string): void => rmSync(join(folder, SUSPECT_FILE), { force: true })
