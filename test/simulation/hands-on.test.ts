import { expect, it } from 'vitest'
import { play } from './play.ts'
import type { Step } from './steps.ts'

/**
 * Runs that chance finds seldom, each for a guard that two others stand behind. They have never failed; they are here because with the
 * guard taken away they do (test/reliability/saboteurs).
 */
const allGood = async (script: readonly Step[], seeds: number): Promise<void> => {
  for (let seed = 0; seed < seeds; seed += 1) expect((await play(script, seed)).violations, `seed ${seed}`).toEqual([])
}

it(
  'a process of the cloud that stood still with a batch in hand does not set back what another has stored since',
  { timeout: 120_000 },
  () =>
    allGood(
      [
        { does: 'weigh', times: 3 },
        { does: 'wait', ms: 5_000 },
        { does: 'freeze-cloud', which: 0, ms: 24_000 },
        { does: 'weigh', times: 5 },
        { does: 'wait', ms: 17_000 },
        { does: 'weigh', times: 4 },
        { does: 'wait', ms: 30_000 },
      ],
      4,
    ),
)

it('after a COMMIT that nobody answered records come through although no hello does', { timeout: 120_000 }, () =>
  allGood(
    [
      { does: 'weigh', times: 2 },
      { does: 'wait', ms: 5_000 },
      { does: 'lose-hellos' },
      { does: 'database', is: 'unsure' },
      { does: 'weigh', times: 3 },
      { does: 'wait', ms: 4_000 },
      { does: 'weigh', times: 3 },
      { does: 'wait', ms: 4_000 },
      { does: 'database', is: 'well' },
      { does: 'weigh', times: 1 },
      { does: 'wait', ms: 10_000 },
    ],
    12,
  ),
)
