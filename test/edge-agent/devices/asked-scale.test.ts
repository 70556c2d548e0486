import { afterEach, expect, it } from 'vitest'
import { MODBUS_DIALECTS } from '#dialects/scale/modbus-dialects'
import type { ScaleDialect } from '#dialects/scale/reading'
import { TEXT_DIALECTS } from '#dialects/scale/text-dialects'
import { yaohuaCmd } from '#dialects/scale/yaohua-cmd'
import { yaohuaTf0 } from '#dialects/scale/yaohua-tf0'
import { Kilograms, milliseconds } from '#edge/units'
import { dialectOf } from '../../../edge-agent/config/profile.ts'
import { type AskedLine, askedLine } from '../../../edge-agent/devices/asked-line.ts'
import { type AskedScaleParts, askedScale } from '../../../edge-agent/devices/asked-scale.ts'
import { retrySchedule } from '../../../edge-agent/devices/retry-schedule.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { eventually } from '../../support/eventually.ts'
import { ptyCable } from '../../support/pty.ts'
import { hexOf } from '../dialects/tapes.ts'
import { listening } from './listening.ts'
import { quietLog } from './quiet-log.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

const clock = nodeClock()
const schedule = retrySchedule({ first: milliseconds(10), growth: 2, most: milliseconds(40), jitter: 0, chance: () => 0 })

/** Happens later, or never when the test is over by then. */
const later = (after: number, then: () => void): void => void toClose.push(clock.timer(milliseconds(after), then))

/** A bare line whose far end is a script: it hears each question as it comes. */
function cableWith(onQuestion: (question: Uint8Array, nth: number) => void) {
  const cable = ptyCable()
  toClose.push(() => cable.close())
  let asked = 0
  cable.onHeard((bytes) => onQuestion(bytes, asked++))
  const address = `serial://${cable.path}?baud=115200`
  return { cable, address, line: askedLine(address, { clock, log: quietLog, schedule }), asked: () => asked }
}

async function scaleOn(line: AskedLine, address: string, dialect: ScaleDialect, about: Partial<AskedScaleParts> = {}) {
  const ears = listening()
  const set = dialectOf({ dialect: dialect.name, settings: { ...about.settings } })
  if (!set) throw new Error(`there is no ${dialect.name}`)
  const scale = askedScale({
    name: 'scale',
    address,
    line,
    dialect,
    sevenBit: 'auto',
    unit: 'kg',
    decimals: 0,
    every: milliseconds(20),
    answerWithin: milliseconds(80),
    silentAfter: milliseconds(600),
    clock,
    log: quietLog,
    ...ears,
    ...about,
    settings: set.settings,
  })
  await scale.start()
  toClose.push(() => scale.stop())
  return { scale, ...ears, weights: () => ears.inputs.flatMap((input) => (input.kind === 'reading' ? [input.weight] : [])) }
}

const answer = (digits: number, address = 'A'): Uint8Array => yaohuaCmd.encode({ digits, decimals: 0 }, { address })
const addressIn = (question: Uint8Array): string => String.fromCharCode(question[1] ?? 0)

it('asks again and again, one question at a time, and tells each answer once', async () => {
  const questions: string[] = []
  const { cable, line, address } = cableWith((question, nth) => {
    questions.push(hexOf(question))
    cable.say(answer(20 * nth))
  })
  const { scale, weights } = await scaleOn(line, address, yaohuaCmd)
  await eventually(() => weights().length >= 5)
  expect(weights().slice(0, 5)).toEqual([0, 20, 40, 60, 80])
  expect(new Set(questions)).toEqual(new Set(['02 41 42 30 33 03']))
  expect(scale.state()).toMatchObject({ state: 'ok', detail: '' })
})

it('a late answer is nobody’s: it does not answer the next question', async () => {
  const { cable, line, address } = cableWith((_, nth) => {
    // The first answer comes when its time is over, while nobody is asked.
    if (nth === 0) later(1_500, () => cable.say(answer(11_111)))
    else cable.say(answer(20))
  })
  const { scale, weights } = await scaleOn(line, address, yaohuaCmd, { answerWithin: milliseconds(1_000) })
  await eventually(() => weights().length >= 3)
  expect(new Set(weights())).toEqual(new Set([20]))
  expect(scale.counters()).toMatchObject({ unanswered: 1, 'unasked-bytes': 14 })
})

it('what came before the question is no answer to it', async () => {
  const { cable, line, address } = cableWith(() => cable.say(answer(20)))
  cable.say(answer(11_111))
  const { weights } = await scaleOn(line, address, yaohuaCmd)
  await eventually(() => weights().length >= 3)
  expect(new Set(weights())).toEqual(new Set([20]))
})

it('an answer may come in pieces', async () => {
  const { cable, line, address } = cableWith(() => {
    const whole = answer(38_420)
    cable.say(whole.subarray(0, 5))
    later(60, () => cable.say(whole.subarray(5, 9)))
    later(120, () => cable.say(whole.subarray(9)))
  })
  const { weights } = await scaleOn(line, address, yaohuaCmd)
  await eventually(() => weights().length >= 2)
  expect(new Set(weights())).toEqual(new Set([38_420]))
})

it('its own question heard back is no answer', async () => {
  const { cable, line, address } = cableWith((question) => {
    cable.say(question)
    cable.say(answer(14_300))
  })
  const { scale, weights } = await scaleOn(line, address, yaohuaCmd)
  await eventually(() => weights().length >= 3)
  expect(new Set(weights())).toEqual(new Set([14_300]))
  expect(scale.counters().echoes).toBeGreaterThanOrEqual(3)
})

it('two on one line take turns, each hears its own, and a dead one does not make the other slow', async () => {
  let deadAsked = 0
  const { cable, line, address } = cableWith((question) => {
    if (addressIn(question) === 'A') cable.say(answer(14_300, 'A'))
    else deadAsked++
  })
  const one = await scaleOn(line, address, yaohuaCmd, { settings: { address: 'A' } })
  const dead = await scaleOn(line, address, yaohuaCmd, { settings: { address: 'B' } })
  await eventually(() => dead.scale.state().detail.includes('no answer within 80 ms'))
  const before = one.weights().length
  await eventually(() => one.weights().length >= before + 30)
  expect(one.scale.state().state).toBe('ok')
  expect(dead.scale.state().state).toBe('unheard')
  expect(dead.weights()).toEqual([])
  expect(deadAsked).toBeLessThan(one.weights().length / 3)
})

it('a dead one does not make the other slow where the adapter hears itself, and its late answer is nobody’s', async () => {
  let deadAsked = 0
  const { cable, line, address } = cableWith((question) => {
    cable.say(question)
    if (addressIn(question) === 'A') cable.say(answer(14_300, 'A'))
    else if (++deadAsked <= 3) later(120, () => cable.say(answer(11_111, 'B')))
  })
  const one = await scaleOn(line, address, yaohuaCmd, { settings: { address: 'A' } })
  const dead = await scaleOn(line, address, yaohuaCmd, { settings: { address: 'B' } })
  await eventually(() => dead.scale.state().detail.includes('no answer within 80 ms'))
  const [before, deadBefore] = [one.weights().length, deadAsked]
  await eventually(() => one.weights().length >= before + 30)
  expect(dead.weights()).toEqual([])
  expect(deadAsked - deadBefore).toBeLessThan(10)
})

it('an answer that comes late behind a disturbance is not its neighbour’s, though it does not say whose it is', async () => {
  const [stgs] = TEXT_DIALECTS.filter(({ name }) => name === 'stgs-18')
  if (!stgs) return expect.fail('there is no stgs-18')
  const late = stgs.encode({ digits: 14_300, decimals: 0, unit: 'kg', stable: true, mode: 'gross' }, {})
  let others = 0
  const { cable, line, address } = cableWith((question) => {
    if (String.fromCharCode(...question).startsWith('@02')) return void others++
    cable.say(Uint8Array.of(0))
    later(320, () => cable.say(late))
  })
  const settings = { ask: true }
  await scaleOn(line, address, stgs, { settings: { ...settings, address: 1 }, answerWithin: milliseconds(200) })
  const other = await scaleOn(line, address, stgs, { settings: { ...settings, address: 2 }, answerWithin: milliseconds(300) })
  await eventually(() => others >= 4)
  expect(other.weights()).toEqual([])
})

it('the answer of another is not taken', async () => {
  const { cable, line, address } = cableWith((_, nth) => cable.say(nth < 3 ? answer(11_111, 'B') : answer(20, 'A')))
  const { scale, weights } = await scaleOn(line, address, yaohuaCmd, { settings: { address: 'A' } })
  await eventually(() => weights().length >= 2)
  expect(new Set(weights())).toEqual(new Set([20]))
  expect(scale.counters()['rejected-address-mismatch']).toBe(3)
})

it('a refusal is shown, and is no silence of the line', async () => {
  const [laumas] = MODBUS_DIALECTS
  if (!laumas) throw new Error('no Modbus')
  // Unit 1, function 3, exception 2.
  const { cable, line, address } = cableWith(() => cable.say(Uint8Array.of(1, 0x83, 2, 0xc0, 0xf1)))
  const { scale, weights } = await scaleOn(line, address, laumas)
  await eventually(() => scale.state().detail.includes('answers without a weight: exception'))
  expect(weights()).toEqual([])
  expect(scale.counters()['answered-exception']).toBeGreaterThan(0)
})

it('says that the indicator speaks unasked and does not answer', async () => {
  const { cable, line, address } = cableWith(() => {})
  let stop = (): void => {}
  const talk = (): void => {
    cable.say(yaohuaTf0.encode({ digits: 14_300, decimals: 0 }))
    stop = clock.timer(milliseconds(40), talk)
  }
  talk()
  toClose.push(() => stop())
  const { scale, weights } = await scaleOn(line, address, yaohuaCmd)
  await eventually(() => /by itself|no answer in what is heard/.test(scale.state().detail))
  expect(weights()).toEqual([])
})

it('is lost when the adapter is pulled, and asks again when it is back', async () => {
  const { cable, line, address } = cableWith(() => cable.say(answer(14_300)))
  const { scale, weights, heard } = await scaleOn(line, address, yaohuaCmd, { silentAfter: milliseconds(5_000) })
  await eventually(() => weights().length >= 1)
  cable.unplug()
  await eventually(() => scale.state().state === 'lost')
  cable.plug()
  await eventually(() => scale.state().state === 'ok')
  expect(heard()).toEqual([true, false, true])
})

it('a tare is not told as a weight, a weight beyond the scale is refused, and unequal answers wait for each other', async () => {
  const told = [
    yaohuaCmd.encode({ digits: 9_000, decimals: 0, mode: 'tare' }),
    answer(150_000),
    answer(1_560),
    answer(1_650),
    answer(1_560),
    answer(1_560),
  ]
  const { cable, line, address } = cableWith((_, nth) => cable.say(told[nth] ?? answer(20)))
  const { scale, weights } = await scaleOn(line, address, yaohuaCmd, { equalFrames: 2, capacity: Kilograms(100_000) })
  await eventually(() => weights().length >= 3)
  expect(weights().slice(0, 3)).toEqual([1_560, 20, 20])
  expect(scale.counters()).toMatchObject({ tares: 1, 'refused-above-capacity': 1, unconfirmed: 4 })
})
