import { afterEach, beforeEach, expect, it } from 'vitest'
import { Kilograms, milliseconds } from '#edge/units'
import type { LaneInput } from '#weighing/vocabulary'
import { believed, type Detector, detectorDevice } from '../../../edge-agent/devices/detector.ts'
import { SUPERVISION } from '../../../edge-agent/devices/supervision.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { simulatorClock } from '../../../simulators/clock.ts'
import { detectorSimulator } from '../../../simulators/detector.ts'
import { eventually } from '../../support/eventually.ts'
import { type ManualClock, manualClock } from '../../support/manual-clock.ts'
import { boardRig } from './board-rig.ts'
import { type Listening, listening } from './listening.ts'
import { quietLog } from './quiet-log.ts'

let clock: ManualClock
let ears: Listening
let detector: Detector
const toClose: (() => unknown)[] = []
beforeEach(async () => {
  clock = manualClock()
  ears = listening()
  detector = detectorDevice({
    name: 'detector',
    signal: { input: 6 },
    life: { input: 7 },
    silentAfter: SUPERVISION.detector.ours,
    clock,
    log: quietLog,
    ...ears,
  })
  await detector.start()
  toClose.push(() => detector.stop())
})
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})
/** A poll of the board, as often as ten times a second. */
const poll = (signal: boolean, life: boolean): void => detector.onInputs([false, false, false, false, false, false, signal, life])
async function alive(span: number): Promise<void> {
  for (let passed = 0; passed < span; passed += 1_000) {
    poll(false, passed % 2_000 === 0)
    await clock.advance(1_000)
  }
}

it('is trusted once its life signal has changed, and not before', async () => {
  expect(detector.trusts()).toBe(false)
  poll(false, true)
  expect(detector.trusts()).toBe(false)
  poll(false, false)
  expect([detector.trusts(), detector.state().state]).toEqual([true, 'ok'])
})

it('blocks when its life signal stands still for eight seconds: somebody has cut its wire', async () => {
  await alive(4_000)
  await clock.advance(6_000)
  expect(detector.trusts()).toBe(true)
  for (let passed = 0; passed < 3_000; passed += 100) {
    poll(false, false)
    await clock.advance(100)
  }
  expect([detector.trusts(), detector.state()]).toMatchObject([false, { state: 'silent', detail: 'nothing heard' }])
  expect(ears.heard()).toEqual([true, false])
  await alive(2_000)
  expect(detector.trusts()).toBe(true)
})

it('blocks while a remote control is heard and for a minute after, and says why', async () => {
  await alive(4_000)
  poll(true, true)
  expect([detector.trusts(), detector.state()]).toMatchObject([
    false,
    { state: 'lost', detail: 'a remote control was heard at the load cells' },
  ])
  await alive(59_000)
  expect(detector.trusts()).toBe(false)
  await alive(4_000)
  expect([detector.trusts(), detector.counters().transmissions]).toEqual([true, 1])
  expect(ears.inputs.flatMap((input) => (input.kind === 'remote-control' ? [input.heard] : []))).toEqual([true, false])
})

it('takes the weight from the lane while it does not trust it, and says once that the scale is not heard', async () => {
  const told: string[] = []
  let trusts = true
  const tell = believed(
    (input) =>
      told.push(input.kind === 'reading' ? `${input.weight} kg` : input.kind === 'device' ? `${input.device} ${input.heard}` : input.kind),
    () => trusts,
    clock,
  )
  const reading = (kg: number): LaneInput => ({ kind: 'reading', at: clock.now(), weight: Kilograms(kg), stable: true })
  tell(reading(20))
  trusts = false
  tell(reading(9_000))
  tell({ kind: 'device', at: clock.now(), device: 'scale', heard: true })
  tell(reading(9_020))
  tell({ kind: 'device', at: clock.now(), device: 'scale', heard: false })
  trusts = true
  tell(reading(40))
  expect(told).toEqual(['20 kg', 'scale false', 'scale false', '40 kg'])
})

it.skipIf(process.platform === 'win32')(
  'on the contacts of a real board: trusted while it lives, not when its supply is cut, not when it hears one',
  async () => {
    const real = nodeClock()
    const simulated = detectorSimulator(simulatorClock({ speed: 10, realStart: Date.now(), shownStart: Date.now() }))
    toClose.push(simulated.stop)
    const heard = listening()
    const onBoard = detectorDevice({
      name: 'detector',
      signal: { input: 6 },
      life: { input: 7 },
      silentAfter: milliseconds(600),
      clock: real,
      log: quietLog,
      ...heard,
    })
    await onBoard.start()
    toClose.push(() => onBoard.stop())
    await boardRig(
      'dam',
      {
        device: { onInputs: onBoard.onInputs },
        contacts: new Map([
          [6, simulated.signal],
          [7, simulated.life],
        ]),
      },
      toClose,
    )
    await eventually(() => onBoard.trusts())
    simulated.dead = true
    await eventually(() => onBoard.state().state === 'silent')
    expect(onBoard.trusts()).toBe(false)
    simulated.dead = false
    await eventually(() => onBoard.trusts())
    simulated.transmission = true
    await eventually(() => onBoard.state().detail === 'a remote control was heard at the load cells')
    expect([onBoard.trusts(), heard.heard()]).toEqual([false, [true, false, true, false]])
  },
)
