import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bundle, bundle } from '../bundle.ts'
import { road } from './road.ts'

/** Several roads when asked (the deep lane does), one in the ordinary suite. */
const ROADS = Number(process.env.PITGATE_ROADS ?? '1')
const FIRST = Number(process.env.PITGATE_ROAD_SEED ?? '1')

let agent: Bundle
beforeAll(async () => {
  agent = await bundle('agent')
})
afterAll(() => agent.remove())

it.each(Array.from({ length: ROADS }, (_, at) => FIRST + at))(
  'agent killed, broker forgetful and killed, cloud taken over, database slow and refusing (seed %i): both sides end the same',
  { timeout: 120_000 },
  async (seed) => {
    const { broken, records, receipts, lives } = await road(agent, seed)
    expect(broken.join('\n')).toBe('')
    expect(records).toBeGreaterThan(100)
    console.log(`${lives} lives of the agent, ${records} records on both sides, ${receipts} receipts, each true`)
  },
)
