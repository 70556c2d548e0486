import { writeSync } from 'node:fs'
import { aState, aWeighing, LANE, rigIn } from './store-rig.ts'

/** A process to be killed: weighs without end and says each sequence number once the store has it. */
const store = rigIn(process.argv[2] as string).open()
for (;;) {
  const { sealed } = store.ink({
    lane: LANE,
    state: aState(),
    records: [{ kind: 'weighing', body: aWeighing() }],
    useTickets: [],
    gates: [{ kind: 'gate', gate: 'exit', move: 'open', why: 'released' }],
    tape: `{"v":1,"at":${store.head().seq}}`,
    photos: [],
    stamps: store.stamps(),
  })
  writeSync(1, `${sealed.at(-1)?.identity.seq}\n`)
}
