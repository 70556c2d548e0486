import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Clock } from '#edge/clock'
import type { Span } from '#edge/units'
import { nodeClock } from '../../edge-agent/node-clock.ts'
import { random } from '../../simulators/random.ts'
import { rigIn } from '../edge-agent/store/store-rig.ts'
import { observeInto } from './checker/observations.ts'
import { workOn } from './workload.ts'

/**
 * A process to be killed: opens the agent's store and works on it without end. Says `opening` before and `ready` after the store is
 * open; and `doubted` where the store refuses, after which it tries `--go-on` times more and ends. `--hurry` makes its housekeeping (marker, checkpoint) come that many times as often, so that a short life meets all of it.
 */
const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '' },
    store: { type: 'string', default: '' },
    seen: { type: 'string', default: '' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    hurry: { type: 'string', default: '1' },
    'go-on': { type: 'string', default: '0' },
  },
})
const steady = nodeClock()
const clock: Clock = { ...steady, timer: (span, then) => steady.timer((span / Number(values.hurry)) as Span, then) }

writeSync(1, 'opening\n')
const store = rigIn(values.keys, { folder: values.store, clock }).open()
const observer = observeInto(values.seen)
const work = workOn(store, observer, { random: random(values.seed), from: Number(values.from) })
store.start()
writeSync(1, 'ready\n')
// One act a turn, so that the housekeeping has its turns too.
let goOn = Number(values['go-on'])
const turn = (): void => {
  try {
    work.act()
  } catch (error) {
    writeSync(1, 'doubted\n')
    if (goOn === 0) throw error
    goOn -= 1
    // Meanwhile the disk may come back: a store that had its doubts must not believe it.
    setTimeout(turn, 20)
    return
  }
  setImmediate(turn)
}
turn()
