import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { yaohuaTf0 } from '#dialects/scale/yaohua-tf0'
import { milliseconds, seconds } from '#edge/units'
import { boardDevice } from '../../../edge-agent/devices/board.ts'
import { retrySchedule } from '../../../edge-agent/devices/retry-schedule.ts'
import { scaleDevice } from '../../../edge-agent/devices/scale.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { boardSimulator } from '../../../simulators/board.ts'
import { simulatorClock } from '../../../simulators/clock.ts'
import { type Line, openLine } from '../../../simulators/line.ts'
import { random } from '../../../simulators/random.ts'
import { scaleSimulator } from '../../../simulators/scale.ts'
import { eventually } from '../../support/eventually.ts'
import { listening } from './listening.ts'
import { quietLog } from './quiet-log.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

const schedule = retrySchedule({ first: milliseconds(20), growth: 2, most: milliseconds(80), jitter: 0, chance: () => 0 })
const outputs = { entryOpen: 0, entryClose: 1, exitOpen: 2, exitClose: 3, entryGreen: 4, exitGreen: 5, siren: 6 }
const inputs = { 'entry-loop': { input: 0 }, 'exit-loop': { input: 3 } }

function clocks(speed: number) {
  const scale = { speed, realStart: Date.now(), shownStart: Date.now() }
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-line-'))
  toClose.push(() => rmSync(folder, { recursive: true, force: true }))
  const line = async (name: string, onBytes: (bytes: Uint8Array) => void): Promise<Line> => {
    const opened = await openLine({ name, folder, clock: simulatorClock(scale), log: () => {}, onBytes })
    toClose.push(() => opened.stop())
    return opened
  }
  return { ours: nodeClock(scale), theirs: simulatorClock(scale), line }
}

describe.skipIf(process.platform === 'win32')('over a line with pace and parity', () => {
  it.each([1, 4, 20])('an indicator and a board are heard without a gap at %i times the speed', async (speed) => {
    const { ours, theirs, line } = clocks(speed)
    const scaleLine = await line('scale', () => {})
    const indicator = scaleSimulator({
      line: scaleLine,
      dialect: yaohuaTf0,
      eKg: 20,
      clock: theirs,
      random: random(1),
      weight: () => 38_420,
    })
    toClose.push(() => indicator.stop())
    let hear = (_: Uint8Array): void => {}
    const boardCable = await line('board', (bytes) => hear(bytes))
    const simulated = boardSimulator({
      unit: 1,
      wiring: { outputs, inputs },
      clock: theirs,
      random: random(2),
      line: boardCable,
      setOutput: () => {},
      sensor: (sensor) => sensor === 'entry-loop',
    })
    hear = simulated.hear
    toClose.push(() => simulated.stop())

    const common = { clock: ours, log: quietLog, schedule }
    const ears = { scale: listening(), board: listening() }
    const scale = scaleDevice({
      ...common,
      ...ears.scale,
      name: 'scale',
      address: scaleLine.address,
      dialect: yaohuaTf0,
      unit: 'kg',
      silentAfter: seconds(3),
    })
    const board = boardDevice({
      ...common,
      ...ears.board,
      name: 'board',
      address: boardCable.address,
      unitAddress: 1,
      wiring: { outputs, inputs },
      pollEvery: milliseconds(100),
      answerWithin: milliseconds(300),
    })
    await scale.start()
    await board.start()
    toClose.push(
      () => scale.stop(),
      () => board.stop(),
    )

    await eventually(() => scale.state().state === 'ok' && board.state().state === 'ok')
    const told = [ears.scale.heard().length, ears.board.heard().length]
    const [readings, polls] = [scale.counters().readings ?? 0, board.counters().polls ?? 0]
    await eventually(() => (scale.counters().readings ?? 0) >= readings + 12 && (board.counters().polls ?? 0) >= polls + 5)
    expect(await board.pulse('exit', 'open', milliseconds(500))).toBe('accepted')
    expect(simulated.requests.filter((request) => request.kind === 'pulse')).toHaveLength(1)
    expect([ears.scale.heard().length, ears.board.heard().length]).toEqual(told)
    expect(ears.scale.inputs.at(-1)).toMatchObject({ kind: 'reading', weight: 38_420, stable: null })
    expect(ears.board.inputs.filter((input) => input.kind === 'sensor')).toMatchObject([
      { sensor: 'entry-loop', on: true },
      { sensor: 'exit-loop', on: false },
    ])
  })

  // Odd parity, because a Linux pty forgets that even parity was asked for.
  it.each([
    ['parity', 'parity=odd'],
    ['speed', 'baud=4800'],
  ])('an indicator read with the wrong %s gives no weight, and the words to find out why', async (_, wrong) => {
    const { ours, theirs, line } = clocks(4)
    const scaleLine = await line('scale', () => {})
    const indicator = scaleSimulator({
      line: scaleLine,
      dialect: yaohuaTf0,
      eKg: 20,
      clock: theirs,
      random: random(1),
      weight: () => 20,
    })
    toClose.push(() => indicator.stop())
    const ears = listening()
    const scale = scaleDevice({
      ...ears,
      clock: ours,
      log: quietLog,
      schedule,
      name: 'scale',
      address: `${scaleLine.address.split('?')[0]}?${wrong}`,
      dialect: yaohuaTf0,
      unit: 'kg',
      silentAfter: seconds(3),
    })
    await scale.start()
    toClose.push(() => scale.stop())
    await eventually(() => scale.state().detail.includes('parity'))
    // Before the simulated line has looked at the settings, and never after, a frame may have come through.
    const before = scale.counters().readings ?? 0
    const bytes = scale.counters().bytes ?? 0
    await eventually(() => (scale.counters().bytes ?? 0) > bytes + 100)
    expect(scale.counters().readings ?? 0).toBe(before)
  })
})
