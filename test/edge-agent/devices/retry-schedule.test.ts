import { expect, it } from 'vitest'
import { LINK_RETRIES, retrySchedule } from '../../../edge-agent/devices/retry-schedule.ts'

const plan = LINK_RETRIES
const first = (schedule: Iterable<number>, count: number): number[] => {
  const waits = schedule[Symbol.iterator]()
  return Array.from({ length: count }, () => Number(waits.next().value))
}

it('waits longer and longer, and never longer than fifteen seconds', () => {
  const longest = first(retrySchedule({ ...plan, chance: () => 0 }), 10)
  const shortest = first(retrySchedule({ ...plan, chance: () => 0.999_999 }), 10)
  console.log(longest.map((wait, at) => `try ${at + 2} after ${shortest[at]} to ${wait} ms`).join('\n'))
  expect(longest).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000])
  expect(shortest).toEqual([125, 250, 500, 1_000, 2_000, 4_000, 7_500, 7_500, 7_500, 7_500])
})

it('begins at the first wait each time it is asked anew', () => {
  const schedule = retrySchedule({ ...plan, chance: () => 0 })
  expect(first(schedule, 3)).toEqual(first(schedule, 3))
})
