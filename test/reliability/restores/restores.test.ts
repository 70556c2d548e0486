import { appendFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bundle, bundle } from '../bundle.ts'
import { cloudPutBack, edgePutBack, type RestoreDrill, twoAtOnce } from './drills.ts'

/** Several of each when asked (the deep lane does, and takes the figures from the file it names), one of each in the ordinary suite. */
const ROUNDS = Number(process.env.PITGATE_RESTORES ?? '1')
const FIRST = Number(process.env.PITGATE_RESTORE_SEED ?? '1')
const FIGURES = process.env.PITGATE_RESTORE_FIGURES
const DRILLS: readonly (readonly [name: string, drill: RestoreDrill])[] = [
  ['an edge put back to an earlier image', edgePutBack],
  ['one image running twice', twoAtOnce],
  ['a cloud put back by some rows', cloudPutBack],
]
const seeds = Array.from({ length: ROUNDS }, (_, at) => FIRST + at)

let agent: Bundle
beforeAll(async () => {
  agent = await bundle('agent')
})
afterAll(() => agent.remove())

it.each(DRILLS.flatMap(([name, drill]) => seeds.map((seed) => ({ name, drill, seed }))))(
  '$name is noticed, told, and heals without a person (seed $seed)',
  { timeout: 600_000 },
  async ({ name, drill, seed }) => {
    const restored = await drill(agent, seed)
    if (FIGURES !== undefined) appendFileSync(FIGURES, `${JSON.stringify({ name, ...restored })}\n`)
    expect(restored.broken.join('\n')).toBe('')
    console.log(`${name}: ${restored.records} records in the cloud, together again after ${restored.healedMs} ms`)
  },
)
