import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Instant, milliseconds } from '#edge/units'
import type { LaneInput } from '#weighing/vocabulary'
import { fitBoard, heardTogether } from '../../../edge-agent/fitting/board.ts'
import type { Fitting } from '../../../edge-agent/fitting/fitting.ts'
import { createLog } from '../../../edge-agent/log.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { boardSimulator } from '../../../simulators/board.ts'
import { simulatorClock } from '../../../simulators/clock.ts'
import { openLine } from '../../../simulators/line.ts'
import { random } from '../../../simulators/random.ts'
import { eventually } from '../../support/eventually.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

describe('two boards that a lane knows as one', () => {
  const says = (...told: [name: 'board' | 'relays', heard: boolean][]): boolean[] => {
    const inputs: LaneInput[] = []
    const hear = heardTogether((input) => inputs.push(input))
    for (const [device, heard] of told) hear(device)({ kind: 'device', at: Instant(0), device, heard })
    expect(inputs.every((input) => input.kind === 'device' && input.device === 'board')).toBe(true)
    return inputs.flatMap((input) => (input.kind === 'device' ? [input.heard] : []))
  }
  it.each<[when: string, told: [name: 'board' | 'relays', heard: boolean][], hears: boolean[]]>([
    ['one has spoken', [['board', true]], []],
    [
      'both have',
      [
        ['board', true],
        ['relays', true],
      ],
      [true],
    ],
    [
      'one never does',
      [
        ['board', true],
        ['relays', false],
      ],
      [false],
    ],
    [
      'one falls silent and comes back',
      [
        ['relays', true],
        ['board', true],
        ['relays', false],
        ['relays', true],
      ],
      [true, false, true],
    ],
    [
      'both fall silent and one comes back',
      [
        ['relays', true],
        ['board', true],
        ['relays', false],
        ['board', false],
        ['board', true],
      ],
      [true, false],
    ],
  ])('when %s', (_, told, hears) => {
    expect(says(...told)).toEqual(hears)
  })
})

it.skipIf(process.platform === 'win32')(
  'sensors on one board and LCUS relays on another: the relays pulse, and without them the lane is deaf',
  async () => {
    const clock = simulatorClock({ speed: 1, realStart: Date.now(), shownStart: Date.now() })
    const folder = mkdtempSync(join(tmpdir(), 'pitgate-two-boards-'))
    toClose.push(() => rmSync(folder, { recursive: true, force: true }))
    const moves: string[] = []
    const board = async (name: string, kind: 'waveshare' | 'lcus') => {
      const cable = await openLine({ name, folder, clock, log: () => {}, unpaced: true, onBytes: (bytes) => simulator.hear(bytes) })
      const simulator = boardSimulator({
        kind,
        wiring: { outputs: kind === 'lcus' ? { exitOpen: 2, siren: 6 } : {}, inputs: kind === 'lcus' ? {} : { 'exit-loop': { input: 3 } } },
        clock,
        random: random(3),
        line: cable,
        setOutput: (output, on) => moves.push(`${output} ${on}`),
        sensor: () => true,
      })
      toClose.push(() => cable.stop(), simulator.stop)
      return { cable, simulator }
    }
    const sensors = await board('sensors', 'waveshare')
    const relays = await board('relays', 'lcus')
    const inputs: LaneInput[] = []
    const fitting = {
      lane: { rules: { lane: 'north' }, tell: (input: LaneInput) => inputs.push(input) },
      clock: nodeClock(),
      log: createLog('test', 'silent'),
      onState: () => {},
    } as unknown as Fitting
    const { iron, devices } = fitBoard(
      fitting,
      {
        address: sensors.cable.address,
        outputs: { entryOpen: 0, exitOpen: 2, entryGreen: 4, exitGreen: 5, siren: 6 },
        inputs: { 'exit-loop': { input: 3 } },
        relays: { kind: 'lcus', address: relays.cable.address },
        pollMilliseconds: 20,
      },
      () => {},
      undefined,
    )
    for (const device of devices) {
      await device.start()
      toClose.push(() => device.stop())
    }
    expect(devices.map(({ name }) => name)).toEqual(['board', 'relays'])
    const heard = () => inputs.flatMap((input) => (input.kind === 'device' ? [`${input.device} ${input.heard}`] : [])).at(-1)
    await eventually(() => heard() === 'board true')
    expect(inputs.find((input) => input.kind === 'sensor')).toMatchObject({ sensor: 'exit-loop', on: true })
    expect(await iron.pulse('exit', 'open', milliseconds(200))).toBe('accepted')
    await eventually(() => moves.at(-1) === 'exitOpen false')
    relays.cable.unplug()
    await eventually(() => heard() === 'board false')
    expect(await iron.pulse('exit', 'open', milliseconds(200))).toBe('refused')
    expect(sensors.simulator.requests.some((request) => request.kind === 'pulse' || request.kind === 'set')).toBe(false)
  },
)
