import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentKey } from '../../edge-agent/keys.ts'
import { type Random, random } from '../../simulators/random.ts'
import { bundle } from './bundle.ts'
import { brokenLines, check } from './checker/check.ts'
import { readEdgeFile } from './checker/edge-file.ts'
import { readObservations } from './checker/observations.ts'
import { keysOf } from './checker/seals.ts'
import { forMilliseconds, live } from './life.ts'
import { percentile } from './percentile.ts'

/**
 * T01: the agent's store is killed (SIGKILL) at random moments, while it opens and while it works, and starts again over the same folder.
 * After each round of kills the history of the whole round is checked.
 */
export interface Kills {
  readonly kills: number
  readonly whileOpening: number
  readonly acknowledged: number
  /** From the start of the process until it can take trucks. */
  readonly readyMs: { readonly p50: number; readonly p99: number }
  /** Lines of the checker; empty when nothing broke. */
  readonly broken: readonly string[]
}

const PER_ROUND = 50

export async function killLoop(asked: {
  readonly kills: number
  readonly seed: number
  readonly told?: (kills: number) => void
  readonly stopped?: () => boolean
}): Promise<Kills> {
  const chance = random(`kills/${asked.seed}`)
  const writer = await bundle('writer')
  const ready: number[] = []
  const broken: string[] = []
  let kills = 0
  let whileOpening = 0
  let acknowledged = 0
  try {
    while (kills < asked.kills && broken.length === 0 && !asked.stopped?.()) {
      const round = await aRound(writer.file, Math.min(PER_ROUND, asked.kills - kills), chance.fork(String(kills)))
      kills += round.kills
      whileOpening += round.whileOpening
      acknowledged += round.acknowledged
      ready.push(...round.ready)
      broken.push(...round.broken)
      asked.told?.(kills)
    }
  } finally {
    writer.remove()
  }
  return { kills, whileOpening, acknowledged, readyMs: { p50: percentile(ready, 0.5), p99: percentile(ready, 0.99) }, broken }
}

async function aRound(writer: string, kills: number, chance: Random) {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-kills-'))
  const [store, seen] = [join(folder, 'store'), join(folder, 'seen')]
  mkdirSync(seen)
  const ready: number[] = []
  const byItself: string[] = []
  let whileOpening = 0
  /** One life: until it has said the word, and `after` milliseconds more. */
  const killed = async (nth: number, seed: number, word: string, after: number): Promise<void> => {
    const born = performance.now()
    const life = live(writer, [
      ...['--keys', folder, '--store', store, '--seen', seen],
      ...['--from', String(nth * 100_000), '--seed', String(seed), '--hurry', chance.pick(['1', '50'])],
    ])
    await life.says(word)
    if (word === 'ready') ready.push(performance.now() - born)
    await forMilliseconds(after)
    life.signal('SIGKILL')
    const how = await life.ended
    if (how !== 'SIGKILL') throw new Error(`a writer ended by itself: ${how}`)
  }
  try {
    try {
      for (let nth = 0; nth < kills; nth += 1) {
        const early = chance.chance(0.2)
        if (early) whileOpening += 1
        await killed(nth, chance.next(), early ? 'opening' : 'ready', chance.between(0, early ? 25 : 200))
      }
      // One more start, to its end: what the last kill left is settled too.
      await killed(kills, chance.next(), 'ready', 0)
    } catch (error) {
      // A store that does not open again, or ends by itself, is what is looked for; the history may tell why.
      byItself.push(`broken I18 ${String(error)}`)
    }
    const logs = readObservations(seen)
    const outcomes = check({ logs, edge: readEdgeFile(store), cloud: null, keys: keysOf([agentKey(join(folder, 'agent.key')).publicKey]) })
    const acknowledged = logs.flat().reduce((sum, one) => sum + (one.event === 'acknowledged' ? one.records.length : 0), 0)
    return { kills, whileOpening, ready, acknowledged, broken: [...brokenLines(outcomes), ...byItself] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
