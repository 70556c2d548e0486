import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EdgeError } from '../../edge-agent/errors.ts'
import { type Random, random } from '../../simulators/random.ts'
import { rigIn } from '../edge-agent/store/store-rig.ts'
import { eventually } from '../support/eventually.ts'
import { check } from './checker/check.ts'
import { readEdgeFile } from './checker/edge-file.ts'
import { observeInto, readObservations, type Seen } from './checker/observations.ts'
import { keysOf } from './checker/seals.ts'
import { workOn } from './workload.ts'

/**
 * T05: bits of the store's files flip, files are cut short or go away while the agent is off. Whatever takes or changes a record must be
 * told at the next start, by a refusal to open or by an alarm; SQLite itself tells of none of it.
 */
export interface Flips {
  readonly flips: number
  /** The store would not open, and said why. */
  readonly refused: number
  /** Records were lost or changed, and an alarm tells of it. */
  readonly alarmed: number
  /** No record was touched. */
  readonly harmless: number
  /** What was done where something was lost and nobody told. */
  readonly silent: readonly string[]
}

const ACTS = 40

export async function flipBits({ flips, seed }: { readonly flips: number; readonly seed: number }): Promise<Flips> {
  const chance = random(`flips/${seed}`)
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-flips-'))
  const seen = join(folder, 'seen')
  mkdirSync(seen)
  try {
    const whole = await aStoreAsKilled(folder, seen, chance)
    const logs = readObservations(seen)
    let [refused, alarmed, harmless] = [0, 0, 0]
    const silent: string[] = []
    for (let nth = 0; nth < flips; nth += 1) {
      const spoilt = join(folder, 'spoilt')
      cpSync(whole, spoilt, { recursive: true })
      const what = spoil(spoilt, chance)
      const outcome = await startOn(folder, spoilt, logs)
      if (outcome === 'refused') refused += 1
      else if (outcome === 'alarmed') alarmed += 1
      else if (outcome === 'harmless') harmless += 1
      else silent.push(`${what}: ${outcome.silent}`)
      rmSync(spoilt, { recursive: true })
    }
    return { flips, refused, alarmed, harmless, silent }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Half of its records in the file, half in the write-ahead log, as a kill leaves them. */
async function aStoreAsKilled(folder: string, seen: string, chance: Random): Promise<string> {
  const rig = rigIn(folder)
  const observer = observeInto(seen)
  const first = rig.open()
  const work = workOn(first, observer, { random: chance.fork('first'), from: 0 })
  for (let at = 0; at < ACTS; at += 1) work.act()
  await first.close()
  const second = rig.open()
  const more = workOn(second, observer, { random: chance.fork('second'), from: 100_000 })
  for (let at = 0; at < ACTS; at += 1) more.act()
  // The second witness follows within a second; what is lost before that only the cloud can tell.
  await eventually(() => readFileSync(join(rig.parts.folder, 'newest.json'), 'utf8').includes(second.head().hash))
  const whole = join(folder, 'whole')
  cpSync(rig.parts.folder, whole, { recursive: true })
  await second.close()
  observer.close()
  return whole
}

/** Does one thing to one of the files, and says what. */
function spoil(folder: string, chance: Random): string {
  const files = ['ledger.db', 'ledger.db-wal', 'newest.json'].filter((name) => existsSync(join(folder, name)))
  const name = chance.chance(0.1) ? chance.pick(files) : chance.pick(files.slice(0, 2))
  const file = join(folder, name)
  const bytes = readFileSync(file)
  const how = chance.next()
  if (how < 0.05) {
    rmSync(file)
    return `${name} is gone`
  }
  const at = chance.whole(0, bytes.length - 1)
  if (how < 0.12) {
    truncateSync(file, at)
    return `${name} is cut off at ${at} of ${bytes.length}`
  }
  if (how < 0.18) {
    bytes.fill(0, at, Math.min(bytes.length, at + 4_096))
    writeFileSync(file, bytes)
    return `${name} has zeros from ${at} on`
  }
  const bit = chance.whole(0, 7)
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at)
  writeFileSync(file, bytes)
  return `${name} has bit ${bit} of byte ${at} flipped`
}

type Outcome = 'refused' | 'alarmed' | 'harmless' | { readonly silent: string }

async function startOn(folder: string, store: string, logs: readonly (readonly Seen[])[]): Promise<Outcome> {
  const rig = rigIn(folder, { folder: store })
  try {
    await rig.open().close()
  } catch (error) {
    return error instanceof EdgeError ? 'refused' : { silent: `it threw what is no sentence: ${String(error)}` }
  }
  const harmed: Seen[] = [{ event: 'harmed', how: 'its files were spoilt' }]
  const outcomes = check({ logs: [...logs, harmed], edge: readEdgeFile(store), cloud: null, keys: keysOf([rig.signer.publicKey]) })
  const broken = (id: string) => outcomes.find((one) => one.id === id && one.result === 'broken')
  const lost = broken('I1') ?? broken('I7')
  if (!lost) return 'harmless'
  return broken('I16') ? { silent: lost.violations[0] ?? '' } : 'alarmed'
}
