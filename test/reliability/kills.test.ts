import { expect, it } from 'vitest'
import { killLoop } from './kills.ts'

const KILLS = 100

it(`nothing acknowledged is lost in ${KILLS} kills, and the chain is whole`, { timeout: 600_000 }, async () => {
  const { broken, kills, acknowledged, readyMs } = await killLoop({ kills: KILLS, seed: 1 })
  expect(broken.join('\n')).toBe('')
  expect(kills).toBe(KILLS)
  expect(acknowledged).toBeGreaterThan(KILLS)
  console.log(`${kills} kills, ${acknowledged} records acknowledged, 0 lost; ready p50 ${readyMs.p50} ms, p99 ${readyMs.p99} ms`)
})
