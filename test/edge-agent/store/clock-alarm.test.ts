import { afterEach, beforeEach, expect, it } from 'vitest'
import { signTime } from '#edge/time-anchor'
import { type Instant, minutes, seconds, toIso } from '#edge/units'
import type { Store } from '../../../edge-agent/store/store.ts'
import { type ManualClock, manualClock } from '../../support/manual-clock.ts'
import { type SteppingClock, steppingClock } from '../../support/stepping-clock.ts'
import { AGENT, aRig, type Rig, SITE } from './store-rig.ts'

/** The alarm of a clock that is about as wrong as is tolerated. */
let rig: Rig
let store: Store
let time: ManualClock
let wall: SteppingClock

beforeEach(() => {
  time = manualClock(Date.UTC(2026, 10, 21, 8))
  wall = steppingClock(time)
  rig = aRig({ clock: time, wall: wall.now, clockQuality: () => 'free-running' })
  store = rig.open()
  store.start()
})
afterEach(async () => {
  await store.close()
  rig.remove()
})
/** A hello and its answer, which is as much off as lines are. */
function hears(wrongBy = 0): void {
  const nonce = store.time.ask() ?? expect.unreachable()
  const said = signTime({ site: SITE, agent: AGENT }, nonce, toIso((time.now() + wrongBy) as Instant), rig.issuer)
  expect(store.time.answered(said)).toBe('anchor')
}
const alarms = (): string[] =>
  store
    .linesFrom(store.head().epoch, 1, 10_000)
    .map(({ bytes }) => JSON.parse(bytes) as { kind: string; body: { kind?: string } })
    .filter(({ body }) => body.kind === 'clock')
    .map(({ kind }) => kind)

it('is one alarm, however often the cloud’s word finds the clock just in doubt and just not', async () => {
  wall.wrongBy(seconds(60))
  const found = new Set<string | null>()
  for (let turn = 0; turn < 100; turn += 1) {
    hears(turn % 2 === 0 ? -800 : 800)
    await time.advance(seconds(10))
    found.add(store.time.judge().why)
  }
  expect(found).toEqual(new Set(['clock-ahead', null]))
  expect(alarms()).toEqual(['alarm'])
  wall.wrongBy(0)
  await time.advance(seconds(2))
  expect(alarms()).toEqual(['alarm', 'alarm-returned'])
})

it('is taken back when the doubt has not come back for an hour, though the clock is still off', async () => {
  hears()
  wall.wrongBy(seconds(65))
  await time.advance(seconds(5))
  wall.wrongBy(seconds(45))
  await time.advance(minutes(59))
  expect(store.time.judge().why).toBeNull()
  expect(alarms()).toEqual(['alarm'])
  await time.advance(minutes(2))
  expect(alarms()).toEqual(['alarm', 'alarm-returned'])
})
