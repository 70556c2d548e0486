import { expect, it } from 'vitest'
import { milliseconds } from '#edge/units'
import { overdueWatch } from '../../../edge-agent/devices/overdue.ts'
import { manualClock } from '../../support/manual-clock.ts'

it('tells when an answer is overdue and when it is here, once each, and nothing once it was stopped', async () => {
  const clock = manualClock()
  const told: boolean[] = []
  const watch = overdueWatch(clock, milliseconds(400), (overdue) => told.push(overdue))
  await clock.advance(1_000)
  expect(told).toEqual([])
  for (let n = 0; n < 20; n += 1) {
    watch.answered()
    await clock.advance(100)
  }
  expect(told).toEqual([])
  await clock.advance(299)
  expect(told).toEqual([])
  await clock.advance(1)
  await clock.advance(5_000)
  expect(told).toEqual([true])
  watch.answered()
  expect(told).toEqual([true, false])
  watch.stop()
  watch.answered()
  await clock.advance(5_000)
  expect(told).toEqual([true, false])
})
