import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Head } from '#edge/stream'
import { EdgeError } from '../errors.ts'
import { type Seals, walk } from './chain.ts'
import { DATABASE_FILE, type Database } from './database.ts'
import type { EpochState } from './epochs.ts'
import { linkAt, newestLink } from './links.ts'
import type { MarkReading } from './marker.ts'
import type { RestoreNote } from './restore-note.ts'

/** What a start finds in the folder, by the database's own word and by that of the marker beside it (rule R5, invariant I16). */
export type Found =
  | { readonly kind: 'first-start' }
  | { readonly kind: 'whole' }
  /** The marker knows records, the database has none. */
  | { readonly kind: 'store-lost'; readonly mark: Head }
  /** The database is behind the marker, or has other bytes where the marker points: its tail was lost, or an older copy was put back. */
  | {
      readonly kind: 'rollback'
      readonly mark: Head
      readonly found: Head | null
    }
  /** Bytes not yet receipted no longer match their hash, their link, their signature or what columns repeat of them. `good`: the last that does. */
  | {
      readonly kind: 'chain-broken'
      readonly good: Head
      readonly from: number
    }
  /** A person put a backup here: what came after it is in the cloud, or lost. */
  | { readonly kind: 'restored'; readonly note: RestoreNote; readonly newest: Head | null }

/** `thorough`: the last start ended in doubt. Else the newest records are verified now, and all others while the agent runs. */
export interface Looking {
  readonly mark: MarkReading
  readonly restored: RestoreNote | null
  readonly thorough: boolean
}

export function inspect(database: Database, epochs: readonly EpochState[], { mark, restored, thorough }: Looking, seals: Seals): Found {
  const newest = epochs.at(-1)
  if (restored) return { kind: 'restored', note: restored, newest: newest ? newestLink(database, newest.epoch) : null }
  if (!newest) return mark.kind === 'mark' ? { kind: 'store-lost', mark: mark.head } : { kind: 'first-start' }
  if (mark.kind === 'mark') {
    const { epoch, seq, hash } = mark.head
    if (linkAt(database, epoch, seq)?.hash !== hash) return { kind: 'rollback', mark: mark.head, found: newestLink(database, epoch) }
  }
  for (const epoch of epochs) {
    const broken = firstBroken(database, epoch, thorough, seals)
    if (broken) return { kind: 'chain-broken', ...broken }
  }
  return { kind: 'whole' }
}

const PAGE = 500
/** A power cut harms the newest; a lane does not wait for the rest (invariant I18). */
const NEWEST = 20_000

/** Walks what the cloud has not receipted yet; what it has, it vouches for itself. */
function firstBroken(database: Database, of: EpochState, thorough: boolean, seals: Seals): { good: Head; from: number } | null {
  if (of.brokenFrom !== null) return null
  for (let good = startOf(database, of, thorough); ; ) {
    const walked = walk(database, good, PAGE, seals)
    good = walked.good
    if (walked.brokenAt !== null) return { good, from: walked.brokenAt }
    if (walked.end) return null
  }
}

function startOf(database: Database, { epoch, receipted }: EpochState, thorough: boolean): Head {
  const all: Head = { epoch, seq: receipted.upto, hash: receipted.hash }
  const newest = (newestLink(database, epoch)?.seq ?? 0) - NEWEST
  return thorough || newest <= receipted.upto ? all : (linkAt(database, epoch, newest) ?? all)
}

const LOG_BEFORE = 'log-before-opening'

/**
 * Opening a database replays its log and soon overwrites it; an inquiry wants the log as it was found. So it is set aside before every
 * opening, and thrown away when the start finds everything whole.
 */
export function setLogAside(folder: string): void {
  const log = join(folder, `${DATABASE_FILE}-wal`)
  if (existsSync(log)) copied(log, join(folder, LOG_BEFORE))
}
export const dropLogAside = (folder: string): void => rmSync(join(folder, LOG_BEFORE), { force: true })

/**
 * Keeps database and log as found in `inquiry-N/` and returns its name. Before the database is closed, which would put the log into
 * it; and only when it is closed next, because closing any handle on a file drops a process's locks on it (POSIX). Throws EdgeError
 * 'no-room' where they do not fit on the disk, and keeps no half of them.
 */
export function keepForInquiry(folder: string): string {
  const name = `inquiry-${readdirSync(folder).filter((it) => it.startsWith('inquiry-')).length + 1}`
  mkdirSync(join(folder, name))
  try {
    copied(join(folder, DATABASE_FILE), join(folder, name, DATABASE_FILE))
  } catch (error) {
    rmSync(join(folder, name), { recursive: true, force: true })
    throw error
  }
  if (existsSync(join(folder, LOG_BEFORE))) renameSync(join(folder, LOG_BEFORE), join(folder, name, `${DATABASE_FILE}-wal`))
  return name
}

function copied(from: string, to: string): void {
  try {
    copyFileSync(from, to, constants.COPYFILE_FICLONE)
  } catch (cause) {
    rmSync(to, { force: true })
    throw (cause as NodeJS.ErrnoException).code === 'ENOSPC' ? new EdgeError('no-room', { cause, file: from }) : cause
  }
}
