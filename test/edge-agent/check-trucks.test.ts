import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RegisteredVehicle } from '#edge/orders'
import { checkTrucks } from '../../edge-agent/check-trucks.ts'
import { aVehicle } from '../builders/ticket.ts'
import { bodiesOf, fillBook, type LaneLife, type LaneWorld, laneWorld, PLATE } from './lane-rig.ts'
import { LANE } from './store/store-rig.ts'

let world: LaneWorld
let life: LaneLife
let stop: () => void
beforeEach(async () => {
  world = laneWorld()
  life = world.start()
  fillBook(world, life.store)
  stop = life.store.onAppended(checkTrucks({ store: life.store, onBroken: (error) => life.broke.push(error) }))
  await life.speaks()
})
afterEach(async () => {
  stop()
  expect(life.broke).toEqual([])
  await life.dies()
  world.remove()
})
const register = (differs: Partial<RegisteredVehicle>): unknown =>
  life.store.orders.apply(
    world.orders.batch({ kind: 'vehicle', body: aVehicle({ plate: PLATE, use: 'non-cargo', what: '检衡车', capKg: 30_000, ...differs }) }),
  )

it('a registered vehicle of certified weight checks the scale it is weighed on', async () => {
  register({ knownKg: 20_000 })
  await life.isWeighed(20_020)
  expect(bodiesOf(life.store, 'scale-check')).toEqual([
    {
      lane: LANE,
      what: 'known-weight',
      knownKg: 20_000,
      shownKg: 20_020,
      limitKg: 40,
      seal: null,
      good: true,
      note: PLATE,
      operator: 'automatic',
    },
  ])
  expect(life.store.scales.state(LANE).check).toMatchObject({ good: true, shownKg: 20_020 })
})

it('a scale it finds off is out of state from the next weighing on', async () => {
  register({ knownKg: 20_000 })
  await life.isWeighed(20_120)
  expect(life.store.scales.state(LANE).check).toMatchObject({ good: false })
})

it('an ordinary vehicle checks nothing, nor one of a weight this scale cannot take', async () => {
  register({})
  await life.isWeighed(20_000)
  await life.leavesByExit()
  register({ knownKg: 200 })
  await life.isWeighed(20_000)
  expect(bodiesOf(life.store, 'weighing').length).toBeGreaterThan(0)
  expect(bodiesOf(life.store, 'scale-check')).toEqual([])
})
