import { join } from 'node:path'
import Libsql from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { days, hours, type Instant, minutes, toIso } from '#edge/units'
import { DATABASE_FILE } from '../../../edge-agent/store/database.ts'
import { openStore, type Store } from '../../../edge-agent/store/store.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { aRig, bodiesOf, type Rig, recordsOf, weigh } from './store-rig.ts'

const NOW = Date.UTC(2026, 10, 21, 8)
let rig: Rig
let store: Store
let visit = 0
const zone = process.env.TZ

beforeEach(() => {
  rig = aRig({ clock: manualClock(NOW), clockQuality: () => 'free-running' })
})
afterEach(async () => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
  await store.close()
  rig.remove()
})
/** A start of the agent on a computer whose clock shows this. */
function startAt(shown: number): ReturnType<typeof manualClock> {
  const clock = manualClock(shown)
  store = openStore({ ...rig.parts, clock })
  return clock
}
function oneMore(): void {
  visit += 1
  weigh(store, visit)
}
const written = () => recordsOf(store)
const kinds = (kind: 'alarm' | 'alarm-returned'): number => bodiesOf(store, kind).filter((body) => body.kind === 'clock').length
const inDatabase = (sql: string): void => {
  const database = new Libsql(join(rig.parts.folder, DATABASE_FILE))
  database.exec(sql)
  database.close()
}

describe('a start on a computer whose clock', () => {
  it.each<[how: string, shown: number, why: string | null]>([
    ['was off for thirty days', NOW + days(30), null],
    ['stands a few seconds back', NOW - 5_000, null],
    ['stands an hour back', NOW - hours(1), 'clock-behind'],
    ['shows 1970', 10_000, 'clock-behind'],
    ['shows 2038', Date.UTC(2038, 0, 19), 'clock-leapt'],
  ])('%s: what it writes is dated no earlier than before, and says how far that is believed', async (_how, shown, why) => {
    startAt(NOW)
    oneMore()
    await store.close()
    startAt(shown)
    expect(store.time.judge().why).toBe(why)
    const { at, clock } = store.stamps()
    expect(clock).toBe(why === null ? 'free-running' : 'untrusted')
    expect(at).toBeGreaterThanOrEqual(NOW - 5_000)
    expect(Math.abs(at - (why === null ? shown : NOW))).toBeLessThanOrEqual(minutes(1))
    oneMore()
    expect(written().map((it) => it.clock)).toEqual(['free-running', 'free-running', clock])
  })
})

it.each<[what: string, sql: string]>([
  ['kept by no version before this one', `delete from fact where name = 'clock-floor'`],
  ['not to be read', `update fact set value = 'gestern' where name = 'clock-floor'`],
])('a floor that was %s is the newest record’s time', async (_what, sql) => {
  startAt(NOW)
  oneMore()
  await store.close()
  inDatabase(sql)
  startAt(NOW - hours(1))
  expect(store.time.judge().why).toBe('clock-behind')
  expect(store.stamps().at).toBe(NOW)
})

it('a policy is no younger, and an order of records no other, for a clock set back over a restart', async () => {
  startAt(NOW)
  oneMore()
  store.policies.confirm()
  await store.close()
  startAt(NOW - hours(5))
  expect(store.policies.age()).toBeGreaterThan(days(365))
  oneMore()
  const moments = written().map(({ at }) => at)
  expect(moments).toEqual([...moments].sort())
})

it('one alarm stands from the first doubt to the last, over a restart too', async () => {
  const clock = startAt(NOW)
  oneMore()
  store.start()
  await clock.advance(5_000)
  expect(kinds('alarm')).toBe(0)
  await store.close()
  for (const shown of [NOW - days(1), 10_000]) {
    const wrong = startAt(shown)
    store.start()
    await wrong.advance(5_000)
    expect([kinds('alarm'), kinds('alarm-returned')]).toEqual([1, 0])
    await store.close()
  }
  const right = startAt(NOW + minutes(10))
  store.start()
  // The cloud may know better.
  await right.advance(5_000)
  expect(kinds('alarm-returned')).toBe(0)
  await right.advance(30_000)
  expect([kinds('alarm'), kinds('alarm-returned')]).toEqual([1, 1])
})

it.each([
  ['Europe/Berlin, an hour that is left out', 'Europe/Berlin', '2026-03-29T00:30:00Z'],
  ['America/New_York, an hour that comes twice', 'America/New_York', '2026-11-01T05:30:00Z'],
  ['Australia/Lord_Howe, half an hour that comes twice', 'Australia/Lord_Howe', '2026-04-04T14:30:00Z'],
])('a night in %s is a night like others', async (_where, timeZone, from) => {
  process.env.TZ = timeZone
  const clock = startAt(Date.parse(from))
  store.start()
  const expected: string[] = []
  for (let turn = 0; turn < 24; turn += 1) {
    await clock.advance(minutes(5))
    expected.push(toIso((Date.parse(from) + (turn + 1) * minutes(5)) as Instant))
    oneMore()
  }
  const weighings = written().filter(({ kind }) => kind === 'weighing')
  expect(weighings.map(({ at }) => at)).toEqual(expected)
  expect(written().filter(({ clock: quality }) => quality !== 'free-running')).toEqual([])
})
