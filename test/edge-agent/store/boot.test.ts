import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Epoch } from '#edge/ids'
import { DATABASE_FILE, openDatabase } from '../../../edge-agent/store/database.ts'
import { MARKER_FILE, readMark } from '../../../edge-agent/store/marker.ts'
import { RESTORE_FILE } from '../../../edge-agent/store/restore-note.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { noteSuspicion } from '../../../edge-agent/store/suspect.ts'
import { eventually } from '../../support/eventually.ts'
import { aRig, aState, LANE, type Rig } from './store-rig.ts'

let rig: Rig
beforeEach(() => {
  rig = aRig()
})
afterEach(() => rig.remove())

const file = (name: string): string => join(rig.parts.folder, name)
const write = (store: Store, count: number): void => {
  for (let at = 0; at < count; at += 1)
    store.raise({ kind: 'device-silent', severity: 'high', lane: LANE, occurrence: `scale/${store.head().seq}`, facts: {} })
}
const bodiesOf = (store: Store, epoch: Epoch = store.head().epoch): Record<string, unknown>[] =>
  store.linesFrom(epoch, 1, 1_000).map((line) => JSON.parse(line.bytes).body)
/** Somebody edits a record on the disk. */
const edited = (seq: number): void => {
  const database = openDatabase(rig.parts.folder)
  database.run(`update journal set bytes = replace(bytes, 'device-silent', 'device-silenz') where seq = ?`, seq)
  database.close()
}

it('the first start opens the first epoch and says so', async () => {
  const store = rig.open()
  expect(store.head()).toMatchObject({ epoch: expect.stringMatching(/^1-[0-9a-f]{8}$/), seq: 1 })
  expect(bodiesOf(store)).toEqual([expect.objectContaining({ reason: 'first-start', before: null, beforeHash: null })])
  await store.close()
})

it('a restart goes on in the same epoch', async () => {
  const first = rig.open()
  write(first, 3)
  const head = first.head()
  await first.close()
  const second = rig.open()
  expect(second.head()).toEqual(head)
  expect(second.boot).not.toBe(first.boot)
  await second.close()
})

it('the marker follows the head within a second, off the gate path', async () => {
  const store = rig.open()
  write(store, 5)
  await eventually(
    () => {
      const mark = readMark(rig.parts.folder)
      return mark.kind === 'mark' && mark.head.seq === store.head().seq && mark.head.hash === store.head().hash
    },
    { within: 2_000 },
  )
  await store.close()
})

it('a database put back to an older state is noticed: alarm, new epoch, files kept', async () => {
  const first = rig.open()
  write(first, 2)
  await first.close()
  copyFileSync(file(DATABASE_FILE), join(rig.folder, 'backup'))
  const second = rig.open()
  write(second, 4)
  const lost = second.head()
  await second.close()
  copyFileSync(join(rig.folder, 'backup'), file(DATABASE_FILE))

  const third = rig.open()
  expect(third.head()).toMatchObject({ epoch: expect.stringMatching(/^2-/), seq: 2 })
  const [opening, alarm] = bodiesOf(third)
  expect(opening).toMatchObject({ reason: 'rollback', before: { epoch: lost.epoch, seq: lost.seq }, beforeHash: lost.hash })
  expect(alarm).toMatchObject({
    kind: 'store',
    severity: 'critical',
    facts: { why: 'rollback', markerSeq: 7, foundSeq: 3, inquiry: 'inquiry-1' },
  })
  expect(existsSync(file(join('inquiry-1', DATABASE_FILE)))).toBe(true)
  await third.close()
  const fourth = rig.open()
  expect(fourth.head().seq).toBe(2)
  await fourth.close()
})

it('a lost database beside its marker is a lost store, and its epoch number is not used again', async () => {
  const first = rig.open()
  write(first, 2)
  await first.close()
  rmSync(file(DATABASE_FILE))
  const second = rig.open()
  expect(second.head().epoch).toMatch(/^2-/)
  expect(bodiesOf(second)[0]).toMatchObject({ reason: 'store-lost', before: { seq: 3 } })
  await second.close()
})

it.each<readonly [string, string | null, () => void]>([
  ['a first start', 'first-start', () => rmSync(rig.parts.folder, { recursive: true })],
  ['a lost database', 'store-lost', () => rmSync(file(DATABASE_FILE))],
  ['an older database', 'rollback', () => copyFileSync(join(rig.folder, 'backup'), file(DATABASE_FILE))],
  ['an edited record', 'store-lost', () => edited(3)],
  ['a restored backup', 'restore', () => writeFileSync(file(RESTORE_FILE), '{"from":"backup","newestEpoch":1}')],
  ['a whole ledger', null, () => undefined],
])('a stranger who had the ledger open is told of once beside %s', async (_what, reason, harm) => {
  const first = rig.open()
  write(first, 2)
  await first.close()
  copyFileSync(file(DATABASE_FILE), join(rig.folder, 'backup'))
  const between = rig.open()
  write(between, 2)
  await between.close()
  harm()
  mkdirSync(rig.parts.folder, { recursive: true })
  writeFileSync(file(`${DATABASE_FILE}-shm`), '')
  const second = rig.open()
  const told = bodiesOf(second).filter(({ kind }) => kind === 'store')
  expect(told.at(-1)).toMatchObject({ severity: 'critical', facts: { why: 'foreign-opener', epoch: second.head().epoch } })
  expect(told).toHaveLength(reason === null || reason === 'first-start' ? 1 : 2)
  if (reason !== null) expect(bodiesOf(second)[0]).toMatchObject({ reason })
  expect(existsSync(file(`${DATABASE_FILE}-shm`))).toBe(false)
  const head = second.head()
  await second.close()
  const third = rig.open()
  expect(third.head()).toEqual(head)
  await third.close()
})

it('what the last start was in doubt about is told beside what this one finds', async () => {
  const first = rig.open()
  write(first, 2)
  await first.close()
  rmSync(file(DATABASE_FILE))
  noteSuspicion(rig.parts.folder, 'SQLITE_IOERR_FSYNC')
  const second = rig.open()
  expect(bodiesOf(second)[1]).toMatchObject({ kind: 'store', facts: { why: 'store-lost', lostUpto: 3, doubt: 'SQLITE_IOERR_FSYNC' } })
  await second.close()
})

it.each([
  ['gone', 'marker-absent', () => rmSync(file(MARKER_FILE))],
  [
    'unreadable',
    'marker-unreadable',
    () => writeFileSync(file(MARKER_FILE), readFileSync(file(MARKER_FILE), 'utf8').replace('"seq":3', '"seq":2')),
  ],
])('a marker that is %s is told, and the epoch goes on', async (_what, why, spoil) => {
  const first = rig.open()
  write(first, 2)
  await first.close()
  spoil()
  const second = rig.open()
  expect(second.head().epoch).toMatch(/^1-/)
  expect(bodiesOf(second).at(-1)).toMatchObject({ kind: 'store', facts: { why } })
  await second.close()
})

it('a record edited on the disk is found before anything is sent: what follows it is kept apart, the rest still goes', async () => {
  const first = rig.open()
  write(first, 5)
  const { epoch } = first.head()
  await first.close()
  edited(4)
  const second = rig.open()
  expect(bodiesOf(second)).toEqual([
    expect.objectContaining({ reason: 'store-lost', before: expect.objectContaining({ seq: 3 }) }),
    expect.objectContaining({ kind: 'store', facts: expect.objectContaining({ why: 'chain-broken', from: 4 }) }),
  ])
  expect(second.waiting().map(({ head, receipted }) => [head.epoch, head.seq, receipted])).toEqual([
    [epoch, 3, 0],
    [second.head().epoch, 2, 0],
  ])
  expect(second.backlog().records).toBe(5)
  await second.close()
})

const flipHighBitIn = (text: string): void => {
  const bytes = readFileSync(file(DATABASE_FILE))
  const at = bytes.indexOf(text)
  expect(at).toBeGreaterThan(0)
  bytes.writeUInt8(bytes.readUInt8(at) | 0x80, at)
  writeFileSync(file(DATABASE_FILE), bytes)
}

it('a flipped bit that leaves a record no text at all ends no process: it is found like any other, and told', async () => {
  const first = rig.open()
  write(first, 5)
  const { epoch } = first.head()
  await first.close()
  flipHighBitIn('"occurrence":"scale/3"')
  const second = rig.open()
  expect(bodiesOf(second)).toEqual([
    expect.objectContaining({ reason: 'store-lost', before: expect.objectContaining({ seq: 3 }) }),
    expect.objectContaining({ kind: 'store', facts: expect.objectContaining({ why: 'chain-broken', from: 4 }) }),
  ])
  // Whoever looks at it later sees it as it lies there.
  expect(second.linesFrom(epoch, 4, 1)[0]?.bytes).toContain('\ufffd')
  expect(second.ledger.entriesAfter(epoch, 3, 1)[0]?.bytes).toContain('\ufffd')
  await second.close()
})

it('a flipped bit in what stands beside the journal is a store that is not opened, with a sentence', async () => {
  const first = rig.open()
  write(first, 1)
  first.ink({ lane: LANE, state: aState(), records: [], useTickets: [], gates: [], tape: null, photos: [], stamps: first.stamps() })
  await first.close()
  flipHighBitIn('"phase":"released"')
  expect(() => rig.open()).toThrow(expect.objectContaining({ code: 'store-broken', facts: expect.objectContaining({ table: 'lane' }) }))
})

it('a clock that stands before the newest record is not trusted', async () => {
  const first = rig.open()
  write(first, 1)
  await first.close()
  const { clock } = rig.parts
  const yesterday = aRig({ clock: { ...clock, now: () => (clock.now() - 86_400_000) as never } })
  yesterday.remove()
  const second = (await import('../../../edge-agent/store/store.ts')).openStore({ ...rig.parts, clock: yesterday.parts.clock })
  expect(second.stamps().clock).toBe('untrusted')
  await second.close()
})
