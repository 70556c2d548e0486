import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Epoch } from '#edge/ids'
import { Instant } from '#edge/units'
import { hasher } from '../../../edge-agent/keys.ts'
import { DATABASE_FILE, type Database, openDatabase } from '../../../edge-agent/store/database.ts'
import { evidenceIn } from '../../../edge-agent/store/evidence.ts'
import { journalIn } from '../../../edge-agent/store/journal.ts'
import { lookIntoBackup } from '../../../edge-agent/store/look-into-backup.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { eventually } from '../../support/eventually.ts'
import { aRig, aState, LANE, type Rig } from './store-rig.ts'

/** One flipped bit makes text that is none, and SQLite's library ends the whole process where that is read as text: it never is. */
let rig: Rig
beforeEach(() => {
  rig = aRig()
})
afterEach(() => rig.remove())

const write = (store: Store, count: number): void => {
  for (let at = 0; at < count; at += 1)
    store.raise({ kind: 'device-silent', severity: 'high', lane: LANE, occurrence: `scale/${store.head().seq}`, facts: {} })
}
const on = (folder: string, edit: (database: Database) => void): void => {
  const database = openDatabase(folder)
  edit(database)
  database.close()
}
/** A store of four records, closed. */
async function written(alsoReceipted = false): Promise<Epoch> {
  const store = rig.open()
  write(store, 3)
  const { epoch, seq, hash } = store.head()
  if (alsoReceipted) store.receipted({ epoch, upto: seq, hash, missing: [] })
  store.ink({ lane: LANE, state: aState(), records: [], useTickets: [], gates: [], tape: null, photos: [], stamps: store.stamps() })
  await store.close()
  return epoch
}
/** Flips the high bit of the byte behind `before`, wherever the file says that. */
function flipHighBitBehind(before: string): void {
  const file = join(rig.parts.folder, DATABASE_FILE)
  const bytes = readFileSync(file)
  let flips = 0
  for (let at = bytes.indexOf(before); at !== -1; at = bytes.indexOf(before, at + 1)) {
    const place = at + Buffer.byteLength(before)
    bytes.writeUInt8(bytes.readUInt8(place) | 0x80, place)
    flips += 1
  }
  expect(flips).toBeGreaterThan(0)
  writeFileSync(file, bytes)
}

it.each([
  ['a column', 'CREATE TABLE quota (', 'quota'],
  ['a table', 'CREATE TABLE ', ''],
  ['a table without an index of its own', 'CREATE TABLE order_', ''],
])(
  'the name of %s that has rotted is a store that is not opened, with a sentence, not a process that ends',
  async (_what, before, table) => {
    await written()
    flipHighBitBehind(before)
    const facts = table === '' ? {} : { table }
    expect(() => rig.open()).toThrow(expect.objectContaining({ code: 'store-broken', facts: expect.objectContaining(facts) }))
  },
)

it('a table that is gone is told at the start, not by the first truck that needs it', async () => {
  await written()
  on(rig.parts.folder, (database) => database.run('drop table quota'))
  expect(() => rig.open()).toThrow(expect.objectContaining({ code: 'store-broken', facts: expect.objectContaining({ table: 'quota' }) }))
})

it('a moment that has rotted in the newest record, receipted long ago, ends no start: it is told as a record that was changed', async () => {
  const epoch = await written(true)
  on(rig.parts.folder, (database) => database.run(`update journal set at = cast(x'b2303236' as text) where seq = 4`))
  const store = rig.open()
  expect(store.head()).toMatchObject({ epoch, seq: 4 })
  store.start(() => expect.unreachable())
  await eventually(() => store.verified() !== null, { within: 30_000 })
  const alarm = store.linesFrom(epoch, 5, 1)[0]?.bytes ?? '{}'
  expect(JSON.parse(alarm).body).toMatchObject({ kind: 'store', facts: { why: 'record-changed', seq: 4 } })
  await store.close()
})

it('an alarm that has rotted is not among those that travel ahead, and its moment is unknown', async () => {
  const epoch = await written()
  on(rig.parts.folder, (database) => {
    database.run(`update journal set signature = cast(x'ff' as text) where seq = 3`)
    database.run(`update journal set at = cast(x'ff' as text) where seq = 4`)
    const { site, agent, signer } = rig.parts
    const journal = journalIn(database, { site, agent, signer })
    expect(journal.alarmsAfter(epoch, 0, 10).map(({ identity }) => identity.seq)).toEqual([4, 2])
    expect([journal.momentOf(epoch, 4), journal.momentOf(epoch, 2)]).toEqual([null, expect.stringMatching(/Z$/)])
    expect(() => journal.record(epoch, 3)).toThrow('no text any more')
  })
})

it.each([
  ['a lane’s state', `update lane set state = cast(x'ff' as text)`, /no text any more/],
  ['the name of an epoch', `update epoch set receipted_hash = cast(x'ff' as text)`, /no text any more/],
  ['the newest record', `update journal set at = cast(x'ff' as text) where seq = 4`, /not what was written/],
  ['a record’s hash', `update journal set hash = cast(x'ff' as text) where seq = 2`, /not what was written/],
])('a backup in which %s has rotted is refused in words', async (_what, rot, words) => {
  await written()
  const store = rig.open()
  const backup = join(rig.folder, 'ledger.backup')
  store.backups.begin(backup)
  await store.backups.idle()
  await store.close()
  const folder = join(rig.folder, 'edit')
  mkdirSync(folder)
  renameSync(backup, join(folder, DATABASE_FILE))
  on(folder, (database) => database.run(rot))
  expect(() => lookIntoBackup(join(folder, DATABASE_FILE), rig.signer)).toThrow(words)
})

it('a picture whose name, kind or moment has rotted stays behind; the others travel, and old ones are dropped', async () => {
  await written()
  on(rig.parts.folder, (database) => {
    const now = (): Instant => Instant(Date.UTC(2026, 10, 22))
    const evidence = evidenceIn(database, { mostBytes: 2_500, keepDays: 30, freeBytes: () => 1e12 }, now)
    const hashes = ['a', 'b', 'c', 'd'].map((name) => hasher.hash(name))
    for (const hash of hashes) evidence.keep({ hash, kind: 'photo', bytes: new Uint8Array(1_000), record: null, wanted: true })
    const rot = (column: string, at: number): number =>
      database.run(`update evidence set ${column} = cast(x'ff41' as text) where hash = ?`, hashes[at] ?? '')
    rot('kept_at', 1)
    rot('kind', 2)
    rot('hash', 0)
    expect(evidence.state()).toMatchObject({ photos: 3, bytes: 4_000, waiting: 4, waitingSince: expect.any(String) })
    const travelled: string[] = []
    for (let next = evidence.next(); next; next = evidence.next()) {
      travelled.push(next.hash)
      evidence.sent(next.hash)
    }
    expect(travelled.sort()).toEqual([hashes[1], hashes[3]].sort())
    database.run('update evidence set wanted = 0, seq = 0')
    while (evidence.tidy());
    expect(evidence.state().bytes).toBeLessThanOrEqual(2_500)
  })
})
