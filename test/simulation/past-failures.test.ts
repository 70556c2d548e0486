import { expect, it } from 'vitest'
import { PAST_FAILURES } from './past-failures.ts'
import { play } from './play.ts'

it.each(PAST_FAILURES)('does not happen again: $what', async ({ script, seed }) => {
  expect((await play(script, seed)).violations).toEqual([])
})
