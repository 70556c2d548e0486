import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { scaleDialect } from '#dialects/scale/scale-dialects'
import { yaohuaTf0 } from '#dialects/scale/yaohua-tf0'
import { Kilograms, milliseconds } from '#edge/units'
import { retrySchedule } from '../../../edge-agent/devices/retry-schedule.ts'
import { type ScaleParts, scaleDevice } from '../../../edge-agent/devices/scale.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { eventually } from '../../support/eventually.ts'
import { ptyCable } from '../../support/pty.ts'
import { listening } from './listening.ts'
import { quietLog } from './quiet-log.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

async function scaleAt(address: string, about: Partial<ScaleParts> = {}) {
  const ears = listening()
  const scale = scaleDevice({
    name: 'scale',
    address,
    dialect: yaohuaTf0,
    unit: 'kg',
    silentAfter: milliseconds(150),
    schedule: retrySchedule({ first: milliseconds(10), growth: 2, most: milliseconds(40), jitter: 0, chance: () => 0 }),
    clock: nodeClock(),
    log: quietLog,
    ...ears,
    ...about,
  })
  await scale.start()
  toClose.push(() => scale.stop())
  return { scale, ...ears, weights: () => ears.inputs.flatMap((input) => (input.kind === 'reading' ? [input.weight] : [])) }
}
const frame = (digits: number, decimals = 0): Uint8Array => yaohuaTf0.encode({ digits, decimals })
async function rig(about: Partial<ScaleParts> = {}) {
  const cable = ptyCable()
  toClose.push(() => cable.close())
  const rigged = await scaleAt(`serial://${cable.path}?baud=9600`, about)
  await eventually(() => rigged.scale.state().detail.startsWith('connected'))
  return { cable, ...rigged }
}

it('tells each weight once, in kilograms', async () => {
  const { cable, weights, scale, heard } = await rig()
  for (const kg of [0, 14_300, 38_420, -20]) cable.say(frame(kg))
  await eventually(() => weights().length === 4)
  expect(weights()).toEqual([0, 14_300, 38_420, -20])
  expect(scale.state()).toMatchObject({ device: 'scale', state: 'ok', detail: '' })
  expect(heard()).toEqual([true])
})

it('understands frames however the line cuts and joins them, and counts what is none', async () => {
  const { cable, weights, scale } = await rig()
  const bytes = Buffer.concat([
    Buffer.from('\xff\x00power-up', 'latin1'),
    frame(100),
    frame(200),
    Buffer.from([0x02, 0x2b, 0x31]),
    frame(300),
  ])
  for (const byte of bytes) cable.say(Uint8Array.of(byte))
  await eventually(() => weights().length === 3)
  expect(weights()).toEqual([100, 200, 300])
  expect(scale.counters()).toMatchObject({ frames: 3, readings: 3, 'rejected-noise': 1, 'rejected-bad-length': 1 })
})

it('never joins what was begun before a pause to what comes after it', async () => {
  const { cable, weights, scale } = await rig({ silentAfter: milliseconds(2_000) })
  const whole = frame(12_340)
  cable.say(whole.slice(0, 5))
  await eventually(() => (scale.counters()['rejected-bad-length'] ?? 0) + (scale.counters()['rejected-bad-frame'] ?? 0) > 0)
  cable.say(whole.slice(5))
  cable.say(frame(50))
  await eventually(() => weights().length === 1)
  expect(weights()).toEqual([50])
})

it('takes tonnes with decimals as exact kilograms when the indicator is set to tonnes', async () => {
  const { cable, weights } = await rig({ unit: 't' })
  cable.say(frame(4_568, 2))
  await eventually(() => weights().length === 1)
  expect(weights()).toEqual([45_680])
})

it('refuses a fraction of a kilogram and says so until whole weights have come for a while', async () => {
  const { cable, weights, scale, heard } = await rig()
  cable.say(frame(385, 1))
  await eventually(() => scale.counters()['refused-fraction'] === 1)
  expect(weights()).toEqual([])
  // It speaks, so it is not silent; what it says is no weight.
  expect(scale.state()).toMatchObject({ state: 'ok', detail: 'refused: fraction (38.5)' })
  cable.say(frame(38_500))
  await eventually(() => weights().length === 1)
  expect(scale.state().detail).toContain('refused')
  expect(heard()).toEqual([true])
})

it('falls silent with since when, tells the lane, and speaks again', async () => {
  const { cable, scale, heard, weights } = await rig()
  cable.say(frame(14_300))
  await eventually(() => weights().length === 1)
  const spoke = scale.state().since
  await eventually(() => scale.state().state === 'silent')
  expect(scale.state().detail).toContain('no bytes')
  expect(Date.parse(scale.state().since) - Date.parse(spoke)).toBeLessThan(100)
  expect(heard()).toEqual([true, false])
  expect(weights()).toEqual([14_300])
  cable.say(frame(14_320))
  await eventually(() => scale.state().state === 'ok')
  expect(heard()).toEqual([true, false, true])
  expect(scale.state().detail).toBe('')
})

it('does not take for fresh what piled up while the computer stood still', async () => {
  const { cable, weights, scale } = await rig()
  cable.say(frame(14_300))
  await eventually(() => weights().length === 1)
  for (let i = 0; i < 40; i++) cable.say(frame(38_000))
  // Nothing of this program runs meanwhile, as when the machine sleeps or swaps.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400)
  await eventually(() => scale.counters()['stale-bytes'] === 40 * 12)
  cable.say(frame(20))
  await eventually(() => weights().length === 2)
  expect(weights()).toEqual([14_300, 20])
})

it('says that it hears something it does not understand, as with a wrong parity', async () => {
  const { cable, scale, heard } = await rig()
  const evenParity = Uint8Array.from(frame(14_300), (byte) =>
    [...byte.toString(2)].filter((bit) => bit === '1').length % 2 ? byte | 0x80 : byte,
  )
  for (let i = 0; i < 5; i++) cable.say(evenParity)
  await eventually(() => scale.state().detail.includes('parity'))
  expect(scale.state().state).toBe('unheard')
  expect(heard()).toEqual([false])
})

it('is lost when the adapter is pulled, and back by itself', async () => {
  const { cable, scale, weights, heard } = await rig({ silentAfter: milliseconds(5_000) })
  cable.say(frame(14_300))
  await eventually(() => weights().length === 1)
  cable.say(frame(99_999).slice(0, 6))
  await eventually(() => scale.counters().bytes === 18)
  cable.unplug()
  await eventually(() => scale.state().state === 'lost')
  expect(heard()).toEqual([true, false])
  cable.plug()
  await eventually(() => scale.state().detail.startsWith('connected again'))
  expect(scale.state().state).toBe('silent')
  cable.say(frame(99_999).slice(6))
  cable.say(frame(14_340))
  await eventually(() => weights().length === 2)
  expect(weights()).toEqual([14_300, 14_340])
  expect(heard()).toEqual([true, false, true])
})

it('is unheard, with the reason, while its port has never been there', async () => {
  const { scale, heard } = await scaleAt('serial:///dev/no-such-port')
  await eventually(() => scale.state().detail.includes('/dev/no-such-port'))
  expect(scale.state().state).toBe('unheard')
  expect(heard()).toEqual([false])
})

it('drops the first frames after each connecting where a dialect has no check', async () => {
  const { cable, weights, scale } = await rig({ dialect: { ...yaohuaTf0, distrustFirst: 1 } })
  for (const kg of [1, 2, 3]) cable.say(frame(kg))
  await eventually(() => weights().length === 2)
  cable.unplug()
  await eventually(() => scale.state().state === 'lost')
  cable.plug()
  await eventually(() => scale.state().detail.startsWith('connected again'))
  for (const kg of [4, 5, 6]) cable.say(frame(kg))
  await eventually(() => weights().length === 4)
  expect(weights()).toEqual([2, 3, 5, 6])
})

it('opens a new connection when a serial server has vanished without a word', async () => {
  const peers: Socket[] = []
  const server = createServer((peer) => {
    peer.on('error', () => {})
    peers.push(peer)
    peer.write(frame(20 * peers.length))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  toClose.push(() => {
    for (const peer of peers) peer.destroy()
    server.close()
  })
  const { weights } = await scaleAt(`tcp://127.0.0.1:${(server.address() as { port: number }).port}`, { silentAfter: milliseconds(50) })
  await eventually(() => weights().length >= 2)
  expect(weights().slice(0, 2)).toEqual([20, 40])
})

it('understands a seven-bit indicator on a line set to eight bits, where the profile lets it', async () => {
  const { cable, weights } = await rig({ sevenBit: 'auto' })
  const evenParity = Uint8Array.from(frame(14_300), (byte) =>
    [...byte.toString(2)].filter((bit) => bit === '1').length % 2 ? byte | 0x80 : byte,
  )
  for (let i = 0; i < 5; i++) cable.say(evenParity)
  await eventually(() => weights().length === 5)
  expect(new Set(weights())).toEqual(new Set([14_300]))
})

it('believes a weight when so many frames in a row say it: exchanged digits have the same XOR', async () => {
  const { cable, weights, scale } = await rig({ equalFrames: 2 })
  for (const kg of [1_560, 1_560, 1_650, 1_560, 1_560, 1_560]) cable.say(frame(kg))
  await eventually(() => scale.counters().frames === 6)
  expect(weights()).toEqual([1_560, 1_560, 1_560])
  expect(scale.counters().unconfirmed).toBe(3)
})

it('refuses what no scale of its capacity can show', async () => {
  const { cable, weights, scale } = await rig({ capacity: Kilograms(100_000) })
  for (const kg of [14_300, 180_000, -180_000, 109_980]) cable.say(frame(kg))
  await eventually(() => scale.counters().frames === 4)
  expect(weights()).toEqual([14_300, 109_980])
  expect(scale.counters()['refused-above-capacity']).toBe(2)
  expect(scale.state().detail).toContain('refused: above-capacity (-180000)')
})

it('takes the place of the point from its configuration where the frames do not say it', async () => {
  const gm = scaleDialect('modbus-gm8802f')
  if (!gm) throw new Error('no such dialect')
  const { cable, weights } = await rig({ dialect: gm, unit: 't', decimals: 2 })
  cable.say(gm.encode({ digits: 4_568, decimals: null, stable: true }))
  await eventually(() => weights().length === 1)
  expect(weights()).toEqual([45_680])
})

it('does not take a net weight for what stands on the platform while a tare is set at the indicator', async () => {
  const mt = scaleDialect('mt-continuous')
  if (!mt) throw new Error('no such dialect')
  const { cable, weights, scale } = await rig({ dialect: mt, settings: { form: 'cr-checksum' } })
  const said = { digits: 14_300, decimals: 0, unit: 'kg', stable: true } as const
  // The first after connecting is never believed.
  cable.say(mt.encode({ ...said, mode: 'gross' }, { form: 'cr-checksum' }))
  cable.say(mt.encode({ ...said, mode: 'net', tare: { digits: 24_000, decimals: 0 } }, { form: 'cr-checksum' }))
  cable.say(mt.encode({ ...said, mode: 'net', tare: { digits: 0, decimals: 0 } }, { form: 'cr-checksum' }))
  cable.say(mt.encode({ ...said, mode: 'gross' }, { form: 'cr-checksum' }))
  await eventually(() => scale.counters().frames === 4)
  expect(weights()).toEqual([14_300, 14_300])
  expect(scale.counters()['refused-net']).toBe(1)
})

it.each<[acceptNet: boolean, kg: number[]]>([
  [false, [45_680]],
  [true, [30_680, 45_680]],
])('a net weight that says nothing of a tare is believed only where the profile says so: %s', async (acceptNet, kg) => {
  const line = scaleDialect('stgs-18')
  if (!line) throw new Error('no such dialect')
  const { cable, weights, scale } = await rig({ dialect: line, acceptNet })
  const said = { digits: 30_680, decimals: 0, unit: 'kg', stable: true } as const
  for (const mode of ['gross', 'net', 'tare'] as const) cable.say(line.encode({ ...said, mode }))
  cable.say(line.encode({ ...said, digits: 45_680, mode: 'gross' }))
  await eventually(() => scale.counters().frames === 4)
  expect(weights()).toEqual(kg)
  expect(scale.counters()).toMatchObject({ distrusted: 1, tares: 1, ...(acceptNet ? {} : { 'refused-net': 1 }) })
})
