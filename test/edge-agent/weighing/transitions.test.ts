import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { diagram, TRANSITIONS } from '#weighing/transitions'
import { dossiers, happenings, KINDS, play } from './happenings.ts'

it.each(Object.entries(KINDS))('no lane goes a way that is not in the table: %s', (_, rules) => {
  fc.assert(
    fc.property(happenings, dossiers, (all, dossier) => {
      for (const { before, state } of play(all, dossier, rules))
        if (before.phase !== state.phase && state.phase !== 'starting')
          expect(Object.keys(TRANSITIONS[before.phase])).toContain(state.phase)
    }),
    { numRuns: 25 },
  )
})

it('the diagram on the page of the machine is the one of the table', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../edge-agent/weighing/README.md'), 'utf8')
  expect(page).toContain(diagram())
})
