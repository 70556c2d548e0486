import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { EdgeError } from '../../../edge-agent/errors.ts'
import { DATABASE_FILE, openDatabase } from '../../../edge-agent/store/database.ts'
import { aRig, type Rig } from './store-rig.ts'

let rig: Rig
beforeEach(() => {
  rig = aRig()
})
afterEach(() => rig.remove())

const folder = (): string => rig.parts.folder
const refusal = (open: () => unknown): EdgeError => {
  try {
    open()
  } catch (error) {
    if (error instanceof EdgeError) return error
    throw error
  }
  throw new Error('it was not refused')
}

it('every opening commits with synchronous=FULL in WAL, read back after a write', () => {
  for (const _opening of [1, 2, 3]) {
    const database = openDatabase(folder())
    database.run(`insert into fact (name, value) values ('tried', '1') on conflict do nothing`)
    expect(database.durability()).toEqual({ journalMode: 'wal', synchronous: 2 })
    database.close()
  }
})

it('a query after a list on the same statement sees its own rows', () => {
  const database = openDatabase(folder())
  const of = 'select value from fact where name = ?'
  database.run(`insert into fact (name, value) values ('a', '1')`)
  expect([database.all(of, 'a'), database.one(of, 'b'), database.one(of, 'a'), database.one(of, 'b')]).toEqual([
    [{ value: '1' }],
    null,
    { value: '1' },
    null,
  ])
  database.close()
})

it('a transaction that fails leaves nothing, and is told to those who remember', () => {
  const database = openDatabase(folder())
  let forgotten = 0
  database.onRollback(() => {
    forgotten += 1
  })
  expect(() =>
    database.transaction(() => {
      database.run(`insert into fact (name, value) values ('half', '1')`)
      throw new Error('second thoughts')
    }),
  ).toThrow('second thoughts')
  expect([database.one(`select * from fact where name = 'half'`), forgotten]).toEqual([null, 1])
  database.close()
})

it.each([
  ['a Buffer', Buffer.from([1, 2, 3])],
  ['plain bytes, as a camera’s picture is decoded', new Uint8Array([1, 2, 3])],
  ['a part of other bytes', new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 4)],
  ['no bytes', new Uint8Array(0)],
])('%s come back as they were', (_what, bytes) => {
  const database = openDatabase(folder())
  database.run(`insert into evidence (hash, kind, bytes, size) values ('x', 'photo', ?, ?)`, bytes, bytes.length)
  const kept = database.one<{ bytes: ArrayBuffer }>('select bytes from evidence where bytes = ?', bytes)
  expect([...new Uint8Array(kept?.bytes ?? new ArrayBuffer(9))]).toEqual([...bytes])
  expect(database.one('select 1 as yes where ? is null', null)).toMatchObject({ yes: 1 })
  database.close()
})

it('a closed store refuses everything', () => {
  const database = openDatabase(folder())
  database.close()
  expect(refusal(() => database.run('delete from fact')).facts).toMatchObject({ why: 'the store is closed' })
})

it('a second opener is told that another process has the store', () => {
  const first = openDatabase(folder())
  const told = refusal(() => openDatabase(folder()))
  expect([told.code, told.message]).toEqual(['store-locked', expect.stringContaining('only one agent may run in a folder')])
  first.close()
  openDatabase(folder()).close()
})

it('a file that is no database is refused with words and left as it is', () => {
  mkdirSync(folder(), { recursive: true })
  const file = join(folder(), DATABASE_FILE)
  writeFileSync(file, '煤'.repeat(4_000))
  const told = refusal(() => rig.open())
  expect([told.code, told.facts.sqlite, told.message]).toEqual(['store-broken', 'SQLITE_NOTADB', expect.stringContaining(file)])
  expect(readFileSync(file, 'utf8')).toBe('煤'.repeat(4_000))
})

it('a store written by a newer version is refused', () => {
  const database = openDatabase(folder())
  database.run('pragma user_version = 99')
  database.close()
  expect(refusal(() => openDatabase(folder())).message).toContain('newer version')
})

it('a torn page puts the store in doubt, and from then on everything is refused', () => {
  const database = openDatabase(folder())
  const filler = 'x'.repeat(3_000)
  for (let at = 0; at < 40; at += 1) database.run('insert into fact (name, value) values (?, ?)', `filler-${at}`, filler)
  database.close()
  const file = join(folder(), DATABASE_FILE)
  const bytes = readFileSync(file)
  bytes.fill(0xff, bytes.length - 6 * 4_096, bytes.length - 4 * 4_096)
  writeFileSync(file, bytes)
  const again = openDatabase(folder())
  expect(refusal(() => again.all('select * from fact')).code).toBe('store-broken')
  expect(again.broken()?.facts.sqlite).toBe('SQLITE_CORRUPT')
  expect(refusal(() => again.run(`insert into fact (name, value) values ('after', '1')`)).code).toBe('store-broken')
  again.close()
})

it('killed with -9 while it appends, it loses no record it had spoken of and goes on without a gap', { timeout: 60_000 }, async () => {
  const appender = join(import.meta.dirname, 'appender.ts')
  let spoken = 0
  for (const seconds of [0.3, 0.15]) {
    const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', appender, rig.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = createInterface(child.stdout)
    const ended = once(child, 'exit')
    const seqs: number[] = []
    lines.on('line', (line) => {
      seqs.push(Number(line))
      // However slow the disk is now, some have been spoken of.
      if (seqs.length === 11) setTimeout(() => child.kill('SIGKILL'), seconds * 1_000)
    })
    await ended
    expect(seqs.length).toBeGreaterThan(10)
    const store = rig.open()
    const { epoch, seq } = store.head()
    spoken = seqs.at(-1) as number
    expect(seq).toBeGreaterThanOrEqual(spoken)
    expect(epoch).toMatch(/^1-/)
    const kept = store
      .linesFrom(epoch, 1, 100_000)
      .map((line) => JSON.parse(line.bytes) as { seq: number; kind: string; body: { token?: string } })
    expect(kept.map((it) => it.seq)).toEqual(Array.from({ length: seq }, (_, at) => at + 1))
    // Nobody knows what the relay made of the tokens it died with: each is put on record as such, once, over all restarts.
    const spent = kept.filter((it) => it.kind === 'gate-outcome').map((it) => it.body.token)
    expect(new Set(spent).size).toBe(spent.length)
    expect(spent).toHaveLength(kept.filter((it) => it.kind === 'weighing').length)
    await store.close()
  }
  expect(existsSync(join(folder(), 'log-before-opening'))).toBe(false)
})
