import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentKey } from '../../edge-agent/keys.ts'
import { type Random, random } from '../../simulators/random.ts'
import { rigIn } from '../edge-agent/store/store-rig.ts'
import { bundle } from './bundle.ts'
import { brokenLines, check } from './checker/check.ts'
import { readEdgeFile } from './checker/edge-file.ts'
import { readObservations, type Seen } from './checker/observations.ts'
import { keysOf } from './checker/seals.ts'
import { forMilliseconds, killed, live, stopped } from './life.ts'
import { makeImage, mountImage, run, storeOffImage, unmount } from './loop-images.ts'
import { percentile } from './percentile.ts'

/**
 * T02: the power is cut. The store lives on an ext4 file system in an image; its writer is stopped (SIGSTOP), the image is copied as it
 * then is, and the copy mounted: it has what had reached the disk, and nothing that was still in memory. A kill cannot show this, because
 * the page cache survives a kill. The agent's store is opened on the copy as after a real cut, and the history checked.
 *
 * Needs root, ext4 and loop devices; run it in a mount namespace of its own (`unshare --mount`), so that nothing is left mounted.
 */
export interface PowerCuts {
  readonly cuts: number
  readonly acknowledged: number
  readonly readyMs: { readonly p50: number; readonly p99: number }
  readonly broken: readonly string[]
}

/** Enough that the store never runs short; an image is full of holes, and its copy too. */
const IMAGE_BYTES = 4 * 1024 ** 3
/** So many cuts are watched in one life of the writer; then it goes on from a copy, as after a real cut. */
const CUTS_PER_LIFE = 5
const LIVES_PER_IMAGE = 4

export async function powerCuts(asked: {
  readonly cuts: number
  readonly seed: number
  readonly told?: (cuts: number) => void
}): Promise<PowerCuts> {
  const chance = random(`cuts/${asked.seed}`)
  const writer = await bundle('writer')
  const ready: number[] = []
  const broken: string[] = []
  let cuts = 0
  let acknowledged = 0
  try {
    while (cuts < asked.cuts && broken.length === 0) {
      const done = await onOneImage(writer.file, asked.cuts - cuts, chance.fork(String(cuts)), (soFar) => asked.told?.(cuts + soFar))
      cuts += done.cuts
      acknowledged += done.acknowledged
      ready.push(...done.ready)
      broken.push(...done.broken)
    }
  } finally {
    writer.remove()
  }
  return { cuts, acknowledged, readyMs: { p50: percentile(ready, 0.5), p99: percentile(ready, 0.99) }, broken }
}

async function onOneImage(writer: string, most: number, chance: Random, told: (cuts: number) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-cuts-'))
  const [seen, running] = [join(folder, 'seen'), join(folder, 'running')]
  for (const one of [seen, running]) mkdirSync(one)
  const keys = keysOf([agentKey(join(folder, 'agent.key')).publicKey])
  const ready: number[] = []
  let broken: string[] = []
  let cuts = 0
  let logs: Seen[][] = []
  let image = join(folder, 'image-0')
  makeImage(image, IMAGE_BYTES)
  try {
    for (let life = 0; life < LIVES_PER_IMAGE && cuts < most && broken.length === 0; life += 1) {
      mountImage(image, running)
      const process = live(writer, [
        ...['--keys', folder, '--store', join(running, 'store'), '--seen', seen],
        ...['--from', String(life * 100_000), '--seed', String(chance.next()), '--hurry', chance.pick(['1', '1', '20'])],
      ])
      let newest = image
      try {
        await process.says('ready')
        for (let at = 0; at < CUTS_PER_LIFE && cuts < most && broken.length === 0; at += 1) {
          await forMilliseconds(chance.between(at === 0 ? 0 : 50, 450))
          await stopped(process)
          if (newest !== image) rmSync(newest)
          newest = join(folder, `image-${life}-${at + 1}`)
          run('cp', image, newest)
          logs = readObservations(seen)
          process.signal('SIGCONT')
          cuts += 1
          const after = await startedOn(folder, newest)
          ready.push(after.readyMs)
          broken = brokenLines(check({ logs, edge: after.edge, cloud: null, keys }))
          told(cuts)
        }
      } finally {
        await killed(process)
        unmount(running)
        rmSync(image)
      }
      image = newest
      // The writer went on after the last cut, over an image nobody will look at again: of that nothing was promised.
      rmSync(seen, { recursive: true })
      mkdirSync(seen)
      for (const [at, log] of logs.entries())
        writeFileSync(join(seen, `seen-${at}.jsonl`), log.map((one) => `${JSON.stringify(one)}\n`).join(''))
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const acknowledged = logs.flat().reduce((sum, one) => sum + (one.event === 'acknowledged' ? one.records.length : 0), 0)
  return { cuts, acknowledged, ready, broken }
}

/**
 * Mounts what the cut left, takes the files off it, and starts the store on them. They are taken off first: a closed store keeps its files
 * open until they are collected, and a file system in use would not go.
 */
async function startedOn(folder: string, image: string) {
  const [cut, found] = [join(folder, 'cut'), join(folder, 'found')]
  for (const one of [cut, found]) mkdirSync(one)
  storeOffImage(image, cut, found)
  const born = performance.now()
  const store = rigIn(folder, { folder: join(found, 'store') }).open()
  const readyMs = performance.now() - born
  await store.close()
  const edge = readEdgeFile(join(found, 'store'))
  for (const one of [cut, found]) rmSync(one, { recursive: true })
  return { readyMs, edge }
}
