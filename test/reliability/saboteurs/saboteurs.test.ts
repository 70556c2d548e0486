import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { whyNoImages } from '../loop-images.ts'
import { theTree } from '../run-program.ts'
import { type Copy, copyOfSources, sabotage, spoilt } from './sabotage.ts'
import { SABOTEURS } from './table.ts'

let copy: Copy
beforeAll(() => {
  copy = copyOfSources()
})
afterAll(() => copy.remove())

it.each(SABOTEURS)('the saboteur $name still knows where to strike', ({ edits }) => {
  const texts = new Map<string, string>()
  for (const edit of edits) texts.set(edit.file, spoilt(texts.get(edit.file) ?? readFileSync(join(theTree, edit.file), 'utf8'), edit))
  expect(edits.length).toBeGreaterThan(0)
})

it.for(SABOTEURS.filter(({ fast }) => fast))('the saboteur $name is caught', { timeout: 600_000 }, async (saboteur, test) => {
  const whyNot = saboteur.catcher.kind === 'power-cuts' ? whyNoImages() : null
  test.skip(whyNot !== null, `power cannot be cut here (root, ext4, loop devices): ${whyNot}`)
  const { caughtBy, said, seconds } = await sabotage(copy, saboteur)
  expect(caughtBy, said).not.toEqual([])
  console.log(`${saboteur.name} was caught by ${caughtBy.join(', ')} in ${seconds} s`)
})
