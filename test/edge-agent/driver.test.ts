import { afterEach, expect, it } from 'vitest'
import { kfSign } from '#dialects/sign/kf'
import { syn6288 } from '#dialects/speech/syn6288'
import { fitDriver } from '../../edge-agent/fitting/driver.ts'
import type { Fitting } from '../../edge-agent/fitting/fitting.ts'
import { nodeClock } from '../../edge-agent/node-clock.ts'
import { signSimulator } from '../../simulators/sign.ts'
import { speechSimulator } from '../../simulators/speech.ts'
import { eventually } from '../support/eventually.ts'
import { lineRig } from './devices/line-rig.ts'
import { listening } from './devices/listening.ts'
import { quietLog } from './devices/quiet-log.ts'
import { LANE } from './store/store-rig.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

/** A lane's sign, a sign that speaks, and a voice, each on a line of its own, as a configuration fits them. */
async function aDriver() {
  const lines = await Promise.all([lineRig(), lineRig(), lineRig()])
  const [first, second, third] = lines.map(({ line }) => line)
  const signs = [first, second].map((line) => signSimulator({ dialect: kfSign, line: line ?? expect.unreachable() }))
  const voice = speechSimulator({ dialect: syn6288, clock: nodeClock() })
  for (const [at, { hears }] of lines.entries()) hears((signs[at] ?? voice).hear)
  const ears = listening()
  const fitting = {
    lane: { rules: { lane: LANE }, tell: ears.onInput },
    clock: nodeClock(),
    log: quietLog,
    onState: ears.onState,
  } as unknown as Fitting
  const driver = fitDriver(
    fitting,
    {
      signs: [
        { address: first?.address ?? '', dialect: 'kf' },
        { address: second?.address ?? '', dialect: 'kf', lines: 1, columns: 8, speaks: true, at: 'exit' },
      ],
      speech: { address: third?.address ?? '', dialect: 'syn6288' },
    },
    { hear: () => () => {}, publish: async () => {} },
  )
  toClose.push(
    ...lines.map(({ close }) => close),
    () => voice.stop(),
    () => Promise.all(driver.devices.map((device) => device.stop())),
  )
  for (const device of driver.devices) await device.start()
  await eventually(() => driver.devices.every((device) => device.state().state === 'ok'))
  return { driver, signs, voice }
}

it('what the lane says is shown on every sign in its form, and said by every voice', async () => {
  const { driver, signs, voice } = await aDriver()
  expect(driver.devices.map(({ name }) => name)).toEqual(['sign-1', 'sign-2', 'speech'])
  driver.tellDriver('go', { plate: '陕K12345', weightKg: 48_620 })
  await eventually(() => signs[0]?.showing().join('|') === '陕K12345 48.62吨|请驶离')
  await eventually(() => signs[1]?.showing().join('|') === '陕K12345')
  await eventually(() => voice.said.length === 1)
  expect(voice.said).toEqual(['[n1]陕K12345,[n2]48620公斤,请驶离'])
  await eventually(() => signs[1]?.said().length === 1)
  expect([signs[0]?.said(), signs[1]?.said()]).toEqual([[], ['陕K一二三四五,48620公斤,请驶离']])
})

it('a held driver reads and hears why; facts that make no sense disturb nobody', async () => {
  const { driver, signs, voice } = await aDriver()
  driver.tellDriver('held', { code: 'over-legal-limit', overKg: 3_400, weightKg: 52_400, limitKg: 49_000, axles: 6 })
  await eventually(() => signs[0]?.showing().join('|') === '超载 3.40 吨,|请卸载')
  await eventually(() => voice.said.some((text) => text.startsWith('超载 3.40 吨,请卸载')))
  driver.tellDriver('go', { plate: '\u0000😀', weightKg: null })
  await eventually(() => signs[0]?.showing().join('|').includes('请驶离'))
  expect(signs.map((sign) => sign.flashWrites())).toEqual([0, 0])
})

it('one that waits at the other end is told so by the sign that stands there, and by nothing else', async () => {
  const { driver, signs, voice } = await aDriver()
  driver.tellDriver('weighing', {})
  await eventually(() => voice.said.length === 1 && signs.every((sign) => sign.showing().join('').includes('正在称重')))
  driver.tellDriver('stop-not-your-turn', { side: 'exit' })
  await eventually(() => signs[1]?.showing().join('').startsWith('对向来车'))
  expect([signs[0]?.showing().join(''), voice.said.length]).toEqual(['正在称重', 1])
})
