import { randomFillSync } from 'node:crypto'
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { BALLAST_FILE } from '../../../edge-agent/store/ballast.ts'
import { DATABASE_FILE, openDatabase } from '../../../edge-agent/store/database.ts'
import { type Disk, freeBytesOf, isFull, type Room, type RoomLimits, roomAfter } from '../../../edge-agent/store/room.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { eventually } from '../../support/eventually.ts'
import { type SmallDisk, smallDisk, smallDisksExist } from '../../support/small-disk.ts'
import { aRig, LANE, type Rig, rigIn, weigh } from './store-rig.ts'

const MEGABYTE = 1024 * 1024
const LIMITS: RoomLimits = {
  scarceBelowBytes: 24 * MEGABYTE,
  fullBelowBytes: 12 * MEGABYTE,
  ballastBelowBytes: 4 * MEGABYTE,
  backAboveBytes: 9 * MEGABYTE,
  ballastBytes: 8 * MEGABYTE,
}

it.each<[before: Room, free: number, spare: number, after: Room]>([
  ['enough', 24, 0, 'enough'],
  ['enough', 23, 0, 'scarce'],
  ['enough', 11, 0, 'full'],
  ['enough', 3, 0, 'ballast'],
  // Empty pages in the store's own file take records; the log needs the disk.
  ['enough', 11, 13, 'enough'],
  ['enough', 3, 100, 'ballast'],
  // What comes back must be more than what laying in the ballast takes again.
  ['ballast', 12, 0, 'ballast'],
  ['ballast', 13, 0, 'full'],
  ['full', 20, 0, 'full'],
  ['full', 21, 0, 'scarce'],
  ['scarce', 32, 0, 'scarce'],
  ['scarce', 33, 0, 'enough'],
  ['ballast', 33, 0, 'enough'],
])('%s, and now %d MB free and %d MB spare: %s', (before, free, spare, after) => {
  expect(roomAfter(before, { free: free * MEGABYTE, spare: spare * MEGABYTE }, LIMITS)).toBe(after)
})

let rig: Rig
let store: Store
const broke: Error[] = []
afterEach(() => {
  expect(broke.splice(0)).toEqual([])
})
const told = (): unknown[] =>
  store
    .linesFrom(store.head().epoch, 1, 10_000)
    .map(({ bytes }) => JSON.parse(bytes) as { kind: string; body: { kind?: string } })
    .filter(({ kind }) => kind === 'alarm' || kind === 'alarm-returned')
    .map(({ kind, body }) => [kind, body.kind])
const SHORT = ['alarm', 'disk-space']
const FULL = ['alarm', 'disk-full']
const ballast = (): number => statSync(join(rig.parts.folder, BALLAST_FILE), { throwIfNoEntry: false })?.size ?? 0

describe('on a disk that says what it is told to', () => {
  let free = 0
  const disk: Disk = { limits: LIMITS, freeBytes: () => free - ballast() }
  const opened = (freeMegabytes: number): void => {
    free = freeMegabytes * MEGABYTE
    store = rig.open()
    store.start((error) => broke.push(error))
  }
  afterEach(async () => {
    await store.close()
    rig.remove()
  })

  it('lays in its ballast a piece at a time, tells before the disk is full, and throws it overboard at the last', {
    timeout: 90_000,
  }, async () => {
    rig = aRig({ disk })
    opened(100)
    await eventually(() => ballast() === LIMITS.ballastBytes, { within: 60_000 })
    expect([store.space.room(), told()]).toEqual(['enough', []])
    free = ballast() + 20 * MEGABYTE
    await eventually(() => told().length === 1, { within: 30_000 })
    free = ballast() + 10 * MEGABYTE
    await eventually(() => told().length === 2, { within: 30_000 })
    expect([store.space.room(), ballast()]).toEqual(['full', LIMITS.ballastBytes])
    free = ballast() + 3 * MEGABYTE
    await eventually(() => ballast() === 0, { within: 30_000 })
    expect([store.space.state().room, told()]).toEqual(['ballast', [SHORT, FULL]])
  })

  it('a shortage stands over a restart, and returns when somebody has made room', { timeout: 90_000 }, async () => {
    rig = aRig({ disk })
    opened(10)
    await eventually(() => told().length === 2, { within: 30_000 })
    await store.close()
    opened(10)
    await eventually(() => store.space.room() === 'full', { within: 30_000 })
    expect(told()).toEqual([SHORT, FULL])
    free = 100 * MEGABYTE
    await eventually(() => told().length === 4, { within: 30_000 })
    expect(told().slice(2)).toEqual([
      ['alarm-returned', 'disk-space'],
      ['alarm-returned', 'disk-full'],
    ])
    await eventually(() => ballast() === LIMITS.ballastBytes, { within: 60_000 })
  })
})

describe.skipIf(!smallDisksExist())('on a real disk of 64 MB (needs the right to mount one)', () => {
  let small: SmallDisk
  const filler = (): string => join(small.folder, 'filler')
  const fillTo = (left: number): void => {
    rmSync(filler(), { force: true })
    const size = freeBytesOf(small.folder) - left
    writeFileSync(filler(), randomFillSync(Buffer.alloc(size)))
  }
  const opened = (): void => {
    const disk: Disk = { limits: LIMITS, freeBytes: () => freeBytesOf(small.folder) }
    rig = rigIn(small.folder, { disk })
    store = rig.open()
  }
  const alarm = (occurrence: string) => store.raise({ kind: 'escape', severity: 'critical', lane: LANE, occurrence, facts: {} })
  afterEach(async () => {
    await store.close()
    small.remove()
  })

  it('filled from outside to the last byte between two looks, it loses nothing and still writes alarms, out of the ballast', {
    timeout: 90_000,
  }, async () => {
    small = smallDisk(64)
    opened()
    store.start((error) => broke.push(error))
    for (let visit = 1; visit <= 50; visit += 1) weigh(store, visit)
    await eventually(() => ballast() === LIMITS.ballastBytes, { within: 60_000 })
    const before = store.head().seq
    fillTo(0)
    // Until the log itself has no place any more.
    for (let at = 1; at <= 400; at += 1) expect(alarm(`north/${at}`)).not.toBeNull()
    expect([ballast(), store.broken()]).toEqual([0, null])
    await eventually(() => told().some((one) => String(one) === String(FULL)), { within: 30_000 })
    expect(isFull(store.space.room())).toBe(true)
    expect(store.head().seq).toBeGreaterThanOrEqual(before + 400)
    await store.close()

    // A start on the same disk, and the way back.
    store = rig.open()
    expect(store.head().epoch).toMatch(/^1-/)
    store.start((error) => broke.push(error))
    expect(store.space.room()).not.toBe('enough')
    rmSync(filler())
    await eventually(() => store.space.room() === 'enough' && ballast() === LIMITS.ballastBytes, { within: 60_000 })
    await eventually(() => told().filter((one) => String(one).startsWith('alarm-returned')).length === 2, { within: 30_000 })
    weigh(store, 51)
    const seqs = store.linesFrom(store.head().epoch, 1, 10_000).map(({ bytes }) => (JSON.parse(bytes) as { seq: number }).seq)
    expect(seqs).toEqual(seqs.map((_, at) => at + 1))
  })

  it('a start that must keep its files for an inquiry and has no room for them is refused in words, and leaves no half of them', {
    timeout: 60_000,
  }, async () => {
    small = smallDisk(64)
    opened()
    for (let visit = 1; visit <= 400; visit += 1) weigh(store, visit)
    await store.close()
    const database = openDatabase(rig.parts.folder)
    database.run(`update journal set bytes = replace(bytes, '48620', '28620') where seq = 5`)
    database.close()
    fillTo(statSync(join(rig.parts.folder, DATABASE_FILE)).size / 2)
    expect(opened).toThrow(/no-room/)
    expect(opened).toThrow(/no-room/)
    expect(readdirSync(rig.parts.folder).filter((name) => name.startsWith('inquiry'))).toEqual([])
    rmSync(filler())
    opened()
    expect(told()).toEqual([['alarm', 'store']])
    expect(readdirSync(join(rig.parts.folder, 'inquiry-1'))).toContain(DATABASE_FILE)
  })

  it('a start on a disk without a byte left throws the ballast overboard first, and is the store it was', { timeout: 60_000 }, async () => {
    small = smallDisk(64)
    opened()
    store.start((error) => broke.push(error))
    for (let visit = 1; visit <= 20; visit += 1) weigh(store, visit)
    await eventually(() => ballast() === LIMITS.ballastBytes, { within: 60_000 })
    await store.close()
    const head = store.head()
    fillTo(0)
    opened()
    expect([existsSync(join(rig.parts.folder, BALLAST_FILE)), store.head()]).toEqual([false, head])
    expect(alarm('north/after')).not.toBeNull()
  })
})
