import { expect, it } from 'vitest'
import { whyNoImages } from './loop-images.ts'
import type { MigrationCuts } from './migration-cuts.ts'
import { runNode, sourceProgram, theTree } from './run-program.ts'

const CUTS = 5

it(`nothing is lost in ${CUTS} power cuts while an older store is opened by a newer program`, { timeout: 600_000 }, async (test) => {
  const whyNot = whyNoImages()
  test.skip(whyNot !== null, `power cannot be cut here (root, ext4, loop devices): ${whyNot}`)
  const ran = await runNode([...sourceProgram(theTree, 'migration-cuts-program'), '--cuts', String(CUTS)], {
    before: ['unshare', '--mount'],
    within: 580_000,
  })
  expect(ran.code, ran.said).toBe(0)
  const { cuts, old, broken } = JSON.parse(ran.out) as MigrationCuts
  expect([cuts, broken]).toEqual([CUTS, []])
  console.log(`${cuts} power cuts while older stores were opened: ${old} times the old tables, ${cuts - old} times the new ones, 0 lost`)
})
