import { afterEach, expect, it } from 'vitest'
import { TAG_DIALECTS, tagDialect } from '#dialects/reader/tag-dialects'
import { milliseconds } from '#edge/units'
import { type TagReaderParts, tagReaderDevice } from '../../../edge-agent/devices/tag-reader.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { random } from '../../../simulators/random.ts'
import { tagReaderSimulator } from '../../../simulators/tag-reader.ts'
import { eventually } from '../../support/eventually.ts'
import { lineRig, quickRetries } from './line-rig.ts'
import { listening } from './listening.ts'
import { quietLog } from './quiet-log.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

const TAG = 'E20000172211014418905449'
const OTHER = '300833B2DDD9014000000001'

async function rig(name: string, different: Partial<TagReaderParts> = {}, speed = 1) {
  const dialect = tagDialect(name) ?? expect.unreachable()
  const settings = { unit: 0, form: 'decimal' } as const
  const { line, hears, close } = await lineRig()
  const simulated = tagReaderSimulator({ dialect, settings, line, random: random(3) })
  hears(simulated.hear)
  const ears = listening()
  const reader = tagReaderDevice({
    name: 'tag-reader',
    address: line.address,
    dialect,
    settings,
    pollEvery: milliseconds(200),
    repeatWithin: milliseconds(60_000),
    schedule: quickRetries,
    clock: nodeClock({ speed, realStart: Date.now(), shownStart: Date.now() }),
    log: quietLog,
    ...ears,
    ...different,
  })
  toClose.push(close, () => reader.stop())
  await reader.start()
  const read = (): string[] => ears.inputs.flatMap((input) => (input.kind === 'tag-read' ? [`${input.by} ${input.tag}`] : []))
  return { reader, simulated, line, ears, read }
}

const polled = Object.values(TAG_DIALECTS).filter(({ ask }) => ask !== null)

it.each(polled.map(({ name }) => name))('%s is asked, and tells a tag once however long it stays', async (name) => {
  const { reader, simulated, read } = await rig(name)
  await eventually(() => reader.state().state === 'ok')
  simulated.field(TAG)
  await eventually(() => (reader.counters().repeated ?? 0) >= 2)
  expect(read()).toEqual([`tag ${TAG}`])
  simulated.field(TAG, OTHER)
  await eventually(() => read().length === 2)
  expect(read()[1]).toBe(`tag ${OTHER}`)
})

it('a tag that was away longer than the cool-down is told again', async () => {
  const { simulated, read, reader } = await rig('uhf-reader18', { repeatWithin: milliseconds(300) })
  simulated.field(TAG)
  await eventually(() => read().length === 1)
  simulated.field()
  const answers = (): number => reader.counters().answers ?? 0
  const from = answers()
  await eventually(() => answers() >= from + 4)
  simulated.field(TAG)
  await eventually(() => read().length === 2)
})

it('of a noisy line no other tag is ever told', async () => {
  const { reader, simulated, read } = await rig('uhf-reader18', { repeatWithin: milliseconds(1) })
  simulated.faults = { noise: 0.7, cut: 0.2, silent: false }
  simulated.field(TAG)
  await eventually(() => (reader.counters().answers ?? 0) >= 3 && simulated.asked() >= 12, { within: 20_000 })
  expect(new Set(read())).toEqual(new Set([`tag ${TAG}`]))
})

it('a polled reader that does not answer is silent within its five seconds, and heard again', async () => {
  const { reader, simulated, ears } = await rig('m100', {}, 4)
  await eventually(() => reader.state().state === 'ok')
  simulated.faults = { noise: 0, cut: 0, silent: true }
  await eventually(() => reader.state().state === 'silent')
  expect(ears.heard().at(-1)).toBe(false)
  simulated.faults = { noise: 0, cut: 0, silent: false }
  await eventually(() => reader.state().state === 'ok')
  expect(ears.heard().at(-1)).toBe(true)
})

it('a card before a Wiegand reader is told once, as its printed digits; the reader may be quiet for hours', async () => {
  const { reader, simulated, line, read } = await rig('wiegand')
  await eventually(() => reader.state().state === 'ok')
  await line.whenAttended()
  for (let held = 0; held < 3; held += 1) simulated.card('0012345678')
  await eventually(() => (reader.counters().repeated ?? 0) === 2)
  expect(read()).toEqual(['card 0012345678'])
})

it('a line that is pulled in the middle of an answer leaves no half of it', async () => {
  const { reader, simulated, line, read } = await rig('uhf-reader18')
  simulated.field(TAG)
  await eventually(() => read().length === 1)
  line.unplug()
  await eventually(() => reader.state().state === 'lost')
  await line.replug()
  await eventually(() => reader.state().state === 'ok')
  expect(read()).toEqual([`tag ${TAG}`])
})
