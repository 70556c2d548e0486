import { afterEach, expect, it } from 'vitest'
import { minutes } from '#edge/units'
import type { LoopState } from '../../edge-agent/loop-delay.ts'
import { loopDelay } from '../../edge-agent/loop-delay.ts'
import { nodeClock } from '../../edge-agent/node-clock.ts'
import { slowComputer } from '../../edge-agent/slow-computer.ts'
import type { Store } from '../../edge-agent/store/store.ts'
import { eventually } from '../support/eventually.ts'
import { manualClock } from '../support/manual-clock.ts'
import { agentRig } from './agent-rig.ts'
import { quietLoop } from './quiet-loop.ts'
import { aRig } from './store/store-rig.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

interface Told {
  readonly kind: string
  readonly body: { readonly kind?: string; readonly occurrence?: string; readonly severity?: string; readonly facts?: object }
}
const told = (store: Store): Told[] =>
  store
    .linesFrom(store.head().epoch, 1, 1_000)
    .map(({ bytes }) => JSON.parse(bytes) as Told)
    .filter(({ body }) => body.kind === 'slow-computer')

it('a standstill of more than a second is one alarm, taken back after five quiet minutes, over a restart too', async () => {
  const rig = aRig()
  toClose.push(rig.remove)
  const store = rig.open()
  toClose.push(() => store.close())
  const clock = manualClock()
  let now: LoopState = { p99Ms: 20, longestMs: 990 }
  const watching = () => {
    const watch = slowComputer({
      loop: { ...quietLoop, lastMinute: () => now },
      store,
      clock,
      onBroken: (error) => expect.unreachable(error.message),
    })
    watch.start()
    return watch
  }
  const first = watching()
  await clock.advance(minutes(10))
  expect(told(store)).toEqual([])
  now = { p99Ms: 400, longestMs: 1_350 }
  await clock.advance(minutes(1))
  const [alarm] = told(store)
  expect(alarm).toMatchObject({ kind: 'alarm', body: { severity: 'medium', facts: { longestMs: 1_350, p99Ms: 400 } } })
  now = { p99Ms: 20, longestMs: 40 }
  await clock.advance(minutes(3))
  now = { p99Ms: 500, longestMs: 2_000 }
  await clock.advance(minutes(3))
  first.stop()
  // Nothing is known of the minutes between: what stood stands until it has been quiet.
  now = { p99Ms: 20, longestMs: 40 }
  const second = watching()
  await clock.advance(minutes(3))
  expect(told(store)).toHaveLength(1)
  await clock.advance(minutes(3))
  expect(told(store).slice(1)).toMatchObject([{ kind: 'alarm-returned', body: { occurrence: alarm?.body.occurrence } }])
  now = { p99Ms: 500, longestMs: 2_000 }
  await clock.advance(minutes(1))
  expect(told(store).at(-1)).toMatchObject({ kind: 'alarm' })
  expect(new Set(told(store).map(({ body }) => body.occurrence)).size).toBe(2)
  second.stop()
})

it('a running agent whose loop is blocked says so in its health, and alarms', { timeout: 120_000 }, async () => {
  const rig = await agentRig({ loop: loopDelay(nodeClock()) })
  toClose.push(rig.close)
  const until = performance.now() + 1_300
  while (performance.now() < until);
  await eventually(() => rig.agent.health().loop.longestMs > 1_000, { within: 30_000 })
  await eventually(() => told(rig.agent.store).length > 0, { within: 60_000 })
  expect(told(rig.agent.store)[0]).toMatchObject({ kind: 'alarm', body: { severity: 'medium' } })
})
