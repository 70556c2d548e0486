import { expect, it } from 'vitest'
import type { Clock } from '#edge/clock'
import { milliseconds } from '#edge/units'
import { type LoopDelay, loopDelay } from '../../edge-agent/loop-delay.ts'
import { nodeClock } from '../../edge-agent/node-clock.ts'
import { eventually } from '../support/eventually.ts'
import { manualClock } from '../support/manual-clock.ts'

/** A clock whose next call comes so much later than it was asked for. */
function lateClock() {
  const clock = manualClock()
  let late = 0
  const timer: Clock['timer'] = (span, then) => {
    const by = late
    late = 0
    return clock.timer(milliseconds(span + by), then)
  }
  const comesLater = (by: number): void => {
    late = by
  }
  return { ...clock, timer, comesLater }
}

function measured(clock: Clock): LoopDelay {
  const loop = loopDelay(clock)
  loop.start()
  return loop
}

it('a process that is never late says so', async () => {
  const clock = lateClock()
  const loop = measured(clock)
  expect(loop.lastMinute()).toEqual({ p99Ms: 0, longestMs: 0 })
  await clock.advance(120_000)
  expect(loop.lastMinute()).toEqual({ p99Ms: 0, longestMs: 0 })
})

it('the longest of a minute is told for a minute; a standstill counts as what each moment of it would have met', async () => {
  const clock = lateClock()
  const loop = measured(clock)
  await clock.advance(30_000)
  clock.comesLater(1_200)
  await clock.advance(2_000)
  // 1,200 ms are 24 of the 1,200 moments of a minute: one in a hundred met more than 600 ms.
  expect(loop.lastMinute()).toEqual({ p99Ms: 600, longestMs: 1_200 })
  await clock.advance(57_000)
  expect(loop.lastMinute().longestMs).toBe(1_200)
  await clock.advance(5_000)
  expect(loop.lastMinute()).toEqual({ p99Ms: 0, longestMs: 0 })
})

it('a standstill of hours is one, and the next minute is a new one', async () => {
  const clock = lateClock()
  const loop = measured(clock)
  clock.comesLater(7_200_000)
  await clock.advance(7_300_000)
  expect(loop.lastMinute()).toEqual({ p99Ms: 0, longestMs: 0 })
})

it.each([1, 10])('a loop that is blocked is seen, with the shown time %i times as fast', async (speed) => {
  const loop = measured(nodeClock({ speed, realStart: Date.now(), shownStart: Date.now() }))
  const until = performance.now() + 700
  while (performance.now() < until);
  await eventually(() => loop.lastMinute().longestMs >= 600, { within: 30_000 })
  loop.stop()
})
