import { expect, it } from 'vitest'
import { initialState } from '#weighing/step'
import type { LaneState } from '#weighing/vocabulary'
import { quietMoments } from '../../../edge-agent/console/quiet-moment.ts'
import { manualClock } from '../../support/manual-clock.ts'

const clock = manualClock()
const idle = initialState(clock.now())
const settling = { ...idle, phase: 'settling' } as unknown as LaneState

/** Time passes in small steps until it is done; the answer tells how long that took. */
async function until(work: Promise<unknown>): Promise<number> {
  let settled = false
  const done = work.then(
    () => {
      settled = true
    },
    () => {
      settled = true
    },
  )
  let passed = 0
  for (; !settled && passed < 60_000; passed += 50) await clock.advance(50)
  await done
  return passed
}

it('long work waits while a truck is being weighed, one piece after another, and a few seconds at most', async () => {
  let state: LaneState = idle
  const done: string[] = []
  const atRest = quietMoments([{ state: () => state }], clock)
  await until(atRest(() => done.push('first')))
  expect(done).toEqual(['first'])

  state = settling
  const second = atRest(() => done.push('second'))
  const third = atRest(() => {
    throw new Error('this one breaks')
  })
  third.catch((error: Error) => done.push(error.message))
  for (let n = 0; n < 40; n += 1) await clock.advance(50)
  expect(done).toEqual(['first'])
  state = idle
  await until(second)
  await until(third)
  expect(done).toEqual(['first', 'second', 'this one breaks'])

  state = settling
  const waited = await until(atRest(() => done.push('fourth')))
  expect(done.at(-1)).toBe('fourth')
  expect(waited).toBeGreaterThanOrEqual(5_000)
  expect(waited).toBeLessThan(8_000)
})
