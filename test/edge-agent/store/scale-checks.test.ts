import { afterEach, expect, it } from 'vitest'
import type { LedgerRecord } from '#edge/records'
import type { ScaleCheck } from '#edge/scale-state'
import { after, hours, type Instant, Kilograms, minutes, toIso } from '#edge/units'
import type { Store } from '../../../edge-agent/store/store.ts'
import { type ManualClock, manualClock } from '../../support/manual-clock.ts'
import { aRig, LANE, type Rig } from './store-rig.ts'

let rig: Rig
let store: Store
afterEach(async () => {
  await store.close()
  rig.remove()
})
function open(): ManualClock {
  const clock = manualClock()
  rig = aRig({ clock })
  store = rig.open()
  return clock
}
const reopened = async (): Promise<void> => {
  await store.close()
  store = rig.open()
}
const aCheck = (differs: Partial<ScaleCheck>): ScaleCheck => ({
  lane: LANE,
  what: 'known-weight',
  knownKg: null,
  shownKg: null,
  limitKg: null,
  seal: null,
  good: true,
  note: '',
  operator: 'zhang',
  ...differs,
})
const weighed = (shownKg: number, good: boolean): ScaleCheck => aCheck({ knownKg: 20_000, shownKg, limitKg: 40, good })

it('a check is sealed and signed in the ledger, and counts from then on, over a restart too', async () => {
  const clock = open()
  expect(store.scales.state(LANE)).toEqual({ check: null, seal: null, zeros: [] })
  const sealed = store.scales.enter(weighed(20_020, true), store.stamps())
  const record = JSON.parse(sealed.bytes) as LedgerRecord<'scale-check'>
  expect([sealed.kind, sealed.signature !== null, record.body.operator]).toEqual(['scale-check', true, 'zhang'])
  const at = toIso(clock.now())
  const check = { at, knownKg: 20_000, shownKg: 20_020, limitKg: 40, good: true }
  expect(store.scales.state(LANE)).toMatchObject({ check })
  await reopened()
  expect(store.scales.state(LANE)).toMatchObject({ check })
  await clock.advance(60_000)
  store.scales.enter(weighed(19_900, false), store.stamps())
  expect(store.scales.state(LANE)).toMatchObject({ check: { shownKg: 19_900, good: false } })
  expect(store.scales.state('south' as typeof LANE)).toMatchObject({ check: null })
})

it('a broken seal stays broken until a good one is seen', async () => {
  const clock = open()
  store.scales.enter(aCheck({ what: 'seal', seal: 'A-17', good: false }), store.stamps())
  expect(store.scales.state(LANE)).toMatchObject({ seal: { at: toIso(clock.now()), seal: 'A-17' }, check: null })
  await clock.advance(60_000)
  store.scales.enter(weighed(20_000, true), store.stamps())
  expect(store.scales.state(LANE)).toMatchObject({ seal: { seal: 'A-17' } })
  store.scales.enter(aCheck({ what: 'seal', seal: 'A-18' }), store.stamps())
  expect(store.scales.state(LANE)).toMatchObject({ seal: null })
})

it('keeps the first zero of each hour, two days of them, and those since the zero was set', async () => {
  const clock = open()
  const from = clock.now()
  const zeros = (): readonly number[] => store.scales.state(LANE).zeros.map(([, kg]) => kg)
  for (let hour = 0; hour < 60; hour += 1) {
    const at = after(from, hours(hour))
    store.scales.sawZero(LANE, at, Kilograms(hour))
    store.scales.sawZero(LANE, after(at, minutes(5)) as Instant, Kilograms(9_999))
  }
  expect(zeros()).toEqual(Array.from({ length: 48 }, (_, nth) => 12 + nth))
  await reopened()
  expect(zeros()).toHaveLength(48)
  // The same hour again, in another start, is still the same hour.
  store.scales.sawZero(LANE, after(from, hours(59)), Kilograms(7))
  expect(zeros().at(-1)).toBe(59)
  await clock.advance(hours(57) + minutes(30))
  store.scales.enter(aCheck({ what: 'zero-set', shownKg: 0 }), store.stamps())
  expect(zeros()).toEqual([58, 59])
})

it('remembers which alarm of a lane is open', async () => {
  open()
  expect(store.scales.alarmed('zero-drift', LANE)).toBeNull()
  store.scales.noteAlarm('zero-drift', LANE, 'north/drift-1')
  await reopened()
  expect(store.scales.alarmed('zero-drift', LANE)).toBe('north/drift-1')
  store.scales.noteAlarm('zero-drift', LANE, null)
  expect(store.scales.alarmed('zero-drift', LANE)).toBeNull()
})
