import { afterEach, expect, it } from 'vitest'
import { Instant } from '#edge/units'
import type { Disk } from '../../edge-agent/store/room.ts'
import { bodiesOf, fillBook, type LaneLife, type LaneWorld, laneWorld } from './lane-rig.ts'

/** A lane whose agent's disk fills up: nothing is weighed that cannot be kept, and the gate stays with a person. */
const MEGABYTE = 1024 * 1024
const LIMITS = {
  scarceBelowBytes: 400 * MEGABYTE,
  fullBelowBytes: 200 * MEGABYTE,
  ballastBelowBytes: 100 * MEGABYTE,
  backAboveBytes: 10 * MEGABYTE,
  ballastBytes: 0,
}
let free: number
let world: LaneWorld
let life: LaneLife
afterEach(async () => {
  await life.dies()
  world.remove()
})
const begins = async (freeMegabytes: number): Promise<void> => {
  free = freeMegabytes * MEGABYTE
  const disk: Disk = { limits: LIMITS, freeBytes: () => free }
  world = laneWorld({ disk })
  life = world.start()
  life.store.start((error) => life.broke.push(error))
  fillBook(world, life.store)
  await life.speaks()
}
const act = (what: 'lift' | 're-weigh'): void =>
  life.lane.tell({
    kind: 'operator-act',
    at: Instant(world.clock.now()),
    act: what,
    reason: 'maintenance',
    operator: 'li',
    second: 'wang',
  })
const state = () => {
  const { phase } = life.lane.state()
  const now = life.lane.state()
  return now.phase === 'blocked' ? [phase, now.why] : [phase]
}

it('with little left, trucks are weighed as ever, and somebody is told', async () => {
  await begins(300)
  await life.isWeighed(15_640)
  expect([state(), bodiesOf(life.store, 'weighing').length, life.exitPulses()]).toEqual([['released'], 1, 1])
  expect(bodiesOf(life.store, 'alarm').map(({ kind, severity }) => [kind, severity])).toEqual([['disk-space', 'high']])
})

it('with nothing left a truck is not weighed and not let go; a person lifts for it, and that is on record', async () => {
  await begins(150)
  await life.isWeighed(15_640)
  expect([state(), bodiesOf(life.store, 'weighing'), life.exitPulses()]).toEqual([['blocked', 'store-full'], [], 0])
  expect(life.said.at(-1)).toBe('scale-not-ready')
  expect(bodiesOf(life.store, 'alarm').map(({ kind }) => kind)).toEqual(['disk-space', 'disk-full'])
  act('lift')
  expect([state(), life.exitPulses()]).toEqual([['released'], 1])
  expect(bodiesOf(life.store, 'decision')).toEqual([expect.objectContaining({ act: 'lift', operator: 'li', weighing: null })])
  await life.leavesByExit()
  expect([state(), bodiesOf(life.store, 'passage').length, life.broke]).toEqual([['idle'], 1, []])
})

it('once somebody has made room, the truck that stands there is weighed after all', async () => {
  await begins(150)
  await life.isWeighed(15_640)
  expect(state()).toEqual(['blocked', 'store-full'])
  free = 900 * MEGABYTE
  await life.wait(6_000)
  expect(bodiesOf(life.store, 'alarm-returned').map(({ kind }) => kind)).toEqual(['disk-space', 'disk-full'])
  act('re-weigh')
  await life.wait(8_000)
  expect([state(), bodiesOf(life.store, 'weighing').map(({ verdict }) => verdict), life.exitPulses()]).toEqual([['released'], ['open'], 1])
})
