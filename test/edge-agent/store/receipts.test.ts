import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Epoch, NO_HASH } from '#edge/ids'
import type { Receipt } from '#edge/stream'
import { type Span, seconds } from '#edge/units'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { openDatabase } from '../../../edge-agent/store/database.ts'
import { epochsIn } from '../../../edge-agent/store/epochs.ts'
import { prune } from '../../../edge-agent/store/retention.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { aRig, LANE, type Rig } from './store-rig.ts'

let rig: Rig
let store: Store
let moved: Span
beforeEach(() => {
  moved = 0 as Span
  const clock = nodeClock()
  rig = aRig({ clock: { ...clock, monotonic: () => clock.monotonic() + moved } })
  store = rig.open()
  for (let at = 0; at < 9; at += 1)
    store.raise({ kind: 'device-silent', severity: 'high', lane: LANE, occurrence: `scale/${at}`, facts: {} })
})
afterEach(async () => {
  await store.close()
  rig.remove()
})

const receipt = (upto: number, different: Partial<Receipt> = {}): Receipt => {
  const { epoch } = store.head()
  const { site, agent } = rig.parts
  return { epoch, upto, hash: store.record({ site, agent, epoch, seq: upto })?.hash ?? NO_HASH, missing: [], ...different }
}

it('only receipts make records delivered', () => {
  expect(store.backlog()).toMatchObject({ records: 10, oldest: expect.stringMatching(/Z$/) })
  expect(store.receipted(receipt(4))).toEqual({ kind: 'advanced' })
  expect(store.backlog().records).toBe(6)
  expect(store.receipted(receipt(4))).toEqual({ kind: 'same' })
  expect(store.receipted(receipt(10))).toEqual({ kind: 'advanced' })
  expect([store.backlog(), store.waiting()]).toEqual([{ records: 0, oldest: null }, []])
})

it('a receipt of an epoch this agent never had changes nothing', () => {
  expect(store.receipted(receipt(4, { epoch: '7-00000000' as never }))).toEqual({ kind: 'unknown-epoch' })
  expect(store.backlog().records).toBe(10)
})

it('late mail that says less is not believed; a cloud that keeps saying less was restored, and is sent everything again', () => {
  store.receipted(receipt(10))
  expect(store.receipted(receipt(6))).toEqual({ kind: 'behind', believed: false })
  expect(store.receipted(receipt(10))).toEqual({ kind: 'same' })
  expect(store.receipted(receipt(6))).toEqual({ kind: 'behind', believed: false })
  moved = seconds(6)
  expect(store.receipted(receipt(6))).toEqual({ kind: 'behind', believed: true })
  expect(store.backlog().records).toBe(4)
})

it.each([
  ['holds records that are not here', () => receipt(12, { hash: 'b'.repeat(64) }), 'ahead'],
  ['holds other bytes under the same number', () => receipt(5, { hash: 'b'.repeat(64) }), 'other-bytes'],
])('a cloud that %s: this store was put back; it says so in a new epoch, once', (_what, of, why) => {
  const before = store.head()
  store.receipted(receipt(3))
  expect(store.receipted(of())).toMatchObject({ kind: 'rollback', why })
  expect(store.head()).toMatchObject({ epoch: expect.stringMatching(/^2-/), seq: 2 })
  const [opening, alarm] = store.linesFrom(store.head().epoch, 1, 10).map((line) => JSON.parse(line.bytes).body)
  expect(opening).toMatchObject({ reason: 'rollback', before: { epoch: before.epoch, seq: 10 } })
  expect(alarm).toMatchObject({ kind: 'conflict', facts: { why } })
  expect(store.waiting().map((it) => it.head.epoch)).toEqual([store.head().epoch])
  store.receipted({ ...receipt(12), epoch: before.epoch, hash: 'b'.repeat(64) })
  expect(store.head().seq).toBe(2)
})

it('what the cloud has not receipted is never dropped, however old; nor the newest of what it has', async () => {
  await store.close()
  const { database, epochs, epoch } = opened()
  const old = '2020-01-01T00:00:00.000Z'
  database.transaction(() => {
    for (let seq = 11; seq <= 10_100; seq += 1)
      database.run(`insert into journal (epoch, seq, kind, at, bytes, hash) values (?, ?, 'opening', ?, '', '')`, epoch, seq, old)
    database.run('update journal set at = ?', old)
  })
  expect(prune(database, epochs, rig.parts.clock.now())).toBe(0)
  database.transaction(() => epochs.receipted(epoch, 10_050, 'a'.repeat(64)))
  expect(prune(database, epochs, rig.parts.clock.now())).toBe(50)
  expect(database.one('select min(seq) as first, max(seq) as last from journal')).toEqual({ first: 51, last: 10_100 })
  database.run('update journal set at = ?', '2099-01-01T00:00:00.000Z')
  expect(prune(database, epochs, rig.parts.clock.now())).toBe(0)
  database.close()
  await rm(join(rig.parts.folder), { recursive: true })
  store = rig.open()
})

const opened = () => {
  const database = openDatabase(rig.parts.folder)
  const epochs = epochsIn(database)
  return { database, epochs, epoch: epochs.all().at(-1)?.epoch as Epoch }
}
