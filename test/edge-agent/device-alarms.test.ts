import { afterEach, beforeEach, expect, it } from 'vitest'
import type { DeviceState } from '#edge/lane-status'
import { toIso } from '#edge/units'
import { deviceAlarms } from '../../edge-agent/device-alarms.ts'
import type { Store } from '../../edge-agent/store/store.ts'
import { type ManualClock, manualClock } from '../support/manual-clock.ts'
import { bodiesOf } from './lane-rig.ts'
import { aRig, LANE, type Rig } from './store/store-rig.ts'

let clock: ManualClock
let rig: Rig
let store: Store
let alarms: ReturnType<typeof deviceAlarms>
let broke: Error[]
beforeEach(() => {
  clock = manualClock()
  rig = aRig({ clock })
  store = rig.open()
  broke = []
  alarms = deviceAlarms({ store, clock, onBroken: (error) => broke.push(error) })
})
afterEach(async () => {
  alarms.stop()
  await store.close()
  rig.remove()
})

const says = (state: DeviceState['state'], detail = '', device = 'scale'): void =>
  alarms.heard(LANE, { device, state, since: toIso(clock.now()), detail })
const raised = () => bodiesOf(store, 'alarm').map(({ occurrence, facts }) => ({ occurrence, ...facts }))
const returned = () => bodiesOf(store, 'alarm-returned').map(({ occurrence }) => occurrence)

it('a device that is silent for half a minute is an alarm, once, and its coming back takes the cause away, once', async () => {
  says('ok')
  says('silent', 'nothing heard')
  await clock.advance(29_900)
  expect(raised()).toEqual([])
  await clock.advance(200)
  expect(raised()).toEqual([
    {
      occurrence: `north/scale/${store.boot}-1`,
      device: 'scale',
      state: 'silent',
      since: '2026-11-21T00:00:00.000Z',
      detail: 'nothing heard',
    },
  ])
  says('lost', 'the plug')
  await clock.advance(60_000)
  expect(raised()).toHaveLength(1)
  says('ok')
  says('ok', 'refused: fraction')
  expect(returned()).toEqual([`north/scale/${store.boot}-1`])
  says('silent')
  await clock.advance(31_000)
  expect(raised().map(({ occurrence }) => occurrence)).toEqual([`north/scale/${store.boot}-1`, `north/scale/${store.boot}-2`])
})

it('a shorter pause is none', async () => {
  says('silent')
  await clock.advance(20_000)
  says('ok')
  says('silent')
  await clock.advance(20_000)
  says('ok')
  await clock.advance(60_000)
  expect([raised(), returned()]).toEqual([[], []])
})

it('neither new words nor a port that comes and goes begin the half minute anew', async () => {
  says('ok')
  for (let passed = 0; passed < 31_000; passed += 3_000) {
    says(passed % 2 ? 'lost' : 'silent', `no frame in what is heard (bad-checksum ${passed}): baud rate, parity?`)
    await clock.advance(3_000)
  }
  expect(raised()).toMatchObject([{ state: 'silent', detail: expect.stringContaining('(bad-checksum 27000)') }])
})

it('a device that was never heard since the start is an alarm too, with the time a camera needs to find its broker', async () => {
  says('unheard', '', 'camera-front')
  await clock.advance(60_000)
  expect(raised()).toEqual([])
  says('unheard', 'connected, nothing heard yet', 'camera-front')
  await clock.advance(31_000)
  expect(raised()).toMatchObject([{ device: 'camera-front', state: 'unheard', detail: 'connected, nothing heard yet' }])
  says('ok', '', 'camera-front')
  expect(returned()).toHaveLength(1)
})

it('each device of each lane counts for itself', async () => {
  says('silent', '', 'scale')
  says('silent', '', 'board')
  await clock.advance(10_000)
  says('ok', '', 'board')
  await clock.advance(25_000)
  expect(raised()).toEqual([expect.objectContaining({ device: 'scale' })])
})

it('nothing is raised after the end', async () => {
  says('lost')
  alarms.stop()
  await clock.advance(60_000)
  expect(raised()).toEqual([])
})

it('a store in doubt ends the agent in its own way', async () => {
  says('silent')
  await store.close()
  await clock.advance(31_000)
  expect(broke).toMatchObject([{ code: 'store-broken' }])
})
