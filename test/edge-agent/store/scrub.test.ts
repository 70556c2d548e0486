import { cpSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Epoch } from '#edge/ids'
import { agentKey, hasher } from '../../../edge-agent/keys.ts'
import { type Database, openDatabase } from '../../../edge-agent/store/database.ts'
import { epochsIn } from '../../../edge-agent/store/epochs.ts'
import { type BrokenLink, type Scrub, scrubOf } from '../../../edge-agent/store/scrub.ts'
import { openStore, type Store } from '../../../edge-agent/store/store.ts'
import { SUSPECT_FILE } from '../../../edge-agent/store/suspect.ts'
import { eventually } from '../../support/eventually.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { aRig, aState, LANE, type Rig } from './store-rig.ts'

let rig: Rig
beforeEach(() => {
  rig = aRig()
})
afterEach(() => rig.remove())

const write = (store: Store, count: number): void => {
  const records = Array.from(
    { length: count },
    (_, at) => ({ kind: 'alarm-returned', body: { kind: 'device-silent', occurrence: `scale/${at}` } }) as const,
  )
  store.ink({ lane: LANE, state: aState(), records, useTickets: [], gates: [], tape: null, photos: [], stamps: store.stamps() })
}
/** A store of so many records, closed; `edit` puts its hand into the file. */
async function written(count: number, edit: (database: Database, epoch: Epoch) => void): Promise<Epoch> {
  const store = rig.open()
  const { epoch } = store.head()
  for (let left = count - 1; left > 0; left -= 5_000) write(store, Math.min(left, 5_000))
  await store.close()
  const database = openDatabase(rig.parts.folder)
  edit(database, epoch)
  database.close()
  return epoch
}
/** The same with every other record one that bears a signature. */
async function signedAndNot(count: number): Promise<Epoch> {
  const store = rig.open()
  const { epoch } = store.head()
  while (store.head().seq < count) {
    if (store.head().seq % 2 === 0) write(store, 1)
    else store.raise({ kind: 'device-silent', severity: 'high', lane: LANE, occurrence: `scale/${store.head().seq}`, facts: {} })
  }
  await store.close()
  return epoch
}
/** What the next process finds: a store in doubt is left as it is, and this process holds it until it ends. */
const copyOf = (): string => join(rig.folder, 'next')
function afterTheEnd(): Store {
  cpSync(rig.parts.folder, copyOf(), { recursive: true })
  return openStore({ ...rig.parts, folder: copyOf() })
}
const spoil = (database: Database, seq: number): number =>
  database.run(`update journal set bytes = replace(bytes, 'device-silent', 'device-silenz') where seq = ?`, seq)
const receipt = (database: Database, epoch: Epoch, upto: number): void =>
  epochsIn(database).receipted(epoch, upto, database.one<{ hash: string }>('select hash from journal where seq = ?', upto)?.hash ?? '')
const alarmsOf = (store: Store): unknown[] =>
  store
    .linesFrom(store.head().epoch, 1, 100)
    .map(({ bytes }) => JSON.parse(bytes) as { kind: string; body: object })
    .filter(({ kind }) => kind === 'alarm')
    .map(({ body }) => body)

it('a start verifies the newest; an old record that was edited is found while the agent runs: it ends, and comes back in a new epoch', {
  timeout: 120_000,
}, async () => {
  const epoch = await written(20_200, (database) => spoil(database, 7))
  const broke: Error[] = []
  const running = rig.open()
  expect(running.head().epoch).toBe(epoch)
  running.start((error) => broke.push(error))
  await eventually(() => broke.length > 0, { within: 60_000 })
  expect([running.broken()?.code, running.broken()?.facts]).toEqual([
    'store-broken',
    expect.objectContaining({ why: 'chain-broken', from: 7 }),
  ])
  expect(() => write(running, 1)).toThrow('store-broken')
  await running.close()
  expect(existsSync(join(rig.parts.folder, SUSPECT_FILE))).toBe(true)

  const next = afterTheEnd()
  expect(next.head()).toMatchObject({ epoch: expect.stringMatching(/^2-/), seq: 2 })
  expect(alarmsOf(next)).toEqual([
    expect.objectContaining({ kind: 'store', facts: expect.objectContaining({ why: 'chain-broken', from: 7, inquiry: 'inquiry-1' }) }),
  ])
  expect(next.waiting().map(({ head }) => [head.epoch, head.seq])).toEqual([
    [epoch, 6],
    [next.head().epoch, 2],
  ])
  expect(readdirSync(copyOf())).not.toContain(SUSPECT_FILE)
  await next.close()
})

it('a record edited behind the back of the start is never sent', { timeout: 120_000 }, async () => {
  const epoch = await written(20_200, (database) => spoil(database, 7))
  const store = rig.open()
  expect(store.linesToSend(epoch, 1, 6)).toEqual(store.linesFrom(epoch, 1, 6))
  expect(() => store.linesToSend(epoch, 5, 10)).toThrow('chain-broken')
  expect(store.broken()?.facts).toMatchObject({ epoch, from: 7 })
  await store.close()
})

it('a record that the cloud holds already and that is edited here is an alarm; nothing stops, nothing is sent twice', async () => {
  const epoch = await written(300, (database, of) => {
    receipt(database, of, 250)
    spoil(database, 100)
  })
  const store = rig.open()
  store.start(() => expect.unreachable())
  await eventually(() => store.verified() !== null, { within: 30_000 })
  expect(store.head().epoch).toBe(epoch)
  expect(alarmsOf({ ...store, linesFrom: () => store.linesFrom(epoch, 299, 100) })).toEqual([
    expect.objectContaining({ kind: 'store', facts: { why: 'record-changed', epoch, seq: 100 } }),
  ])
  expect(store.broken()).toBeNull()
  await store.close()
})

it('a doubt that a start cannot confirm is told all the same', async () => {
  const store = rig.open()
  write(store, 3)
  const { epoch } = store.head()
  await store.close()
  const { noteSuspicion } = await import('../../../edge-agent/store/suspect.ts')
  noteSuspicion(rig.parts.folder, 'SQLITE_IOERR_FSYNC')
  const next = rig.open()
  expect(next.head().epoch).toBe(epoch)
  expect(alarmsOf(next)).toEqual([
    expect.objectContaining({ facts: expect.objectContaining({ why: 'suspect', doubt: 'SQLITE_IOERR_FSYNC' }) }),
  ])
  await next.close()
  const after = rig.open()
  expect(alarmsOf(after)).toHaveLength(1)
  await after.close()
})

/** The scrub alone over a database, and what it told. */
function aScrub(database: Database): { readonly scrub: Scrub; readonly broken: BrokenLink[]; readonly changed: BrokenLink[] } {
  const broken: BrokenLink[] = []
  const changed: BrokenLink[] = []
  const scrub = scrubOf({
    database,
    epochs: epochsIn(database),
    seals: rig.signer,
    clock: rig.parts.clock,
    onBroken: (link) => broken.push(link),
    onChanged: (link) => changed.push(link),
  })
  return { scrub, broken, changed }
}
const wholeRound = (scrub: Scrub): void => {
  while (!scrub.slice());
}

it('goes over all of it in short slices, and lets records be dropped meanwhile', async () => {
  await written(3_000, (database, epoch) => receipt(database, epoch, 2_900))
  const database = openDatabase(rig.parts.folder)
  // Time stands still within a look, so each slice ends where the clock is moved: after a page.
  const clock = manualClock()
  let looks = 0
  const broken: BrokenLink[] = []
  const scrub = scrubOf({
    database,
    epochs: epochsIn(database),
    seals: rig.signer,
    clock: { ...clock, monotonic: () => (looks += 1) },
    onBroken: (link) => broken.push(link),
    onChanged: (link) => broken.push(link),
  })
  expect(scrub.slice()).toBe(false)
  database.run('delete from journal where seq <= 1000')
  let slices = 1
  while (!scrub.slice()) slices += 1
  expect(slices).toBeGreaterThan(20)
  expect([broken, scrub.done()?.records]).toEqual([[], expect.any(Number)])
  database.close()
})

type Flipped = 'bytes' | 'hash' | 'kind' | 'at' | 'signature'
it('whatever is changed, taken away or put in, unless it is the end alone, is found', async () => {
  const epoch = await signedAndNot(60)
  const database = openDatabase(rig.parts.folder)
  receipt(database, epoch, 20)
  const edits = fc.oneof(
    fc.record({
      what: fc.constant('flip' as const),
      seq: fc.integer({ min: 1, max: 60 }),
      column: fc.constantFrom('bytes' as const, 'hash' as const, 'kind' as const, 'at' as const, 'signature' as const),
      at: fc.nat(),
      bit: fc.integer({ min: 0, max: 6 }),
    }),
    // The oldest that the cloud holds may go: that is what retention does.
    fc.record({ what: fc.constant('drop' as const), seq: fc.integer({ min: 2, max: 59 }) }),
    fc.record({ what: fc.constant('swap' as const), seq: fc.integer({ min: 1, max: 59 }) }),
    fc.record({ what: fc.constant('hash' as const), seq: fc.integer({ min: 1, max: 60 }) }),
  )
  const rows = database.all<Record<Flipped, string | null>>('select bytes, hash, kind, at, signature from journal order by seq')
  const apply = (edit: typeof edits extends fc.Arbitrary<infer E> ? E : never): void => {
    switch (edit.what) {
      case 'flip': {
        const { column } = edit
        // A signature on a record that bears none is as wrong as a bit in one.
        const text = rows[edit.seq - 1]?.[column] ?? 'A'.repeat(86)
        const at = edit.at % text.length
        const other = String.fromCharCode(text.charCodeAt(at) ^ (1 << edit.bit))
        database.run(`update journal set ${column} = ? where seq = ?`, `${text.slice(0, at)}${other}${text.slice(at + 1)}`, edit.seq)
        break
      }
      case 'drop':
        database.run('delete from journal where seq = ?', edit.seq)
        break
      case 'swap':
        database.run('update journal set seq = -1 where seq = ?', edit.seq)
        database.run('update journal set seq = ? where seq = ?', edit.seq, edit.seq + 1)
        database.run('update journal set seq = ? where seq = -1', edit.seq + 1)
        break
      case 'hash':
        database.run('update journal set hash = ? where seq = ?', hasher.hash('another'), edit.seq)
    }
  }
  fc.assert(
    fc.property(edits, (edit) => {
      expect(() =>
        database.transaction(() => {
          apply(edit)
          const { scrub, broken, changed } = aScrub(database)
          wholeRound(scrub)
          expect(broken.length + changed.length).toBeGreaterThan(0)
          throw new Error('as it was')
        }),
      ).toThrow('as it was')
    }),
    { numRuns: 300 },
  )
  const { scrub, broken, changed } = aScrub(database)
  wholeRound(scrub)
  expect([broken, changed, scrub.done()?.records]).toEqual([[], [], 60])
  database.close()
})

const RECORD = 10
it.each([
  ['the kind of a record', `kind = 'decision'`],
  ['its moment', `at = '2026-11-22T00:00:00.000Z'`],
  ['the beginning of its signature', `signature = 'AAAA' || substr(signature, 5)`],
  ['its signature, taken away', 'signature = null'],
  ['its signature, another record’s', `signature = (select signature from journal where seq = ${RECORD - 2})`],
  ['its signature, in another spelling of the same bits', `signature = signature || '='`],
])('%s that was changed on the disk is found at the next start: a new epoch, with an alarm', async (_what, change) => {
  const epoch = await signedAndNot(20)
  const database = openDatabase(rig.parts.folder)
  database.run(`update journal set ${change} where seq = ${RECORD}`)
  database.close()
  const store = rig.open()
  expect(store.head()).toMatchObject({ epoch: expect.stringMatching(/^2-/) })
  expect(alarmsOf(store)).toEqual([
    expect.objectContaining({ kind: 'store', facts: expect.objectContaining({ why: 'chain-broken', epoch, from: RECORD }) }),
  ])
  await store.close()
})

it('a chain made anew behind an edit does not help whoever has no key', async () => {
  const epoch = await signedAndNot(20)
  const database = openDatabase(rig.parts.folder)
  let prev = ''
  for (const { seq, bytes } of database.all<{ seq: number; bytes: string }>('select seq, bytes from journal where seq >= ?', RECORD)) {
    const edited = bytes
      .replace('device-silent', 'device-silenz')
      .replace(/"prev":"[0-9a-f]{64}"/, (was) => (prev ? `"prev":"${prev}"` : was))
    prev = hasher.hash(edited)
    database.run('update journal set bytes = ?, hash = ? where seq = ?', edited, prev, seq)
  }
  const { scrub, broken } = aScrub(database)
  wholeRound(scrub)
  expect(broken).toEqual([expect.objectContaining({ good: expect.objectContaining({ epoch }), from: RECORD })])
  database.close()
})

it('what an earlier key of this agent signed is verified by its links alone', async () => {
  await signedAndNot(20)
  const database = openDatabase(rig.parts.folder)
  const newer = agentKey(join(rig.folder, 'newer.key'))
  const told: BrokenLink[] = []
  const tell = (link: BrokenLink): void => void told.push(link)
  const scrub = scrubOf({ database, epochs: epochsIn(database), seals: newer, clock: rig.parts.clock, onBroken: tell, onChanged: tell })
  wholeRound(scrub)
  expect([told, scrub.done()?.records]).toEqual([[], 20])
  database.close()
})
