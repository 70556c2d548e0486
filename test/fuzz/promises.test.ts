import { expect, it } from 'vitest'
import { fuzz } from './fuzzer.ts'
import { targets } from './targets.ts'

/** A short search of every target in each run of the suite; `npm run fuzz` searches as long as one likes. */
const RUNS = 200

it.each(targets().map((target) => [target.name, target] as const))('%s keeps its promises', (_name, target) => {
  const { found } = fuzz(target, { seed: 1, runs: RUNS + target.seeds.length, within: ['edge-agent/dialects', 'edge-agent/contract'] })
  expect(found && { error: found.error.message, input: [...found.input] }).toBeNull()
})
