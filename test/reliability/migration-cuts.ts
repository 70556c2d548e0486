import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { SCHEMA } from '../../edge-agent/store/schema.ts'
import { type Random, random } from '../../simulators/random.ts'
import { bundle } from './bundle.ts'
import { readObservations } from './checker/observations.ts'
import { forMilliseconds, killed, live, stopped } from './life.ts'
import { makeImage, mountImage, run, storeOffImage, unmount } from './loop-images.ts'
import { openedOn } from './migrations.ts'
import { aWorkedOnStore, contentsOf, storeOfVersion, type WorkedOn } from './old-stores.ts'

/**
 * T02b on a real file system: a store of an older version lies in an image, a process of the present program opens it, is stopped within that,
 * and the image is copied as it then is (see `power-cuts.ts`). It shows what a cut leaves of the steps before and behind the log, too: the
 * journal by which SQLite changes over to it, names in folders, the marker. The same needs: root, ext4, loop devices, a mount namespace.
 */
export interface MigrationCuts {
  readonly cuts: number
  /** After so many of them the old tables were found. */
  readonly old: number
  readonly broken: readonly string[]
}

const IMAGE_BYTES = 1024 ** 3
const ACTS = 12
/** Cuts come within so many times what opening takes here: most of them before it is done. */
const LATEST = 1.3

export async function cutMigrationsForReal(asked: {
  readonly cuts: number
  readonly seed: number
  readonly told?: (cuts: number) => void
}): Promise<MigrationCuts> {
  const chance = random(`migration cuts/${asked.seed}`)
  const [writer, worked] = [await bundle('writer'), await aWorkedOnStore(ACTS)]
  const broken: string[] = []
  let [cuts, old] = [0, 0]
  try {
    const takes = await timeToOpen(writer.file, worked)
    for (; cuts < asked.cuts && broken.length === 0; cuts += 1) {
      const version = 1 + (cuts % (SCHEMA.length - 1))
      const one = await cutOnce(writer.file, worked, { version, within: takes * LATEST, chance: chance.fork(String(cuts)) })
      old += one.version === version ? 1 : 0
      broken.push(...one.broken.map((line) => `from version ${version}: ${line}`))
      asked.told?.(cuts + 1)
    }
  } finally {
    writer.remove()
    rmSync(worked.folder, { recursive: true, force: true })
  }
  return { cuts, old, broken }
}

/** Milliseconds from the word that it opens an oldest store to the word that it is ready, on this machine as busy as it is. */
async function timeToOpen(writer: string, worked: WorkedOn): Promise<number> {
  const [store, seen] = [join(worked.folder, 'timed'), join(worked.folder, 'timed-seen')]
  storeOfVersion(1, worked.store, store, 'closed')
  mkdirSync(seen)
  const process = live(writer, ['--keys', worked.folder, '--store', store, '--seen', seen])
  try {
    await process.says('opening')
    const from = performance.now()
    await process.says('ready')
    return performance.now() - from
  } finally {
    await killed(process)
  }
}

interface Cut {
  readonly version: number
  readonly within: number
  readonly chance: Random
}

async function cutOnce(writer: string, worked: WorkedOn, { version, within, chance }: Cut) {
  const at = (name: string): string => join(worked.folder, name)
  const [image, copy, before] = [at('image'), at('copy'), at('before')]
  const [running, cut, found, seen] = [at('running'), at('cut'), at('found'), at('seen-after')]
  const folders = [running, cut, found, seen]
  for (const one of folders) mkdirSync(one)
  storeOfVersion(version, worked.store, before, chance.pick(['closed', 'cut']))
  const { rows } = contentsOf(before, version)
  makeImage(image, IMAGE_BYTES)
  try {
    // Unmounted between: what the older program left had reached the disk long ago.
    mountImage(image, running)
    run('cp', '-r', before, join(running, 'store'))
    run('umount', running)
    mountImage(image, running)
    const process = live(writer, [
      ...['--keys', worked.folder, '--store', join(running, 'store'), '--seen', seen],
      ...['--from', '100000', '--seed', String(chance.next())],
    ])
    try {
      await process.says('opening')
      await forMilliseconds(chance.between(0, within))
      await stopped(process)
      run('cp', image, copy)
    } finally {
      await killed(process)
      unmount(running)
    }
    const after = readObservations(seen)
    storeOffImage(copy, cut, found)
    const state = join(found, 'store')
    const lies = contentsOf(state, version)
    const broken = [
      ...([version, SCHEMA.length].includes(lies.version) ? [] : [`its tables are of version ${lies.version}`]),
      ...(lies.whole ? [] : ['its tables are between two versions']),
      ...(lies.version === version && lies.rows !== rows ? ['rows are not what they were'] : []),
      ...(await openedOn({ ...worked, logs: [...worked.logs, ...after] }, state)),
    ]
    return { version: lies.version, broken }
  } finally {
    for (const one of [image, copy, before, ...folders]) rmSync(one, { recursive: true, force: true })
  }
}
