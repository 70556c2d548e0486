import { statfsSync } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Head } from '#edge/stream'
import { EdgeError, reasonOf } from '../errors.ts'
import { DATABASE_FILE, type Database } from './database.ts'

/**
 * A copy of the store while lanes weigh. The log is put into the file and held there (`holdStill`), so the file does not change while it
 * is read, a piece at a time, off the event loop; what is decided meanwhile is not in the copy. Neither `VACUUM INTO` nor SQLite's own
 * backup does: one blocks the only connection for as long as the disk takes, the other is not in libsql.
 */
export interface Backups {
  /** Begins a copy into a file that is not there yet; false where one is under way. */
  begin(to: string): boolean
  state(): BackupState
  /** Resolves when nothing is being copied. */
  idle(): Promise<void>
  /** Ends what is under way. */
  stop(): Promise<void>
  /** Lets go of the store's file: only after the database is closed. */
  letGo(): Promise<void>
}

export type BackupState =
  | { readonly kind: 'none' }
  | { readonly kind: 'copying'; readonly to: string; readonly copiedBytes: number; readonly ofBytes: number }
  /** `head`: the newest record in it. */
  | { readonly kind: 'done'; readonly to: string; readonly bytes: number; readonly head: Head }
  | { readonly kind: 'failed'; readonly to: string; readonly why: string }

const PIECE = 1024 * 1024
/** What must be left on the disk the copy goes to: it may be the store's own. */
const LEFT_FREE = 256 * 1024 * 1024
/**
 * Bytes 18 and 19 of a database say how it is written: 2 with a log beside it, 1 without. The copy has none, and whoever looks into it
 * later shall not make one.
 */
const WRITTEN_HOW = 18

export function backupsOf(parts: { readonly folder: string; readonly database: Database; head(): Head }): Backups {
  const { folder, database } = parts
  let state: BackupState = { kind: 'none' }
  let running: Promise<void> = Promise.resolve()
  let stopping = false
  // Stays open as long as the store: closing any handle on a file drops all locks this process has on it (POSIX).
  let source: FileHandle | null = null

  async function copy(to: string): Promise<void> {
    const out = await open(to, 'wx', 0o600)
    try {
      const head = await database.holdStill(async () => {
        const newest = parts.head()
        source ??= await open(join(folder, DATABASE_FILE), 'r')
        const { size } = await source.stat()
        const { bavail, bsize } = statfsSync(dirname(to))
        if (bavail * bsize < size + LEFT_FREE)
          throw new EdgeError('no-room', { file: to, needBytes: size + LEFT_FREE, freeBytes: bavail * bsize })
        await pieces(source, out, size, (copiedBytes) => {
          state = { kind: 'copying', to, copiedBytes, ofBytes: size }
        })
        return newest
      })
      await out.sync()
      const { size } = await out.stat()
      state = { kind: 'done', to, bytes: size, head }
    } finally {
      await out.close()
    }
  }

  async function pieces(from: FileHandle, out: FileHandle, size: number, told: (copied: number) => void): Promise<void> {
    const buffer = Buffer.allocUnsafe(PIECE)
    for (let at = 0; at < size; ) {
      if (stopping) throw new EdgeError('store-broken', { why: 'the agent stopped before the copy was whole' })
      const { bytesRead } = await from.read(buffer, 0, Math.min(PIECE, size - at), at)
      if (bytesRead === 0) throw new EdgeError('store-broken', { why: 'the file ended before its end', at })
      if (at === 0) buffer.fill(1, WRITTEN_HOW, WRITTEN_HOW + 2)
      await out.write(buffer, 0, bytesRead, at)
      at += bytesRead
      told(at)
    }
  }

  return {
    state: () => state,
    idle: () => running,
    begin(to) {
      if (state.kind === 'copying') return false
      state = { kind: 'copying', to, copiedBytes: 0, ofBytes: 0 }
      running = copy(to).catch(async (error: unknown) => {
        state = { kind: 'failed', to, why: reasonOf(error) }
        // A file that was there before us is somebody's; half a copy is nobody's.
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(to, { force: true }).catch(() => {})
      })
      return true
    },
    async stop() {
      stopping = true
      await running
    },
    letGo: async () => source?.close(),
  }
}
