import { appendFileSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { random } from '../../simulators/random.ts'
import { aState, LANE, rigIn } from '../edge-agent/store/store-rig.ts'
import { uplinkOf } from '../edge-agent/sync/an-uplink.ts'
import { observeInto } from './checker/observations.ts'
import { sampleInto } from './steady/samples.ts'
import { workOn } from './workload.ts'

/**
 * An agent's store and uplink in a process of their own, to be killed: works off `--acts`, one `--every` so many milliseconds, says `idle`,
 * and says `drained` when the cloud has receipted everything. It begins with a `--backlog` of so many records. With `--escapes FILE` an
 * act in ten is an escape, and a line with its name and the moment before its ink is added to that file. With `--samples FILE` what it
 * holds is written there every few seconds.
 */
const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '' },
    store: { type: 'string', default: '' },
    seen: { type: 'string', default: '' },
    url: { type: 'string', default: '' },
    from: { type: 'string', default: '0' },
    acts: { type: 'string', default: '1000' },
    every: { type: 'string', default: '3' },
    backlog: { type: 'string', default: '0' },
    escapes: { type: 'string' },
    samples: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
})
const rig = rigIn(values.keys, { folder: values.store })
const store = rig.open()
const backlog = Number(values.backlog)
for (let written = 0; written < backlog; written += 500) {
  const records = Array.from(
    { length: Math.min(500, backlog - written) },
    (_, at) => ({ kind: 'alarm-returned', body: { kind: 'device-silent', occurrence: `scale/before/${written + at}` } }) as const,
  )
  store.ink({ lane: LANE, state: aState(), records, useTickets: [], gates: [], tape: null, photos: [], stamps: store.stamps() })
}
const observer = observeInto(values.seen)
const work = workOn(store, observer, { random: random(values.seed), from: Number(values.from) })
const uplink = uplinkOf(rig, store, { url: values.url, password: 'any' })
store.start()
uplink.start()
if (values.samples !== undefined) sampleInto(values.samples, values.store)
writeSync(1, 'ready\n')

let left = Number(values.acts)
const turn = (): void => {
  if (left === 0) {
    writeSync(1, 'idle\n')
    watch()
    return
  }
  left -= 1
  if (values.escapes !== undefined && left % 10 === 6) tellEscape(values.escapes)
  else work.act()
  setTimeout(turn, Number(values.every))
}
const tellEscape = (into: string): void => {
  const before = Date.now()
  appendFileSync(into, `${work.escape()} ${before}\n`)
}
const watch = (): void => {
  if (store.backlog().records === 0) writeSync(1, 'drained\n')
  else setTimeout(watch, 50)
}
turn()
