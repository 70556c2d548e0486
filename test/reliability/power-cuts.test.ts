import { expect, it } from 'vitest'
import { whyNoImages } from './loop-images.ts'
import type { PowerCuts } from './power-cuts.ts'
import { runNode, sourceProgram, theTree } from './run-program.ts'

const CUTS = 40

it(`nothing acknowledged is lost in ${CUTS} power cuts, and no relay had moved without its record`, { timeout: 600_000 }, async (test) => {
  const whyNot = whyNoImages()
  test.skip(whyNot !== null, `power cannot be cut here (root, ext4, loop devices): ${whyNot}`)
  const ran = await runNode([...sourceProgram(theTree, 'power-cuts-program'), '--cuts', String(CUTS)], {
    before: ['unshare', '--mount'],
    within: 580_000,
  })
  expect(ran.code, ran.said).toBe(0)
  const { cuts, acknowledged, broken, readyMs } = JSON.parse(ran.out) as PowerCuts
  expect(broken).toEqual([])
  expect(cuts).toBe(CUTS)
  expect(acknowledged).toBeGreaterThan(CUTS)
  console.log(`${cuts} power cuts, ${acknowledged} records acknowledged, 0 lost; ready p50 ${readyMs.p50} ms, p99 ${readyMs.p99} ms`)
})
