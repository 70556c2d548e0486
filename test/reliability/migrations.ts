import { closeSync, copyFileSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DATABASE_FILE, openDatabase } from '../../edge-agent/store/database.ts'
import { SCHEMA } from '../../edge-agent/store/schema.ts'
import { type Random, random } from '../../simulators/random.ts'
import { rigIn } from '../edge-agent/store/store-rig.ts'
import { brokenLines, check } from './checker/check.ts'
import { readEdgeFile } from './checker/edge-file.ts'
import { keysOf } from './checker/seals.ts'
import { aWorkedOnStore, contentsOf, storeOfVersion, type WorkedOn } from './old-stores.ts'

/**
 * T02b: the power is cut while a new program brings an older one's store up to date. SQLite writes the whole step to its log, syncs it,
 * and only then touches the file; so what a cut leaves is the file as it was beside a log that was written up to some place, or with some
 * of its sectors missing; or, later, a whole log beside a file that has some of the new pages. Every such place is tried: what lies there
 * then must be the old tables or the new ones with every row, and the store opens on it with every record.
 */
export interface Migrations {
  /** States a cut may leave, over all versions. */
  readonly cuts: number
  /** After so many of them the old tables were found, after the others the new ones. */
  readonly old: number
  readonly broken: readonly string[]
}

const WAL = `${DATABASE_FILE}-wal`
const LOG_HEADER = 32
const SECTOR = 512
const ACTS = 12
const WHOLE = 'the log is whole'

/**
 * `each`: how many torn writes are tried within each piece of the log, and how many mixtures of old and new pages for each version. `thin`:
 * of the states only so many as one in this many is tried, beside the whole log of each version.
 */
export async function cutMigrations(asked: { readonly each: number; readonly thin: number; readonly seed: number }): Promise<Migrations> {
  const { each, thin, seed } = asked
  const chance = random(`migrations/${seed}`)
  const worked = await aWorkedOnStore(ACTS)
  const broken: string[] = []
  let [cuts, old] = [0, 0]
  try {
    for (let version = 1; version < SCHEMA.length; version += 1)
      for (const left of ['closed', 'cut'] as const) {
        const one = await fromVersion(worked, version, left, { each, thin, chance: chance.fork(`${version}/${left}`) })
        cuts += one.cuts
        old += one.old
        broken.push(...one.broken.map((line) => `from version ${version}, ${left}: ${line}`))
      }
  } finally {
    rmSync(worked.folder, { recursive: true, force: true })
  }
  return { cuts, old, broken }
}

interface How {
  readonly each: number
  readonly thin: number
  readonly chance: Random
}

async function fromVersion(worked: WorkedOn, version: number, left: 'closed' | 'cut', { each, thin, chance }: How): Promise<Migrations> {
  const at = (name: string): string => join(worked.folder, name)
  const [before, during, state] = [at('before'), at('during'), at('state')]
  for (const one of [before, during, state]) rmSync(one, { recursive: true, force: true })
  storeOfVersion(version, worked.store, before, left)
  const rows = contentsOf(before, version).rows
  const logBefore = existsSync(join(before, WAL)) ? readFileSync(join(before, WAL)).length : 0
  const afterwards = migrated(before, during)

  const broken: string[] = []
  let [cuts, old] = [0, 0]
  let states = chance.whole(0, thin - 1)
  const tried = async (what: string, lay: () => void, wanted: 'old' | 'new' | 'either', open: boolean): Promise<void> => {
    states += 1
    if (states % thin !== 0 && what !== WHOLE) return
    cpSync(during, state, { recursive: true })
    lay()
    const found = contentsOf(state, version)
    cuts += 1
    if (found.version === version) old += 1
    const right = { old: [version], new: [SCHEMA.length], either: [version, SCHEMA.length] }[wanted]
    if (!right.includes(found.version)) broken.push(`${what}: its tables are of version ${found.version}`)
    if (!found.whole) broken.push(`${what}: its tables are between two versions`)
    if (found.rows !== rows) broken.push(`${what}: rows are not what they were`)
    if (open) broken.push(...(await openedOn(worked, state)).map((line) => `${what}: ${line}`))
    rmSync(state, { recursive: true })
  }

  const log = readFileSync(join(during, WAL))
  const frame = SECTOR * 8 + 24
  const cutTo = (end: number): void => writeFileSync(join(state, WAL), log.subarray(0, end))
  const frames = Math.round((log.length - Math.max(logBefore, LOG_HEADER)) / frame)
  for (let nth = 0; nth < frames; nth += 1) {
    const from = Math.max(logBefore, LOG_HEADER) + nth * frame
    await tried(`the log ends before piece ${nth} of ${frames}`, () => cutTo(from), 'old', nth % 7 === 0)
    for (let torn = 0; torn < each; torn += 1) {
      const end = from + chance.whole(1, frame - 1)
      await tried(`the log ends within piece ${nth} of ${frames}`, () => cutTo(end), 'old', false)
      const hole = from + chance.whole(0, frame - 1)
      await tried(`a sector of piece ${nth} of ${frames} was never written`, () => unwritten(join(state, WAL), log, hole), 'either', false)
    }
  }
  await tried(WHOLE, () => {}, 'new', true)
  const pages = readFileSync(join(afterwards, DATABASE_FILE))
  for (let mixture = 0; mixture < each * 3; mixture += 1) {
    const share = chance.next()
    const lay = (): void => someOf(join(state, DATABASE_FILE), pages, () => chance.chance(share))
    await tried('some of the new pages are in the file', lay, 'new', mixture % 3 === 0)
  }
  return { cuts, old, broken }
}

/**
 * Brings the tables in a copy of `before` up to date, and leaves in `during` what lies there when that is committed and not yet put into the
 * file. The answer is a folder with the file after it was.
 */
function migrated(before: string, during: string): string {
  const live = `${during}-live`
  rmSync(live, { recursive: true, force: true })
  cpSync(before, live, { recursive: true })
  const database = openDatabase(live)
  cpSync(live, during, { recursive: true })
  database.checkpoint()
  const after = `${during}-after`
  mkdirSync(after, { recursive: true })
  copyFileSync(join(live, DATABASE_FILE), join(after, DATABASE_FILE))
  database.close()
  return after
}

/** The sector at `hole` holds what was there before: nothing. */
function unwritten(file: string, log: Buffer, hole: number): void {
  const bytes = Buffer.from(log)
  const from = Math.floor(hole / SECTOR) * SECTOR
  // What was synced before the step began is there.
  bytes.fill(0, Math.max(from, hole), Math.min(from + SECTOR, bytes.length))
  writeFileSync(file, bytes)
}

/** Puts some of these pages into a database file, as a cut within a checkpoint leaves it. */
function someOf(file: string, pages: Buffer, wanted: () => boolean): void {
  const size = pages.readUInt16BE(16)
  const to = openSync(file, 'r+')
  for (let at = 0; at < pages.length; at += size) if (wanted()) writeSync(to, pages, at, size, at)
  closeSync(to)
}

/** Opens the store as the next start does: everything that was said to be safe is there, nothing is alarmed, and the tables are new. */
export async function openedOn(worked: WorkedOn, state: string): Promise<string[]> {
  const rig = rigIn(worked.folder, { folder: state })
  let epoch: string
  try {
    const store = rig.open()
    epoch = store.head().epoch
    await store.close()
  } catch (error) {
    return [`it does not open: ${String(error)}`]
  }
  const edge = readEdgeFile(state)
  const alarms = edge.records.filter(({ kind, bytes }) => kind === 'alarm' && bytes.includes('"kind":"store"'))
  return [
    ...brokenLines(check({ logs: worked.logs, edge, cloud: null, keys: keysOf([rig.signer.publicKey]) })),
    ...(epoch.startsWith('1-') ? [] : [`it began another epoch, ${epoch}`]),
    ...alarms.map(({ bytes }) => `it raised an alarm: ${bytes}`),
    ...(contentsOf(state, 1).version === SCHEMA.length ? [] : ['its tables are not up to date']),
  ]
}
