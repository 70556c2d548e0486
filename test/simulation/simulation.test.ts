import fc from 'fast-check'
import { expect, it } from 'vitest'
import { play } from './play.ts'
import { aDayWithRestores, aHardDay, type Step } from './steps.ts'

/**
 * The real sync code of agent and cloud in a simulated world (reliability.md T18). `SIMULATION_RUNS` asks for more runs than a submission
 * can wait for, `SIMULATION_SEED` for other ones. What fast-check prints when one fails, the shortest script and its seed, goes to
 * `past-failures.ts` and stays there.
 */
const RUNS = Number(process.env.SIMULATION_RUNS ?? 400)
const SEED = Number(process.env.SIMULATION_SEED ?? 1)
const LONG = Math.max(120_000, RUNS * 1_000)

const nothingBreaks = async (script: readonly Step[], seed: number): Promise<void> => {
  expect((await play(script, seed)).violations).toEqual([])
}
const options = { numRuns: RUNS, seed: SEED }
const aSeed = fc.nat()

it('whatever network, processes, database and clocks do, the cloud ends with what the agent wrote', { timeout: LONG }, () =>
  fc.assert(fc.asyncProperty(aHardDay, aSeed, nothingBreaks), options),
)

it('and whichever side is put back to an older copy', { timeout: LONG }, () =>
  fc.assert(fc.asyncProperty(aDayWithRestores, aSeed, nothingBreaks), options),
)

it('one seed is one run', async () => {
  const script: Step[] = [
    { does: 'weather', is: { lost: 0.4, twice: 0.4, slowestMs: 2_000 } },
    { does: 'weigh', times: 5 },
    { does: 'wait', ms: 3_000 },
    { does: 'kill-cloud', which: 0, downMs: 2_000 },
    { does: 'weigh', times: 4 },
    { does: 'kill-edge', downMs: 500, behind: 1 },
    { does: 'database', is: 'unsure' },
    { does: 'wait', ms: 8_000 },
  ]
  const first = await play(script, 7)
  expect(first.trace.length).toBeGreaterThan(20)
  expect((await play(script, 7)).trace).toEqual(first.trace)
  expect((await play(script, 8)).trace).not.toEqual(first.trace)
})
