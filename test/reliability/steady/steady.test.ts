import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bundle, bundle } from '../bundle.ts'
import { drill } from '../networks/drill.ts'
import { PROFILES } from '../networks/profiles.ts'
import { judgeSteady, steadyText } from './judge.ts'
import { readSamples } from './samples.ts'

/** T17, as long as asked (the soak does, and takes the figures from the file it names); a few seconds in the ordinary suite, too few to judge. */
const MINUTES = Number(process.env.PITGATE_STEADY_MINUTES ?? '0.1')
const FIGURES = process.env.PITGATE_STEADY_FIGURES
const SEED = Number(process.env.PITGATE_STEADY_SEED ?? '1')

let agent: Bundle
let folder: string
beforeAll(async () => {
  agent = await bundle('agent')
  folder = mkdtempSync(join(tmpdir(), 'pitgate-steady-'))
})
afterAll(() => {
  agent.remove()
  rmSync(folder, { recursive: true, force: true })
})

it('an agent on a flapping line holds no more memory, files or log as time goes by, and loses nothing', {
  timeout: MINUTES * 60_000 + 600_000,
}, async () => {
  const flapping = PROFILES.find(({ name }) => name === 'flapping')
  if (flapping === undefined) throw new Error('there is no flapping line')
  const file = join(folder, 'samples')
  const { broken } = await drill(agent, flapping, { seconds: Math.round(MINUTES * 60), backlog: 500, seed: SEED, samples: file })
  const steady = judgeSteady(readSamples(file))
  if (FIGURES !== undefined) writeFileSync(FIGURES, JSON.stringify({ ...steady, broken }))
  console.log(steadyText(steady))
  expect([...steady.growing, ...broken].join('\n')).toBe('')
  expect(steady.samples).toBeGreaterThan(0)
})
