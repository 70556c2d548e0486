import { appendFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bundle, bundle } from '../bundle.ts'
import { drill } from './drill.ts'
import { PROFILES } from './profiles.ts'

/** All profiles, longer, when asked (the deep lane does, and takes the figures from the file it names); the quick ones in the ordinary suite. */
const ROUNDS = Number(process.env.PITGATE_NETWORKS ?? '0')
const FIRST = Number(process.env.PITGATE_NETWORK_SEED ?? '1')
const FIGURES = process.env.PITGATE_NETWORK_FIGURES
const deep = ROUNDS > 0
const asked = deep ? { seconds: 30, backlog: 5_000 } : { seconds: 4, backlog: 1_500 }
const seeds = Array.from({ length: Math.max(1, ROUNDS) }, (_, at) => FIRST + at)

let agent: Bundle
beforeAll(async () => {
  agent = await bundle('agent')
})
afterAll(() => agent.remove())

it.each(PROFILES.filter(({ fast }) => deep || fast).flatMap((profile) => seeds.map((seed) => ({ name: profile.name, profile, seed }))))(
  'over a network that is $name nothing is lost, doubled or silent, and alarms pass the backlog (seed $seed)',
  { timeout: 600_000 },
  async ({ profile, seed }) => {
    const drilled = await drill(agent, profile, { ...asked, seed })
    if (FIGURES !== undefined) appendFileSync(FIGURES, `${JSON.stringify(drilled)}\n`)
    expect(drilled.broken.join('\n')).toBe('')
    expect(drilled.records).toBeGreaterThan(asked.backlog)
    const { records, arrivedMeanwhile, drainedMs, escapes, ahead, lateMs } = drilled
    console.log(
      `${profile.name}: ${records} records, ${arrivedMeanwhile} while it lasted, the rest ${drainedMs} ms after; ` +
        `${ahead} of ${escapes} escapes ahead of the backlog, p50 ${lateMs.p50} ms, p99 ${lateMs.p99} ms`,
    )
  },
)
