import { afterEach, beforeEach, expect, it } from 'vitest'
import { seconds } from '#edge/units'
import { deviceAlarms } from '../../../edge-agent/device-alarms.ts'
import { silenceWatch } from '../../../edge-agent/devices/silence-watch.ts'
import { SUPERVISION, type Supervised } from '../../../edge-agent/devices/supervision.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { type ManualClock, manualClock } from '../../support/manual-clock.ts'
import { bodiesOf } from '../lane-rig.ts'
import { aRig, LANE, type Rig } from '../store/store-rig.ts'

let clock: ManualClock
let rig: Rig
let store: Store
let alarms: ReturnType<typeof deviceAlarms>
beforeEach(() => {
  clock = manualClock()
  rig = aRig({ clock })
  store = rig.open()
  alarms = deviceAlarms({ store, clock, onBroken: (error) => expect.unreachable(error.message) })
})
afterEach(async () => {
  alarms.stop()
  await store.close()
  rig.remove()
})

it('is never more patient than the supervision seen in the field', () => {
  expect(Object.fromEntries(Object.entries(SUPERVISION).map(([name, { field }]) => [name, field]))).toEqual({
    scale: seconds(5),
    board: seconds(8),
    detector: seconds(8),
    camera: seconds(71),
    tag: seconds(5),
  })
  for (const { field, ours } of Object.values(SUPERVISION)) expect(ours).toBeLessThanOrEqual(field)
})

it.each(Object.keys(SUPERVISION) as Supervised[])(
  'a %s that falls silent is a state in its time, and an alarm when it stays so',
  async (name) => {
    const { ours } = SUPERVISION[name]
    const told: boolean[] = []
    const watch = silenceWatch({
      device: name,
      silentAfter: ours,
      clock,
      onInput: (input) => input.kind === 'device' && told.push(input.heard),
      onState: (state) => alarms.heard(LANE, state),
    })
    watch.start()
    watch.heard()
    await clock.advance(ours - 100)
    expect(watch.state().state).toBe('ok')
    await clock.advance(200)
    expect([watch.state().state, told]).toEqual(['silent', [true, false]])
    expect(bodiesOf(store, 'alarm')).toEqual([])
    await clock.advance(31_000)
    expect(bodiesOf(store, 'alarm')).toMatchObject([{ kind: 'device-silent', severity: 'high', facts: { device: name, state: 'silent' } }])
    watch.heard()
    expect(bodiesOf(store, 'alarm-returned')).toHaveLength(1)
    watch.stop()
  },
)
