import { afterEach, expect, it } from 'vitest'
import { type RecentWeighings, recentWeighings } from '../../../edge-agent/console/recent-weighings.ts'
import { fillBook, type LaneLife, type LaneWorld, laneWorld, PLATE } from '../lane-rig.ts'
import { AGENT, LANE, SITE } from '../store/store-rig.ts'

let world: LaneWorld
let life: LaneLife
let recent: RecentWeighings
afterEach(async () => {
  recent.stop()
  await life.dies()
  world.remove()
})
const begin = (): void => {
  life = world.start()
  recent = recentWeighings(life.store, { site: SITE, agent: AGENT })
}

it('lists weighings as they are sealed, newest first, and knows those of before the start', async () => {
  world = laneWorld()
  begin()
  fillBook(world, life.store)
  await life.speaks()
  expect(recent.list(null, 20)).toEqual([])
  await life.isWeighed(15_640)
  await life.leavesByExit()
  await life.isWeighed(47_000)
  const [gross, tare, ...more] = recent.list(LANE, 20)
  expect([gross?.kind, tare?.kind, more]).toEqual(['gross', 'tare', []])
  expect(gross).toMatchObject({
    plate: PLATE,
    weightKg: 47_000,
    netKg: 31_360,
    verdict: 'open',
    id: expect.stringMatching(/^hongliu\.a1\..*\.\d+$/),
  })
  expect(recent.list(null, 1)).toEqual([gross])
  expect(recent.list('south', 20)).toEqual([])

  recent.stop()
  await life.dies()
  begin()
  expect(recent.list(LANE, 20)).toEqual([gross, tare])
})
