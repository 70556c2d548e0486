import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { readConfig, rulesOf } from '../../edge-agent/config.ts'

/** What kind of lane it is: what the configuration may say of it, and what contradicts itself. */
const folder = mkdtempSync(join(tmpdir(), 'pitgate-layout-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const EXAMPLE = readFileSync(join(import.meta.dirname, '../../edge-agent/edge.example.yaml'), 'utf8')
writeFileSync(join(folder, 'mqtt-password'), 's3cret\n')
writeFileSync(join(folder, 'camera-password'), 'right\n')

interface Lane {
  layout?: Record<string, unknown>
  board: { outputs: Record<string, number>; inputs: Record<string, unknown> }
  barriers?: Record<string, unknown>
}
function read(change: (lane: Lane) => void) {
  const config = parse(EXAMPLE) as { lanes: [Lane] }
  delete config.lanes[0].layout
  change(config.lanes[0])
  const file = join(folder, 'edge.yaml')
  writeFileSync(file, stringify(config))
  return readConfig(file)
}
const said = (change: (lane: Lane) => void): string[] => {
  const reading = read(change)
  return reading.ok ? [] : reading.sentence.split('\n').slice(1)
}
const without = (of: Record<string, unknown>, ...names: string[]): void => {
  for (const name of names) delete of[name]
}

describe('a lane that is', () => {
  it.each<[what: string, change: (lane: Lane) => void, layout: object, fitted: number]>([
    [
      'not described has two barriers, one way, for every truck',
      () => {},
      { gates: { entry: true, exit: true }, bothWays: false, serves: 'both' },
      6,
    ],
    [
      'light only',
      (lane) => {
        lane.layout = { gates: 'none' }
        without(lane.board.outputs, 'entryOpen', 'entryClose', 'exitOpen', 'exitClose')
        without(lane.board.inputs, 'entry-arm-down', 'exit-arm-down')
      },
      { gates: { entry: false, exit: false } },
      4,
    ],
    [
      'without loops',
      (lane) => {
        lane.layout = { exitSeenBy: 'beam' }
        without(lane.board.inputs, 'entry-loop', 'exit-loop')
      },
      { gates: { entry: true, exit: true } },
      4,
    ],
    [
      'without any sensor',
      (lane) => {
        lane.layout = { gates: 'none', exitSeenBy: 'weight', serves: 'gross', storedTare: true }
        without(lane.board.outputs, 'entryOpen', 'entryClose', 'exitOpen', 'exitClose')
        lane.board.inputs = { 'entry-beam': { input: 1 } }
      },
      { gates: { entry: false, exit: false }, serves: 'gross', storedTare: true },
      1,
    ],
    ['entered from both ends', (lane) => (lane.layout = { bothWays: true }), { bothWays: true }, 6],
  ])('%s', (_, change, layout, fitted) => {
    const reading = read(change)
    if (!reading.ok) return expect.unreachable(reading.sentence)
    const [lane] = reading.config.lanes
    if (!lane) return expect.unreachable()
    const rules = rulesOf(reading.config.site, lane)
    expect(rules.layout).toMatchObject(layout)
    expect(rules.fitted).toHaveLength(fitted)
  })
})

describe('is told, in both languages, that', () => {
  it.each<[what: string, change: (lane: Lane) => void, lines: string[]]>([
    [
      'a barrier that is not there is driven and watched',
      (lane) => (lane.layout = { gates: 'entry' }),
      [
        'board.outputs.exitOpen: layout.gates 说没有出口道闸：去掉此项，或改 layout.gates / belongs to the exit barrier',
        'board.outputs.exitClose: layout.gates 说没有出口道闸',
        'board.inputs.exit-arm-down: layout.gates 说没有出口道闸',
      ],
    ],
    [
      'a barrier that is there has nothing to open it',
      (lane) => without(lane.board.outputs, 'exitOpen'),
      ['board.outputs.exitOpen: 缺少此项 / is missing'],
    ],
    [
      'an arm has nobody to say when it may come down',
      (lane) => without(lane.board.inputs, 'entry-loop', 'entry-beam'),
      ['board.inputs.entry-loop: 入口有道闸，就要有地感或对射：否则无法知道何时可以落杆 / is missing, and so is entry-beam'],
    ],
    [
      'an exit loop was forgotten',
      (lane) => without(lane.board.inputs, 'exit-loop'),
      [
        'board.inputs.exit-loop: 缺少此项。没有出口地感的磅道请写明 layout.exitSeenBy: beam 或 weight / is missing. A lane without an exit loop says so',
      ],
    ],
    [
      'an exit seen by the weight alone has a barrier and a sensor',
      (lane) => {
        lane.layout = { exitSeenBy: 'weight' }
        without(lane.board.inputs, 'exit-loop')
      },
      ['board.inputs.exit-beam: 已接线，但 layout.exitSeenBy 为 weight：去掉一处 / is wired, and layout.exitSeenBy says weight'],
    ],
    [
      'vehicles from both ends need a loop and a beam at both',
      (lane) => {
        lane.layout = { bothWays: true }
        without(lane.board.inputs, 'exit-beam')
      },
      ['board.inputs.exit-beam: 缺少此项：双向磅道（layout.bothWays）两端都要有地感和对射'],
    ],
    [
      'a stored tare means nothing where only empty trucks are weighed',
      (lane) => (lane.layout = { serves: 'tare', storedTare: true }),
      ['layout.storedTare: 只过空车的磅道用不上存储皮重'],
    ],
    [
      'a word is none of ours',
      (lane) => (lane.layout = { gates: 'three' }),
      ['layout.gates: 只能是 both, exit, entry, none / must be one of'],
    ],
  ])('%s', (_, change, lines) => {
    expect(said(change)).toEqual(lines.map((line) => expect.stringContaining(`lanes.0.${line}`)))
  })
})
