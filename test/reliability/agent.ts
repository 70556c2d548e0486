import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createUplink } from '../../edge-agent/sync/uplink.ts'
import { random } from '../../simulators/random.ts'
import { rigIn } from '../edge-agent/store/store-rig.ts'
import { observeInto } from './checker/observations.ts'
import { workOn } from './workload.ts'

/**
 * An agent's store and uplink in a process of their own, to be killed: works off `--acts`, says `idle`, and says `drained` when the
 * cloud has receipted everything.
 */
const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '' },
    store: { type: 'string', default: '' },
    seen: { type: 'string', default: '' },
    url: { type: 'string', default: '' },
    from: { type: 'string', default: '0' },
    acts: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
})
const rig = rigIn(values.keys, { folder: values.store })
const store = rig.open()
const observer = observeInto(values.seen)
const work = workOn(store, observer, { random: random(values.seed), from: Number(values.from) })
const { site, agent, signer, software, clock, log } = rig.parts
const uplink = createUplink({
  url: values.url,
  password: 'any',
  ca: null,
  site,
  agent,
  store,
  signer,
  software,
  clock,
  chance: () => 0,
  log,
})
store.start()
uplink.start()
writeSync(1, 'ready\n')

let left = Number(values.acts)
const turn = (): void => {
  if (left === 0) {
    writeSync(1, 'idle\n')
    watch()
    return
  }
  left -= 1
  work.act()
  setTimeout(turn, 3)
}
const watch = (): void => {
  if (store.backlog().records === 0) writeSync(1, 'drained\n')
  else setTimeout(watch, 50)
}
turn()
