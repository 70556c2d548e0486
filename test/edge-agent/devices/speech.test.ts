import { afterEach, expect, it } from 'vitest'
import { SPEECH_DIALECTS } from '#dialects/speech/speech-dialects'
import { speakDriver } from '#edge/words/spoken'
import { speechDevice } from '../../../edge-agent/devices/speech.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { speechSimulator } from '../../../simulators/speech.ts'
import { eventually } from '../../support/eventually.ts'
import { lineRig, wayTo } from './line-rig.ts'
import { listening } from './listening.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

async function rig(dialect = Object.values(SPEECH_DIALECTS)[0] ?? expect.unreachable()) {
  const { line, hears, close } = await lineRig()
  const simulated = speechSimulator({ dialect, clock: nodeClock() })
  hears(simulated.hear)
  const speech = speechDevice({
    name: 'speech',
    way: wayTo(line.address),
    dialect,
    replace: new Map(),
    clock: nodeClock(),
    ...listening(),
  })
  toClose.push(
    close,
    () => simulated.stop(),
    () => speech.stop(),
  )
  await speech.start()
  await eventually(() => speech.state().state === 'ok')
  return { speech, simulated, line }
}

it.each(Object.values(SPEECH_DIALECTS).map((dialect) => [dialect.name, dialect] as const))(
  '%s says a sentence over a real line; the next one breaks it off',
  async (_name, dialect) => {
    const { speech, simulated } = await rig(dialect)
    speech.say(speakDriver('stand-between-beams', {}, 'zh'))
    await eventually(() => simulated.speaking())
    speech.say(speakDriver('go', { plate: '陕K12345', weightKg: 48_620 }, 'zh'))
    await eventually(() => simulated.said.length === 2)
    expect(simulated.said).toEqual(['请停在两道光栅之间', '[n1]陕K12345,[n2]48620公斤,请驶离'])
    expect(simulated.brokenOff()).toBe(1)
  },
)

it('the same sentence twice at once is said once', async () => {
  const { speech, simulated } = await rig()
  for (let again = 0; again < 5; again += 1) speech.say(speakDriver('wait', {}, 'zh'))
  speech.say(speakDriver('go', { plate: null, weightKg: 1 }, 'zh'))
  await eventually(() => simulated.said.at(-1)?.includes('请驶离'))
  expect(simulated.said.filter((text) => text === '请等待').length).toBeLessThanOrEqual(1)
})

it('what was to be said while the line was pulled is not said later', async () => {
  const { speech, simulated, line } = await rig()
  line.unplug()
  await eventually(() => speech.state().state === 'lost')
  speech.say(speakDriver('leave-now', {}, 'zh'))
  await line.replug()
  await eventually(() => speech.state().state === 'ok')
  speech.say(speakDriver('wait', {}, 'zh'))
  await eventually(() => simulated.said.length === 1)
  expect(simulated.said).toEqual(['请等待'])
  expect(speech.counters().unsaid).toBe(1)
})
