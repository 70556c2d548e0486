import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signTime } from '#edge/time-anchor'
import { hours, minutes, seconds, toIso } from '#edge/units'
import { steadyClock } from '../../../edge-agent/steady-clock.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { type ManualClock, manualClock } from '../../support/manual-clock.ts'
import { type SleepyClock, sleepyClock } from '../../support/sleepy-clock.ts'
import { type SteppingClock, steppingClock } from '../../support/stepping-clock.ts'
import { AGENT, aRig, type Rig, SITE } from './store-rig.ts'

/** A site whose computer is suspended for a day while the cloud is away: nothing is younger or valid again for it. */
const NOW = Date.UTC(2026, 10, 21, 8)
let rig: Rig
let store: Store
let time: SleepyClock<ManualClock>
let wall: SteppingClock

beforeEach(() => {
  time = sleepyClock(manualClock(NOW))
  wall = steppingClock(time)
  const clock = steadyClock(wall)
  rig = aRig({ clock, wall: wall.now, clockQuality: () => 'free-running' })
  store = rig.open()
  clock.goBy(store.time.best)
  store.start()
})
afterEach(async () => {
  await store.close()
  rig.remove()
})
function hears(): void {
  const nonce = store.time.ask() ?? expect.unreachable()
  expect(store.time.answered(signTime({ site: SITE, agent: AGENT }, nonce, toIso(time.now()), rig.issuer))).toBe('anchor')
}
async function sleepsADay(): Promise<void> {
  await time.advance(minutes(5))
  time.sleeps(hours(24))
  await time.advance(seconds(2))
}

describe.each<[known: string, first: () => void]>([
  ['has told the time', hears],
  ['never told the time', () => {}],
])('where the cloud %s', (_known, first) => {
  it('the day counts, and nobody doubts the clock for it', async () => {
    first()
    await sleepsADay()
    expect(store.time.judge().why).toBeNull()
    expect(store.stamps().at).toBe(time.now())
    expect(Date.parse(store.time.state().floor)).toBeGreaterThan(NOW + hours(24))
  })

  it('the day counts also where the clock is set back by it meanwhile', async () => {
    first()
    await time.advance(seconds(2))
    wall.wrongBy(-hours(24))
    await sleepsADay()
    expect(store.time.judge().why).toBe('clock-behind')
    expect(store.stamps().at).toBeGreaterThan(NOW + hours(24))
  })
})

it('a policy is a day older, whatever the clock shows afterwards', async () => {
  hears()
  store.policies.confirm()
  wall.wrongBy(-hours(24))
  await sleepsADay()
  expect(store.policies.age()).toBeGreaterThanOrEqual(hours(24))
})

it('an answer that was under way is none any more', async () => {
  const nonce = store.time.ask() ?? expect.unreachable()
  const said = signTime({ site: SITE, agent: AGENT }, nonce, toIso(time.now()), rig.issuer)
  time.sleeps(hours(24))
  expect(store.time.answered(said)).toBe('replayed')
})
