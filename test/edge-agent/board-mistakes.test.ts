import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { readConfig } from '../../edge-agent/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'pitgate-boards-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const EXAMPLE = readFileSync(join(import.meta.dirname, '../../edge-agent/edge.example.yaml'), 'utf8')
writeFileSync(join(folder, 'mqtt-password'), 's3cret\n')
writeFileSync(join(folder, 'camera-password'), 'right\n')

interface Lane {
  board: { outputs: Record<string, number>; inputs: Record<string, unknown> } & Record<string, unknown>
  [key: string]: unknown
}
function read(change: (lane: Lane) => void) {
  const config = parse(EXAMPLE) as { lanes: [Lane] }
  change(config.lanes[0])
  const file = join(folder, 'edge.yaml')
  writeFileSync(file, stringify(config))
  return readConfig(file)
}
const said = (change: (lane: Lane) => void): string[] => {
  const reading = read(change)
  return reading.ok ? [] : reading.sentence.split('\n').slice(1)
}
const VZENITH = { kind: 'vzenith', serialNumber: 'abc' }
const HIKVISION = { kind: 'hikvision', address: 'http://192.168.1.31', user: 'admin', password: 'x' }
const withoutExit = ({ board }: Lane): void => {
  delete board.outputs.exitOpen
  delete board.outputs.exitClose
}

describe('what a board cannot have', () => {
  it.each<[what: string, change: (lane: Lane) => void, says: string[]]>([
    ['a make nobody knows', ({ board }) => Object.assign(board, { kind: 'relaytron' }), ['lanes.0.board.kind: 只能是 waveshare']],
    [
      'settings of another make',
      ({ board }) => Object.assign(board, { kind: 'jmdm-ascii', checksum: true }),
      ['board.unitAddress: jmdm-ascii 没有这一项 / is nothing a jmdm-ascii board has', 'board.checksum: jmdm-ascii 没有这一项'],
    ],
    [
      'an address beyond the make',
      ({ board }) => Object.assign(board, { unitAddress: 248 }),
      ['board.unitAddress: waveshare 的地址最大 247'],
    ],
    [
      'wires beyond its channels',
      ({ board }) => {
        Object.assign(board, { kind: 'lc' })
        board.outputs.siren = 8
        board.inputs['exit-loop'] = { input: 9 }
      },
      ['board.outputs.siren: 此板输出口只到 7 / the outputs of this board go to 7', 'board.inputs.exit-loop.input: 此板输入口只到 7'],
    ],
    [
      'wires beyond the channels it is said to have',
      ({ board }) => Object.assign(board, { kind: 'iologik', address: 'tcp://10.0.0.9:502', outputChannels: 6 }),
      ['board.outputs.siren: 此板输出口只到 5'],
    ],
    [
      'inputs of a board that has none',
      (lane) => {
        const { board } = lane
        Object.assign(board, { kind: 'lcus' })
        delete board.unitAddress
        board.inputs = { 'exit-loop': { input: 0 } }
        lane.layout = { gates: 'exit' }
        for (const open of ['entryOpen', 'entryClose']) delete board.outputs[open]
      },
      ['board.inputs.exit-loop.input: lcus 没有输入口：传感器接另一块板，本板写到 relays 下'],
    ],
    [
      'datagrams over a serial line',
      ({ board }) => {
        Object.assign(board, { kind: 'jmdm-udp' })
        delete board.unitAddress
      },
      ['board.address: jmdm-udp 走 UDP'],
    ],
    ['bytes over UDP', ({ board }) => Object.assign(board, { address: 'udp://10.0.0.9:4001' }), ['board.address: waveshare 走串口或 TCP']],
    [
      'a scale over UDP',
      (lane) => Object.assign(lane.scale as object, { address: 'udp://10.0.0.9:4001' }),
      ['scale.address: 此设备不走 UDP'],
    ],
    ['a barrier nothing opens', ({ board }) => delete board.outputs.exitOpen, ['lanes.0.board.outputs.exitOpen: 缺少此项 / is missing']],
    [
      'a barrier with two masters',
      (lane) => Object.assign(lane, { barriers: { exit: VZENITH } }),
      ['board.outputs.exitOpen: 此道闸已由相机控制', 'board.outputs.exitClose: 此道闸已由相机控制'],
    ],
    [
      'a camera barrier that lacks what its kind needs',
      (lane) => {
        withoutExit(lane)
        Object.assign(lane, { barriers: { exit: { kind: 'dahua', serialNumber: 'abc' } } })
      },
      [
        'barriers.exit.address: 缺少此项',
        'barriers.exit.user: 缺少此项',
        'barriers.exit.serialNumber: dahua 没有这一项',
        'barriers.exit.password: 与 passwordFile 写且只写一个',
      ],
    ],
    [
      'a password file that is away',
      (lane) => {
        withoutExit(lane)
        const { password: _, ...rest } = HIKVISION
        Object.assign(lane, { barriers: { exit: { ...rest, passwordFile: './nowhere' } } })
      },
      ['barriers.exit.passwordFile: 文件'],
    ],
    [
      'a detector on a sensor’s input',
      (lane) => Object.assign(lane, { detector: { signal: { input: 3 }, life: { input: 7 } } }),
      ['lanes.0.detector.signal: 与 lanes.0.board.inputs.exit-loop 重复'],
    ],
    [
      'one output of a camera for two barriers',
      (lane) => {
        withoutExit(lane)
        delete lane.board.outputs.entryOpen
        delete lane.board.outputs.entryClose
        Object.assign(lane, { barriers: { entry: { ...VZENITH, serialNumber: 'ABC' }, exit: VZENITH } })
      },
      ['barriers.exit.openOutput: 与 lanes.0.barriers.entry.openOutput 重复'],
    ],
    [
      'one camera’s gate for two barriers',
      (lane) => {
        withoutExit(lane)
        delete lane.board.outputs.entryOpen
        delete lane.board.outputs.entryClose
        Object.assign(lane, { barriers: { entry: { ...HIKVISION, channel: 1 }, exit: HIKVISION } })
      },
      ['barriers.exit.address: 与 lanes.0.barriers.entry.address 重复'],
    ],
    [
      'a kind of barrier that only looks like a word',
      (lane) => {
        withoutExit(lane)
        Object.assign(lane, { barriers: { exit: { ...VZENITH, kind: 'constructor' } } })
      },
      ['barriers.exit.kind: 只能是'],
    ],
    [
      'a port that the scale has, with other line settings',
      ({ board }) => Object.assign(board, { address: 'serial:/dev/ttyS0?baud=4800' }),
      ['board.address: 与 lanes.0.scale.address 重复'],
    ],
  ])('%s', (_, change, says) => {
    const lines = said(change)
    expect(lines).toEqual(says.map((words) => expect.stringContaining(words)))
  })
})

describe('what may be', () => {
  it.each<[what: string, change: (lane: Lane) => void]>([
    ['a board without an address of its own', ({ board }) => delete board.unitAddress],
    ['an LC board', ({ board }) => Object.assign(board, { kind: 'lc', unitAddress: 255 })],
    ['relays on a second board', ({ board }) => Object.assign(board, { relays: { kind: 'lcus', address: 'serial:///dev/ttyUSB0' } })],
    [
      'a barrier behind a camera',
      (lane) => {
        withoutExit(lane)
        Object.assign(lane, { barriers: { exit: HIKVISION } })
      },
    ],
    ['a detector', (lane) => Object.assign(lane, { detector: { signal: { input: 6 }, life: { input: 7 } } })],
  ])('%s', (_, change) => {
    expect(said(change)).toEqual([])
  })

  it('a password from its file, as people end lines', () => {
    const reading = read((lane) => {
      withoutExit(lane)
      const { password: _, ...rest } = HIKVISION
      Object.assign(lane, { barriers: { exit: { ...rest, passwordFile: './camera-password' } } })
    })
    const barrier = reading.ok ? reading.config.lanes[0]?.barriers?.exit : expect.unreachable(reading.sentence)
    expect(barrier).toEqual({ kind: 'hikvision', address: 'http://192.168.1.31', user: 'admin', password: 'right' })
  })
})
