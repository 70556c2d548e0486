import { afterEach, expect, it } from 'vitest'
import { kfSign } from '#dialects/sign/kf'
import type { SignDialect } from '#dialects/sign/sign'
import { SIGN_DIALECTS, signDialect } from '#dialects/sign/sign-dialects'
import { seconds } from '#edge/units'
import { speakDriver } from '#edge/words/spoken'
import { newestOnly } from '../../../edge-agent/devices/newest-only.ts'
import { type SignParts, signDevice } from '../../../edge-agent/devices/sign.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { signSimulator } from '../../../simulators/sign.ts'
import { eventually } from '../../support/eventually.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { lineRig, wayTo } from './line-rig.ts'
import { listening } from './listening.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

async function rig(dialect: SignDialect = kfSign, different: Partial<SignParts> = {}, over: 'pty' | 'tcp' = 'pty') {
  const { line, hears, close } = await lineRig({ over })
  const simulated = signSimulator({ dialect, line })
  hears(simulated.hear)
  const ears = listening()
  const sign = signDevice({
    name: 'sign-1',
    way: wayTo(line.address),
    dialect,
    look: { lines: 2, columns: 16, unit: 1, colour: 'red' },
    defaultText: '欢迎 请排队',
    defaultAfter: seconds(600),
    setUp: {},
    replace: new Map(),
    clock: nodeClock(),
    ...ears,
    ...different,
  })
  toClose.push(close, () => sign.stop())
  await sign.start()
  return { sign, simulated, line, ears, settled: (text: string) => eventually(() => simulated.showing().join('|') === text) }
}

it.each(Object.keys(SIGN_DIALECTS))('%s shows its default text, then what it is told, over a real line', async (name) => {
  const dialect = signDialect(name) ?? expect.unreachable()
  const { sign, simulated } = await rig(dialect, {}, 'tcpPort' in dialect.usual ? 'tcp' : 'pty')
  await eventually(() => simulated.showing().join(' ').includes('欢迎'))
  sign.show('陕K12345 48.62吨 请驶离')
  await eventually(() => simulated.showing().join(' ').includes('请驶离'))
  expect(simulated.showing().join(' ').replace(/ +/g, ' ')).toBe(
    '陕K12345 48.62吨 请驶离'.replace('吨 ', dialect.name === 'onbon-bx5' ? '吨' : '吨 '),
  )
  expect([simulated.flashWrites(), simulated.rejected()]).toEqual([0, 0])
})

it('sends nothing while the same is said again, and once when it changes', async () => {
  const { sign, simulated, settled } = await rig()
  await settled('欢迎 请排队|')
  sign.show('请上磅')
  await settled('请上磅|')
  for (let again = 0; again < 20; again += 1) sign.show('请上磅')
  sign.show('正在称重')
  await eventually(() => simulated.orders.length === 6)
  const shown = simulated.orders.map((order) => (order.kind === 'show' ? `${order.line} ${order.text.trim()}` : order.kind))
  expect(shown).toEqual(['1 欢迎 请排队', '2 ', '1 请上磅', '2 ', '1 正在称重', '2 '])
})

it('of several texts in a row the newest stands there, and not all of them were sent', async () => {
  const { sign, simulated, settled } = await rig()
  await settled('欢迎 请排队|')
  for (let n = 0; n < 50; n += 1) sign.show(`第${n}辆`)
  await settled('第49辆|')
  expect(simulated.orders.length).toBeLessThan(20)
})

it('after its line was pulled it shows what is true now', async () => {
  const { sign, simulated, line, settled } = await rig()
  await settled('欢迎 请排队|')
  line.unplug()
  await eventually(() => sign.state().state === 'lost')
  simulated.restart()
  sign.show('请等待')
  await line.replug()
  await settled('请等待|')
  expect(sign.state().state).toBe('ok')
})

it('says what its card refuses', async () => {
  const { sign, simulated, settled } = await rig()
  await settled('欢迎 请排队|')
  simulated.answers = 2
  sign.show('请上磅')
  await eventually(() => sign.state().detail.includes('code 2'))
  expect(sign.counters().refused).toBeGreaterThan(0)
})

it('a card with a voice is told brightness and volume when it is there, and says what it is told', async () => {
  const { sign, simulated } = await rig(kfSign, { setUp: { brightness: 60, volume: 80 } })
  await eventually(() => simulated.orders.filter(({ kind }) => kind === 'set').length === 2)
  sign.say(speakDriver('go', { plate: '陕K12345', weightKg: 48_620 }, 'zh'))
  await eventually(() => simulated.said().length === 1)
  expect(simulated.said()).toEqual(['陕K一二三四五,48620公斤,请驶离'])
})

/** Without a line, in manual time: pages and the default text. */
function inManualTime(defaultAfter = seconds(600)) {
  const clock = manualClock()
  const sent: string[] = []
  const sign = signDevice({
    name: 'sign-1',
    way: ({ onState }) => ({
      start: () => onState({ open: true }),
      stop: async () => {},
      write: async (bytes) => void sent.push(String(bytes.length)),
    }),
    dialect: {
      ...kfSign,
      show: (lines) => {
        sent.push(lines.join('|'))
        return []
      },
    },
    look: { lines: 2, columns: 16, unit: 1, colour: 'red' },
    defaultText: '欢迎',
    defaultAfter,
    setUp: {},
    replace: new Map(),
    clock,
    ...listening(),
  })
  return { clock, sent, sign }
}

it('falls back to its default text when nothing was said for so long, counted from the last word', async () => {
  const { clock, sent, sign } = inManualTime()
  await sign.start()
  sign.show('请驶离')
  await clock.advance(599_000)
  sign.show('请驶离')
  await clock.advance(599_000)
  expect(sent).toEqual(['欢迎', '请驶离'])
  await clock.advance(1_000)
  expect(sent).toEqual(['欢迎', '请驶离', '欢迎'])
  await clock.advance(1_200_000)
  expect(sent).toHaveLength(3)
})

it('a text longer than the sign turns its pages', async () => {
  const { clock, sent, sign } = inManualTime()
  await sign.start()
  sign.show('超载 3.40 吨,请卸载  不予放行 请倒车下磅')
  await clock.advance(6_000)
  expect(sent).toEqual(['欢迎', '超载 3.40 吨,|请卸载', '不予放行|请倒车下磅', '超载 3.40 吨,|请卸载'])
  sign.show('请驶离')
  await clock.advance(60_000)
  expect(sent.at(-1)).toBe('请驶离')
  await sign.stop()
})

it('what fails to go out is told as failed, and what is newer goes on', async () => {
  const told: boolean[] = []
  let fails = true
  const outbox = newestOnly(async () => {
    if (fails) throw new Error('gone')
  }, nodeClock())
  outbox.put('page', [Uint8Array.of(1)], (sent) => told.push(sent))
  await eventually(() => told.length === 1)
  fails = false
  outbox.put('page', [Uint8Array.of(1), Uint8Array.of(2)], (sent) => told.push(sent))
  await eventually(() => told.length === 2)
  expect(told).toEqual([false, true])
})
