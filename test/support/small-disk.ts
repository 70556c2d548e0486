import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A real file system of a few megabytes, in memory. */
export interface SmallDisk {
  readonly folder: string
  remove(): void
}

export function smallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' })
  return {
    folder,
    remove() {
      // Lazily: a closed SQLite keeps its file until its statements are collected.
      execFileSync('umount', ['-l', folder], { stdio: 'pipe' })
      rmdirSync(folder)
    },
  }
}

/** Whether this user may mount one here: Linux, and the right to. */
export function smallDisksExist(): boolean {
  if (process.platform !== 'linux') return false
  try {
    smallDisk(1).remove()
    return true
  } catch {
    return false
  }
}
