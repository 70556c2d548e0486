import { randomFillSync } from 'node:crypto'
import { existsSync, rmSync, statSync, truncateSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A file that holds nothing but its place: thrown overboard when the disk is full, so that alarms and decisions can still be written
 * (reliability rule R7). Random bytes, because some file systems keep no place for zeros.
 */
export const BALLAST_FILE = 'ballast'

export interface Ballast {
  /** Lays in one more piece; false where it is all there. */
  fill(): Promise<boolean>
  /** Throws it overboard; false where there was none. */
  drop(): boolean
  bytes(): number
}

/** Small, each synced for itself: a lane's ink never waits behind the whole of it. */
const PIECE = 256 * 1024

export function ballastIn(folder: string, wholeBytes: number): Ballast {
  const file = join(folder, BALLAST_FILE)
  const bytes = (): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  return {
    bytes,
    async fill() {
      const left = wholeBytes - bytes()
      if (left <= 0) return false
      const to = await open(file, 'a', 0o600)
      try {
        await to.write(randomFillSync(Buffer.allocUnsafe(Math.min(PIECE, left))))
        await to.sync()
      } finally {
        await to.close()
      }
      return left > PIECE
    },
    drop() {
      if (!existsSync(file)) return false
      // Cut short first: a file that is still open somewhere keeps its place when it is only removed.
      truncateSync(file)
      rmSync(file, { force: true })
      return true
    },
  }
}
