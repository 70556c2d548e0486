import { expect, it } from 'vitest'
import type { DyingDisks } from './dying-disks.ts'
import { whyNoImages } from './loop-images.ts'
import { runNode, sourceProgram, theTree } from './run-program.ts'

const DISKS = 6

it(`of ${DISKS} disks that die under the store none is believed again, and nothing acknowledged before is lost`, {
  timeout: 600_000,
}, async (test) => {
  const whyNot = whyNoImages()
  test.skip(whyNot !== null, `no disk can die here (root, ext4, loop devices): ${whyNot}`)
  const ran = await runNode([...sourceProgram(theTree, 'dying-disks-program'), '--disks', String(DISKS)], {
    before: ['unshare', '--mount'],
    within: 580_000,
  })
  expect(ran.code, ran.said).toBe(0)
  const { disks, doubted, acknowledged } = JSON.parse(ran.out) as DyingDisks
  expect([disks, doubted]).toEqual([DISKS, DISKS])
  console.log(`${disks} disks died, each was doubted; ${acknowledged} records acknowledged before, 0 lost`)
})
