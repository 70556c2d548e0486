import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** File systems in images, for power cuts and dying disks: ext4 through a loop device. Needs root; Linux. */
export const run = (program: string, ...args: readonly string[]): void =>
  void execFileSync(program, [...args], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })

export const mountImage = (image: string, on: string): void => run('mount', '-o', 'loop', image, on)
/** At once, also where somebody still has a file open there: it goes when he does. */
export const unmount = (on: string): void => run('umount', '-l', on)

/** Copies the store in this image into a folder; nothing stays mounted. */
export function storeOffImage(image: string, on: string, into: string): void {
  mountImage(image, on)
  try {
    run('cp', '-r', join(on, 'store'), into)
  } finally {
    run('umount', on)
  }
}

/**
 * An image full of holes with an empty file system. `head`: the part that holds all metadata and the journal, and has no holes: on a disk
 * that ends behind it, data fails and the file system goes on; without it the journal fails, and the file system becomes read-only.
 */
export function makeImage(file: string, bytes: number, { head = 0 }: { readonly head?: number } = {}): void {
  writeFileSync(file, '')
  truncateSync(file, bytes)
  const packed = head > 0 ? ',packed_meta_blocks=1' : ''
  run('mkfs.ext4', '-q', '-F', '-N', '2000', '-m', '0', '-J', 'size=4', '-E', `lazy_itable_init=0,nodiscard${packed}`, file)
  if (head === 0) return
  // Written over with what it says, it has no holes any more.
  const image = openSync(file, 'r+')
  const bytesOfHead = Buffer.alloc(head)
  readSync(image, bytesOfHead, 0, head, 0)
  writeSync(image, bytesOfHead, 0, head, 0)
  closeSync(image)
}

/** Why there are none of these on this machine; null where there are. */
export function whyNoImages(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-loop-'))
  try {
    const image = join(folder, 'image')
    makeImage(image, 64 * 1024 * 1024)
    run('unshare', '--mount', 'sh', '-c', `mkdir "${folder}/on" && mount -o loop "${image}" "${folder}/on" && umount "${folder}/on"`)
    return null
  } catch (error) {
    return error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').slice(0, 200) : String(error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
