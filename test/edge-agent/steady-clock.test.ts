import { expect, it } from 'vitest'
import { elapsed } from '#edge/clock'
import { hours, seconds } from '#edge/units'
import { steadyClock } from '../../edge-agent/steady-clock.ts'
import { manualClock } from '../support/manual-clock.ts'
import { sleepyClock } from '../support/sleepy-clock.ts'
import { steppingClock } from '../support/stepping-clock.ts'

it('does not step when somebody sets the clock, until it is settled', async () => {
  const truly = manualClock()
  const wall = steppingClock(truly)
  const clock = steadyClock(wall)
  wall.wrongBy(-hours(2))
  await truly.advance(seconds(10))
  expect(clock.now()).toBe(truly.now())
  clock.settle()
  expect(clock.now()).toBe(wall.now())
})

it('goes on while the computer sleeps, and what waits in it does not', async () => {
  const truly = sleepyClock(manualClock())
  const clock = steadyClock(truly)
  await truly.advance(seconds(10))
  truly.sleeps(hours(24))
  expect(clock.now()).toBe(truly.now())
  expect(clock.monotonic()).toBe(seconds(10))
  expect(elapsed(clock)).toBe(hours(24) + seconds(10))
})
