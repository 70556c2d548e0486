import { writeSync } from 'node:fs'
import { aWanted } from '../../builders/booklet.ts'
import { rigIn } from './store-rig.ts'

/** A process to be killed: draws one ticket after another and says each serial once the store has it. */
const [, , folder = '', booklet = ''] = process.argv
const store = rigIn(folder).open()
for (;;) {
  const drew = store.draw({
    booklet,
    wanted: aWanted({ plannedNetKg: 1 }),
    operator: 'zhang',
    darkSince: '2026-11-21T00:00:00Z',
    stamps: store.stamps(),
  })
  if (!drew.ok) break
  writeSync(1, `${drew.drawn.serial}\n`)
}
