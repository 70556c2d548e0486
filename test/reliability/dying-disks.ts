import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentKey } from '../../edge-agent/keys.ts'
import { random } from '../../simulators/random.ts'
import { rigIn } from '../edge-agent/store/store-rig.ts'
import { bundle } from './bundle.ts'
import { brokenLines, check } from './checker/check.ts'
import { readEdgeFile } from './checker/edge-file.ts'
import { readObservations } from './checker/observations.ts'
import { keysOf } from './checker/seals.ts'
import { forMilliseconds, live } from './life.ts'
import { makeImage, mountImage, run, unmount } from './loop-images.ts'

/**
 * T06: the disk dies under the store. Its file system believes in four gigabytes; what is behind them ends after a few, and from then on
 * writes and syncs fail with EIO, at whatever byte they happen to be. The store must call nothing safe any more, and what it had called
 * safe before must be there when the disk is read again.
 *
 * Needs root, ext4 and loop devices, and a mount namespace of its own (`unshare --mount`).
 */
export interface DyingDisks {
  readonly disks: number
  /** How many of them the store doubted; one that it never noticed proves nothing. */
  readonly doubted: number
  readonly acknowledged: number
  readonly broken: readonly string[]
}

const BELIEVES_IN = 4 * 1024 ** 3
const MEGABYTE = 1024 ** 2

export async function dyingDisks(asked: {
  readonly disks: number
  readonly seed: number
  readonly told?: (disks: number) => void
}): Promise<DyingDisks> {
  const chance = random(`disks/${asked.seed}`)
  const writer = await bundle('writer')
  let [disks, doubted, acknowledged] = [0, 0, 0]
  const broken: string[] = []
  try {
    while (disks < asked.disks && broken.length === 0) {
      const done = await onDyingDisk(writer.file, chance.whole(1_024, 12 * 1_024) * 1_024, disks % 2 === 0, String(chance.next()))
      disks += 1
      doubted += done.doubted ? 1 : 0
      acknowledged += done.acknowledged
      broken.push(...done.broken)
      asked.told?.(disks)
    }
  } finally {
    writer.remove()
  }
  return { disks, doubted, acknowledged, broken }
}

/** `comesBack`: it goes on after its errors, as loose cables do; else its file system stays read-only. */
async function onDyingDisk(writer: string, lasts: number, comesBack: boolean, seed: string) {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-disk-'))
  const [seen, behind, disk] = [join(folder, 'seen'), join(folder, 'behind'), join(folder, 'disk')]
  for (const one of [seen, behind, disk]) mkdirSync(one)
  const image = join(behind, 'image')
  const keys = keysOf([agentKey(join(folder, 'agent.key')).publicKey])
  run('mount', '-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', behind)
  try {
    makeImage(image, BELIEVES_IN, comesBack ? { head: 12 * MEGABYTE } : {})
    run('mount', '-o', `remount,size=${statSync(image).blocks * 512 + lasts}`, behind)
    mountImage(image, disk)
    failWhole(image)
    const life = live(writer, ['--keys', folder, '--store', join(disk, 'store'), '--seen', seen, '--seed', seed, '--go-on', '50'])
    // It may die of it while it opens: that is an end with words, too.
    await Promise.race([life.says('doubted'), life.ended]).catch(() => undefined)
    // The disk is whole again at once; nobody may believe it. What it had really taken is still on it.
    run('mount', '-o', `remount,size=${512 * MEGABYTE}`, behind)
    // It has time to try again, and must not.
    await Promise.race([life.ended, forMilliseconds(2_000)])
    life.signal('SIGKILL')
    const how = await life.ended
    unmount(disk)
    mountImage(image, disk)
    run('cp', '-r', join(disk, 'store'), join(folder, 'found'))
    const logs = readObservations(seen)
    await rigIn(folder, { folder: join(folder, 'found') })
      .open()
      .close()
    const outcomes = check({ logs, edge: readEdgeFile(join(folder, 'found')), cloud: null, keys })
    const acknowledged = logs.flat().reduce((sum, one) => sum + (one.event === 'acknowledged' ? one.records.length : 0), 0)
    const doubted = logs.flat().some(({ event }) => event === 'doubted') || how !== 0
    return { doubted, acknowledged, broken: brokenLines(outcomes) }
  } finally {
    for (const one of [disk, behind]) run('sh', '-c', `umount -l "${one}" 2>/dev/null || true`)
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * A loop device calls a write that was cut short a success (Linux 6.18, measured: synced data read back as zeros), which no honest disk does.
 * In pieces of one block a write succeeds or fails.
 */
function failWhole(image: string): void {
  const device = execFileSync('losetup', ['-n', '-O', 'NAME', '-j', image], { encoding: 'utf8' }).trim().split('/').at(-1)
  writeFileSync(`/sys/block/${device}/queue/max_sectors_kb`, '4')
}
