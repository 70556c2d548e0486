import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DialectSettings, ScaleDialect } from '#dialects/scale/reading'
import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'
import { milliseconds } from '#edge/units'
import { dialectOf, isAsked, type SetDialect } from '../../../edge-agent/config/profile.ts'
import { askedLines } from '../../../edge-agent/devices/asked-lines.ts'
import { ASK_EVERY, askedScale } from '../../../edge-agent/devices/asked-scale.ts'
import type { Device } from '../../../edge-agent/devices/device.ts'
import { retrySchedule } from '../../../edge-agent/devices/retry-schedule.ts'
import { scaleDevice } from '../../../edge-agent/devices/scale.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { simulatorClock } from '../../../simulators/clock.ts'
import { SOUND } from '../../../simulators/faults.ts'
import { openLine } from '../../../simulators/line.ts'
import { random } from '../../../simulators/random.ts'
import { type ScaleSimulator, scaleSimulator } from '../../../simulators/scale.ts'
import { eventually } from '../../support/eventually.ts'
import { listening } from './listening.ts'
import { quietLog } from './quiet-log.ts'

/**
 * Every indicator language there is, on a real pty paced at its usual speed, through the device that reads it: sound, then with noise,
 * cut-off and joined frames, silent, unplugged and back. A kernel pty knows neither seven bits nor parity: there the parity stands in
 * bit 7, as at a serial server that was left at 8N1.
 */
const SPEED = 4
const schedule = retrySchedule({ first: milliseconds(40), growth: 2, most: milliseconds(160), jitter: 0, chance: () => 0 })

/** What must be set for a dialect to be spoken at all. */
const NEEDED: Readonly<Record<string, DialectSettings>> = {
  'bcd-ff': { bits: 'jcs-b' },
  'text-layout': { ends: ['cr-lf'], lines: [{ fields: [{ text: 'W:' }, { number: 8 }, { unit: 2 }] }] },
}
/** Those that call every weight net and say nothing of a tare: believed only where a profile says so. */
const CALL_ALL_NET = ['modbus-supmeter', 'ob350-fmt3', 'bilanciai-cb', 'bilanciai-ext']
/** How the indicators of a family are told apart on one line. */
const ADDRESSES: Readonly<Record<string, (nth: number) => DialectSettings>> = {
  'yaohua-cmd': (nth) => ({ address: 'AB'[nth] }),
  'dingsong-ds822': (nth) => ({ address: 'AB'[nth] }),
  'laumas-ascii': (nth) => ({ address: `0${nth + 1}` }),
  'flintec-bsi': (nth) => ({ address: `0${nth + 1}` }),
  'gm-rsp1': (nth) => ({ scaleNo: `0${nth + 1}`, channel: '1' }),
  'dini-standard': (nth) => ({ address: `0${nth + 1}`, ask: true }),
  'stgs-18': (nth) => ({ address: nth + 1, ask: true }),
  'rinstrum-reg': (nth) => ({ address: nth + 1 }),
}
const addressesOf = (name: string): ((nth: number) => DialectSettings) | undefined =>
  name.startsWith('modbus-') ? (nth) => ({ unitId: nth + 1 }) : ADDRESSES[name]

/** Whether a single turned bit of a frame can pass for another weight: then only faults that a frame's shape shows are tried. */
function isGullible({ dialect, settings }: SetDialect): boolean {
  const frame = dialect.encode({ digits: 38_420, decimals: 0, unit: 'kg', stable: true }, settings)
  return Array.from({ length: 8 * frame.length }, (_, bit) =>
    frame.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)),
  ).some((flipped) => {
    let other = false
    dialect.decoder(settings).push(
      flipped,
      ({ digits }) => {
        other ||= digits !== 38_420
      },
      () => {},
    )
    return other
  })
}

interface Rigged {
  readonly weights: () => number[]
  readonly scale: Device
  readonly indicator: ScaleSimulator
  readonly heard: () => boolean[]
  put(kg: number): void
}

/** So many indicators of a dialect on one line, each with its device. */
async function rig(
  sets: readonly SetDialect[],
  over: 'pty' | 'tcp',
  body: (all: readonly Rigged[], line: { unplug(): void; replug(): Promise<void> }) => Promise<void>,
) {
  const [first] = sets
  if (!first) throw new Error('no indicator')
  const { usual } = first.dialect
  const scaleOfTime = { speed: SPEED, realStart: Date.now(), shownStart: Date.now() }
  const clock = nodeClock(scaleOfTime)
  const theirs = simulatorClock(scaleOfTime)
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-rig-'))
  const indicators: ScaleSimulator[] = []
  const line = await openLine({
    name: 'scale',
    folder,
    clock: theirs,
    log: () => {},
    onBytes: (bytes) => {
      for (const indicator of indicators) indicator.hear(bytes)
    },
    settings: { baud: usual.baud, dataBits: 8, parity: 'none', stopBits: usual.stop },
    over,
  })
  const address = line.address.startsWith('serial:')
    ? `${line.address.replace(/\?.*/, '')}?baud=${usual.baud}&stop=${usual.stop}`
    : line.address
  const lines = askedLines({ clock, log: quietLog, schedule })
  const all = sets.map((set, nth): Rigged => {
    const { dialect, settings, sevenBit } = set
    let kg = 0
    const indicator = scaleSimulator({
      line,
      dialect,
      settings,
      eKg: 20,
      clock: theirs,
      random: random(nth + 1),
      weight: () => kg,
      parityInBit7: usual.data === 7,
    })
    indicators.push(indicator)
    const ears = listening()
    const parts = {
      name: 'scale',
      address,
      dialect,
      settings,
      sevenBit,
      unit: 'kg',
      decimals: 0,
      acceptNet: CALL_ALL_NET.includes(dialect.name),
      silentAfter: milliseconds(2_500),
      schedule,
      clock,
      log: quietLog,
      ...ears,
    } as const
    const scale =
      dialect.asking !== null && isAsked(set)
        ? askedScale({ ...parts, line: lines.at(address), every: ASK_EVERY, answerWithin: milliseconds(dialect.asking.answerWithinMs) })
        : scaleDevice(parts)
    return {
      scale,
      indicator,
      heard: ears.heard,
      weights: () => ears.inputs.flatMap((input) => (input.kind === 'reading' ? [input.weight] : [])),
      put: (weight) => {
        kg = weight
      },
    }
  })
  try {
    for (const { scale } of all) await scale.start()
    await body(all, line)
  } catch (error) {
    const state = all.map(({ scale, weights }) => ({ ...scale.state(), ...scale.counters(), weights: [...new Set(weights())] }))
    throw new Error(`${(error as Error).message}: ${JSON.stringify(state)}`, { cause: error })
  } finally {
    for (const { scale } of all) await scale.stop()
    for (const { indicator } of all) await indicator.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const within = { within: 30_000 }
const told = ({ weights }: Rigged, kg: number): Promise<unknown> => eventually(() => weights().at(-1) === kg, within)
const rejects = ({ scale }: Rigged): number =>
  Object.entries(scale.counters()).reduce(
    (sum, [name, count]) => sum + (name.startsWith('rejected-') || name === 'unanswered' ? count : 0),
    0,
  )

function setOf(name: string, more: DialectSettings = {}): SetDialect {
  const set = dialectOf({ dialect: name, settings: { ...NEEDED[name], ...more } })
  if (!set) throw new Error(`there is no ${name}`)
  return set
}

async function livesThrough(one: Rigged, set: SetDialect, line: { unplug(): void; replug(): Promise<void> }): Promise<void> {
  one.put(14_300)
  await told(one, 14_300)
  one.put(38_420)
  await told(one, 38_420)

  one.indicator.faults = { ...SOUND, cut: 0.1, joined: 0.1, garbage: 0.1, noise: isGullible(set) ? 0 : 0.1 }
  await eventually(() => rejects(one) >= 8, within)
  one.put(52_160)
  await told(one, 52_160)
  one.indicator.faults = SOUND
  await eventually(() => one.scale.state().state === 'ok', within)
  const before = one.heard().length

  one.indicator.faults = { ...SOUND, silent: true }
  await eventually(() => one.scale.state().state === 'silent', within)
  one.indicator.faults = SOUND
  await eventually(() => one.scale.state().state === 'ok', within)

  line.unplug()
  await eventually(() => one.scale.state().state === 'lost', within)
  one.put(20)
  await line.replug()
  await told(one, 20)
  expect(one.heard().slice(before)).toEqual([false, true, false, true])
  expect([...new Set(one.weights())].filter((kg) => ![0, 14_300, 38_420, 52_160, 20].includes(kg))).toEqual([])
}

/** Modbus TCP has no check and no place on a serial line: it has a socket below. */
const dialects: readonly ScaleDialect[] = Object.values(SCALE_DIALECTS).filter(({ name }) => name !== 'modbus-tcp')

const alone = (name: string): Promise<void> => {
  const set = setOf(name)
  return rig([set], 'pty', async ([one], line) => {
    if (one) await livesThrough(one, set, line)
  })
}

function together(name: string): Promise<void> {
  const addresses = addressesOf(name)
  if (!addresses) throw new Error('no addresses')
  return rig([setOf(name, addresses(0)), setOf(name, addresses(1))], 'pty', async ([one, other], line) => {
    if (!one || !other) throw new Error('two are wanted')
    one.put(14_300)
    other.put(38_420)
    await Promise.all([told(one, 14_300), told(other, 38_420)])
    one.indicator.faults = { ...SOUND, silent: true }
    await eventually(() => one.scale.state().state === 'silent', within)
    other.put(52_160)
    await told(other, 52_160)
    one.indicator.faults = SOUND
    one.put(20)
    await told(one, 20)
    line.unplug()
    await eventually(() => one.scale.state().state === 'lost' && other.scale.state().state === 'lost', within)
    await line.replug()
    await eventually(() => one.scale.state().state === 'ok' && other.scale.state().state === 'ok', within)
    expect([...new Set(one.weights())].filter((kg) => ![0, 14_300, 20].includes(kg))).toEqual([])
    expect([...new Set(other.weights())].filter((kg) => ![0, 38_420, 52_160].includes(kg))).toEqual([])
  })
}

/** Lines wait more than they work: so many live at the same time. */
const AT_ONCE = 16
function inParallel(names: readonly string[], life: (name: string) => Promise<void>): (name: string) => Promise<void> {
  const lives = new Map<string, Promise<void>>()
  const begin = (): void => {
    const free: Promise<unknown>[] = Array.from({ length: AT_ONCE }, () => Promise.resolve())
    names.forEach((name, at) => {
      const mine = (free[at % AT_ONCE] ?? Promise.resolve()).then(() => life(name))
      free[at % AT_ONCE] = mine.catch(() => {})
      mine.catch(() => {})
      lives.set(name, mine)
    })
  }
  let begun = false
  return async (name) => {
    if (!begun) begin()
    begun = true
    const mine = lives.get(name)
    lives.delete(name)
    // Tried a second time it has the machine to itself.
    await (mine ?? life(name))
  }
}

const names = dialects.map(({ name }) => name)
const addressed = names.filter((name) => addressesOf(name))

describe.skipIf(process.platform === 'win32')('on a paced line', () => {
  const lived = inParallel(names, alone)
  it.each(names)('%s is heard through noise, cuts, silence and a pulled plug, and nothing is invented', lived, 120_000)

  const shared = inParallel(addressed, together)
  it.each(addressed)('two indicators of %s share a line, and one that falls silent does not stop the other', shared, 120_000)
})

it.each(['laumas', 'gm8802f', 'dini', 'eagle', 'dingsong'])(
  'Modbus TCP with the registers of %s, over a socket',
  async (table) => {
    const set = setOf('modbus-tcp', { table, unitId: 7 })
    await rig([set], 'tcp', async ([one], line) => {
      if (!one) return
      one.put(14_300)
      await told(one, 14_300)
      one.indicator.faults = { ...SOUND, silent: true }
      await eventually(() => one.scale.state().state === 'silent', within)
      one.indicator.faults = SOUND
      line.unplug()
      await eventually(() => one.scale.state().state === 'lost', within)
      one.put(38_420)
      await line.replug()
      await told(one, 38_420)
      expect([...new Set(one.weights())].filter((kg) => ![0, 14_300, 38_420].includes(kg))).toEqual([])
    })
  },
  60_000,
)
