import { afterEach, expect, it } from 'vitest'
import { days, fromIso, hours, type Instant } from '#edge/units'
import { openLane } from '../../edge-agent/lane.ts'
import { createLog } from '../../edge-agent/log.ts'
import { type ScaleWatch, scaleWatch } from '../../edge-agent/scale-watch.ts'
import { someRules } from '../builders/lane.ts'
import { bodiesOf, type LaneLife, type LaneWorld, laneWorld } from './lane-rig.ts'
import { LANE } from './store/store-rig.ts'

let world: LaneWorld
let life: LaneLife
let watch: ScaleWatch
afterEach(async () => {
  watch.stop()
  await life.dies()
  world.remove()
})

async function begin(): Promise<void> {
  world = laneWorld()
  life = world.start()
  watch = watching(life)
  await life.speaks()
}
const watching = ({ lane, store, broke }: LaneLife): ScaleWatch =>
  scaleWatch({ lanes: [lane], store, clock: world.clock, onBroken: (error) => broke.push(error) })
/** An hour later, with this on the empty platform. */
async function anHourLater(kg: number): Promise<void> {
  world.platform.kg = kg
  await world.clock.advance(hours(1))
  await life.wait(4_000)
  watch.changed(life.lane)
}
const zeros = (): number[] => life.store.scales.state(LANE).zeros.map(([, kg]) => kg)
const alarms = () => bodiesOf(life.store, 'alarm').filter(({ kind }) => kind === 'zero-drift')

it('keeps the zero of the empty platform once an hour, and raises one alarm while it drifts, however long', async () => {
  await begin()
  for (const kg of [0, 20, 20, 40, 60, 60, 80, 100, 120]) await anHourLater(kg)
  watch.changed(life.lane)
  expect(zeros()).toEqual([0, 20, 20, 40, 60, 60, 80, 100, 120])
  expect(alarms()).toEqual([
    {
      kind: 'zero-drift',
      severity: 'medium',
      lane: LANE,
      occurrence: expect.stringMatching(/^north\/drift-/),
      facts: expect.objectContaining({ zeroKg: 100 }),
    },
  ])
  // A new start of the agent knows of it, and takes it back when the platform was swept.
  watch.stop()
  watch = watching(life)
  await anHourLater(120)
  expect(alarms()).toHaveLength(1)
  await anHourLater(0)
  expect(bodiesOf(life.store, 'alarm-returned')).toEqual([{ kind: 'zero-drift', occurrence: alarms()[0]?.occurrence }])
  expect(life.broke).toEqual([])
})

it('takes nothing for a zero that moves, that has somebody beside it, or a vehicle on it', async () => {
  await begin()
  await world.clock.advance(hours(1))
  for (const kg of [0, 60, 0, 60, 0, 60]) {
    world.platform.kg = kg
    await life.wait(560)
    watch.changed(life.lane)
  }
  expect(zeros()).toEqual([])
  world.platform.kg = 0
  life.sensor('exit-loop', true)
  await world.clock.advance(hours(1))
  await life.wait(4_000)
  watch.changed(life.lane)
  expect(zeros()).toEqual([])
  life.sensor('exit-loop', false)
  await anHourLater(20)
  expect(zeros()).toEqual([20])
})

it('a certificate that runs out is one alarm; the next one takes it back', async () => {
  await begin()
  const until = (world.clock.now() + days(1)) as Instant
  const lane = (certificate: string, certificateUntil: string) =>
    openLane({
      name: '北磅',
      rules: someRules({ lane: LANE, scale: { ...someRules({}).scale, certificate, certificateUntil } }),
      store: life.store,
      clock: world.clock,
      log: createLog('test', 'silent'),
      newCode: () => '1',
      onChanged: () => {},
      onBroken: () => {},
    })
  const of = (certificate: string, at: number): ScaleWatch =>
    scaleWatch({
      lanes: [lane(certificate, new Date(at).toISOString())],
      store: life.store,
      clock: world.clock,
      onBroken: (error) => life.broke.push(error),
    })
  const expired = () => bodiesOf(life.store, 'alarm').filter(({ kind }) => kind === 'scale-certificate')
  watch.stop()
  watch = of('YL-1', until)
  watch.start()
  expect(expired()).toEqual([])
  await world.clock.advance(days(2))
  expect(expired()).toEqual([
    {
      kind: 'scale-certificate',
      severity: 'medium',
      lane: LANE,
      occurrence: `${LANE}/YL-1`,
      facts: { certificate: 'YL-1', until: new Date(until).toISOString() },
    },
  ])
  await world.clock.advance(days(3))
  watch.stop()
  watch = of('YL-1', until)
  watch.start()
  expect(expired()).toHaveLength(1)
  watch.stop()
  watch = of('YL-2', fromIso('2030-01-01T00:00:00Z') as number)
  watch.start()
  expect(bodiesOf(life.store, 'alarm-returned')).toEqual([{ kind: 'scale-certificate', occurrence: `${LANE}/YL-1` }])
  expect(life.broke).toEqual([])
})
