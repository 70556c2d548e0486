import { afterEach, expect, it } from 'vitest'
import type { Sensor } from '#edge/weighing'
import { LYING, moved, positionOf, struck, told } from '../../simulators/barrier-arm.ts'
import { LANE_MAP, LOOPS_BOTH_WAYS, onMap, sensorsWith, weighingStop } from '../../simulators/lane-map.ts'
import { lanePlant, type Trigger } from '../../simulators/lane-plant.ts'
import { type Traffic, traffic } from '../../simulators/traffic.ts'
import { bodyOf } from '../../simulators/truck-bodies.ts'
import type { Truth } from '../../simulators/truth.ts'
import { manualClock } from '../support/manual-clock.ts'
import { gatekeeper } from './gatekeeper.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

function lane(allows: (plate: string, weightKg: number) => boolean = () => true) {
  const clock = manualClock()
  const truth: Truth[] = []
  const triggers: Trigger[] = []
  const plant = lanePlant({ lane: 'north', clock, onTruth: (one) => truth.push(one), onTrigger: (trigger) => triggers.push(trigger) })
  const said: string[] = []
  const roads: Traffic = traffic(plant, clock, (text) => said.push(text))
  ends.push(roads.stop, gatekeeper(plant, clock, allows))
  const told = (): string[] => truth.filter(({ kind }) => kind !== 'relay').map((one) => ('is' in one ? `${one.gate} ${one.is}` : one.kind))
  return { clock, plant, roads, truth, triggers, told, said }
}
const loaded = { plate: '陕K12345', truck: { body: bodyOf(6), weightKg: 48_200, seed: 4 } }
const truck = { ...loaded, front: { text: '陕K12345', colour: 'yellow' }, rear: { text: null, colour: 'yellow' } } as const

it('an arm takes its time, rises again when told while falling, and waits for who stands under it', () => {
  let arm = moved(told(LYING, 'open'), 600, false)
  expect(positionOf(arm)).toBe('moving')
  arm = moved(arm, 700, false)
  expect(positionOf(arm)).toBe('up')
  arm = moved(told(arm, 'close'), 500, false)
  expect(positionOf(moved(told(arm, 'open'), 600, false))).toBe('up')
  expect(positionOf(moved(arm, 5_000, true))).toBe('up')
  expect(positionOf(moved(arm, 5_000, false))).toBe('down')
  expect(positionOf(struck(LYING))).toBe('broken')
  expect(positionOf(struck(moved(told(LYING, 'open'), 1_200, false)))).toBe('up')
})

it.each<[where: string, front: number, sees: Sensor[]]>([
  ['in the queue', LANE_MAP.queue, []],
  ['at the stop line', LANE_MAP.stopLine, ['entry-loop']],
  ['half on', 8, ['entry-loop', 'entry-beam']],
  ['where it is weighed', weighingStop(16.4), []],
  ['leaving', 24, ['exit-beam', 'exit-loop']],
  ['gone', LANE_MAP.away, []],
])('a long truck %s is seen by', (_where, front, sees) => {
  const vehicle = { front, rear: front - 16.4 }
  expect(Object.entries(sensorsWith(LANE_MAP)).flatMap(([sensor, is]) => (is(vehicle) ? [sensor] : []))).toEqual(sees)
})

it.each<[where: string, front: number, sees: Sensor[]]>([
  ['in the queue', LANE_MAP.queue, []],
  ['at the stop line', LANE_MAP.stopLine, ['exit-loop']],
  ['half on', 8, ['exit-beam', 'exit-loop']],
  ['where it is weighed', weighingStop(16.4), []],
  ['before the arm it leaves by', 20.5, ['entry-loop', 'entry-beam']],
  ['gone', LANE_MAP.away, []],
])('a long truck from the second end %s is seen by', (_where, front, sees) => {
  const vehicle = onMap('second', { front, rear: front - 16.4 })
  expect(Object.entries(sensorsWith(LOOPS_BOTH_WAYS)).flatMap(([sensor, is]) => (is(vehicle) ? [sensor] : []))).toEqual(
    expect.arrayContaining(sees),
  )
  expect(Object.values(sensorsWith(LOOPS_BOTH_WAYS)).filter((is) => is(vehicle))).toHaveLength(sees.length)
})

it('a released truck drives through under raised arms', async () => {
  const { clock, plant, roads, told, triggers, truth } = lane()
  let went: unknown = 'still here'
  void roads.pass(truck, { temper: 'patient' }).then((how) => {
    went = how
  })
  await clock.until(() => went !== 'still here', 120_000)
  await clock.advance(3_000)
  expect(went).toBe('out')
  expect(told()).toEqual(['entry up', 'boarded', 'entry down', 'exit up', 'passage', 'exit down'])
  expect(triggers).toEqual(['front', 'rear'])
  expect(plant.weight()).toBe(0)
  expect(truth.filter((one) => one.kind === 'relay' && one.on).map((one) => (one.kind === 'relay' ? one.output : ''))).toEqual([
    'entryOpen',
    'entryClose',
    'exitOpen',
    'exitClose',
  ])
})

it('a held truck backs off by the entry, and the next one comes', async () => {
  const { clock, roads, told } = lane((plate) => plate !== truck.plate)
  const went: unknown[] = []
  for (const plate of [truck.plate, '陕K54321']) void roads.pass({ ...truck, plate }, { temper: 'patient' }).then((how) => went.push(how))
  expect(roads.waiting()).toBe(2)
  await clock.until(() => went.length === 2, 240_000)
  expect(went).toEqual(['back', 'out'])
  expect(told()).toEqual([
    ...['entry up', 'boarded', 'entry down', 'entry up', 'backed-off', 'entry down'],
    ...['entry up', 'boarded', 'entry down', 'exit up', 'passage', 'exit down'],
  ])
})

it('one that drives through breaks the arm, which is mended, and the truth calls it an escape', async () => {
  const { clock, roads, told } = lane()
  let went: unknown = null
  void roads.pass(truck, { temper: 'rolls-through' }).then((how) => {
    went = how
  })
  await clock.until(() => went === 'out', 120_000)
  await clock.advance(20_000)
  expect(told().filter((what) => !what.startsWith('entry'))).toEqual(['boarded', 'exit broken', 'escape', 'exit mended'])
})

it('an arm that is pried while it stands up for a released truck breaks once it lies, and that truck is no escape', async () => {
  const { clock, plant, roads, told } = lane()
  let went: unknown = null
  void roads.pass(truck, { temper: 'patient' }).then((how) => {
    went = how
  })
  await clock.until(() => told().includes('exit up'), 120_000)
  plant.pry('exit')
  await clock.until(() => went === 'out', 120_000)
  await clock.advance(20_000)
  expect(told()).toEqual(['entry up', 'boarded', 'entry down', 'exit up', 'passage', 'exit down', 'exit broken', 'exit mended'])
})

it('one that bolts leaves an escape behind too, after it was held', async () => {
  const { clock, roads, told } = lane(() => false)
  let went: unknown = null
  void roads.pass(truck, { temper: 'bolts' }).then((how) => {
    went = how
  })
  await clock.until(() => went === 'out', 120_000)
  expect(told()).toEqual(['entry up', 'boarded', 'entry down', 'entry up', 'exit broken', 'escape', 'entry down'])
})

it('when nobody answers, a truck at the entry backs up and tries again, and one on the platform is cranked free', async () => {
  const { clock, roads, said, plant } = lane()
  for (const end of ends.splice(1)) end()
  const went: unknown[] = []
  void roads.pass(truck, { temper: 'patient' }).then((how) => went.push(how))
  await clock.advance(100_000)
  expect(plant.front()).toBeLessThan(LANE_MAP.entryLoop.from)
  const hand = (output: 'entryOpen' | 'entryClose') => {
    plant.setOutput(output, true)
    plant.setOutput(output, false)
  }
  await clock.until(() => plant.sensor('entry-loop'), 60_000)
  hand('entryOpen')
  await clock.until(() => plant.weight() > 48_000 && !plant.rolling(), 60_000)
  hand('entryClose')
  await clock.until(() => went.length === 1, 400_000)
  expect(went).toEqual(['back'])
  expect(said.join()).toContain('陕K12345 has stood for minutes')
})

it('a dead sensor says the same whatever happens', async () => {
  const { plant } = lane()
  plant.dead = new Map([
    ['exit-loop', true],
    ['entry-arm-down', false],
  ])
  expect([plant.sensor('exit-loop'), plant.sensor('entry-arm-down'), plant.sensor('exit-arm-down')]).toEqual([true, false, true])
})

it('when the computer stalls, the world waits: no truck jumps over a sensor', async () => {
  const clock = manualClock()
  const plant = lanePlant({ lane: 'north', clock, onTruth: () => undefined, onTrigger: () => undefined })
  plant.enter(truck)
  plant.drive(LANE_MAP.away, 3.6)
  const fronts: number[] = []
  for (let stall = 0; stall < 140; stall += 1) {
    await clock.advance(1_500)
    plant.advance()
    fronts.push(plant.front())
  }
  expect(fronts.at(-1)).toBeCloseTo(LANE_MAP.away, 5)
  expect(Math.max(...fronts.slice(1).map((front, at) => front - (fronts[at] ?? 0)))).toBeLessThan(0.8)
})
