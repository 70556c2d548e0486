import { afterEach, describe, expect, it } from 'vitest'
import { milliseconds } from '#edge/units'
import { type BoardParts, boardDevice } from '../../../edge-agent/devices/board.ts'
import { retrySchedule } from '../../../edge-agent/devices/retry-schedule.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { eventually } from '../../support/eventually.ts'
import { ptyCable } from '../../support/pty.ts'
import { listening } from './listening.ts'
import { quietLog } from './quiet-log.ts'
import { scriptedBoard } from './scripted-board.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

const outputs = { entryOpen: 0, entryClose: 1, exitOpen: 2, exitClose: 3, entryGreen: 4, exitGreen: 5, siren: 6 }
const inputs = { 'entry-loop': { input: 0 }, 'exit-loop': { input: 3 }, 'exit-arm-down': { input: 5, invert: true } }
const half = milliseconds(500)

async function rig(about: Partial<BoardParts> = {}, prepare: (board: ReturnType<typeof scriptedBoard>) => void = () => {}) {
  const cable = ptyCable()
  toClose.push(() => cable.close())
  const board = scriptedBoard(cable)
  prepare(board)
  const ears = listening()
  const device = boardDevice({
    name: 'board',
    address: `serial://${cable.path}?baud=9600`,
    unitAddress: 1,
    wiring: { outputs, inputs },
    pollEvery: milliseconds(10),
    answerWithin: milliseconds(60),
    schedule: retrySchedule({ first: milliseconds(10), growth: 2, most: milliseconds(40), jitter: 0, chance: () => 0 }),
    clock: nodeClock(),
    log: quietLog,
    ...ears,
    ...about,
  })
  await device.start()
  toClose.push(() => device.stop())
  const sensors = () => ears.inputs.flatMap((input) => (input.kind === 'sensor' ? [[input.sensor, input.on]] : []))
  const pulses = () => board.orders.filter((order) => order.kind === 'pulse')
  const answering = () => eventually(() => device.state().state === 'ok' && (device.counters().polls ?? 0) > 2)
  return { cable, board, device, ears, sensors, pulses, answering }
}

describe('sensors', () => {
  it('are all told at the start, then on change only, before the lane hears that the board speaks', async () => {
    const { board, sensors, answering, ears } = await rig({}, ({ inputs }) => inputs.fill(true, 0, 1))
    await answering()
    expect(sensors()).toEqual([
      ['entry-loop', true],
      ['exit-loop', false],
      ['exit-arm-down', true],
    ])
    expect(ears.inputs.flatMap(({ kind }) => (kind === 'board-late' ? [] : [kind]))).toEqual(['sensor', 'sensor', 'sensor', 'device'])
    board.inputs[3] = true
    await eventually(() => sensors().length === 4)
    board.inputs[5] = true
    await eventually(() => sensors().length === 5)
    expect(sensors().slice(3)).toEqual([
      ['exit-loop', true],
      ['exit-arm-down', false],
    ])
  })

  it('are in doubt while an answer is overdue, and no longer once it is here', async () => {
    const { board, answering, ears } = await rig()
    await answering()
    const late = () => ears.inputs.flatMap((input) => (input.kind === 'board-late' ? [input.late] : []))
    let mute = true
    board.answers = (request, honest) => (request.kind === 'read-inputs' && mute ? null : honest)
    await eventually(() => late().at(-1) === true)
    board.inputs[0] = true
    mute = false
    await eventually(() => late().at(-1) === false)
    const loop = ears.inputs.findLastIndex((input) => input.kind === 'sensor' && input.sensor === 'entry-loop' && input.on)
    expect(loop).toBeGreaterThan(-1)
    expect(loop).toBeLessThan(ears.inputs.findLastIndex(({ kind }) => kind === 'board-late'))
  })

  it('say how late they are told when the board was not heard in its turn', async () => {
    const { board, answering, ears } = await rig()
    await answering()
    const loops = () =>
      ears.inputs.flatMap((input) => (input.kind === 'sensor' && input.sensor === 'entry-loop' && input.on ? [input] : []))
    let quiet = 0
    const since = performance.now()
    board.answers = (request, honest) => (request.kind === 'read-inputs' && quiet++ < 3 ? null : honest)
    await eventually(() => quiet > 0)
    board.inputs[0] = true
    await eventually(() => loops().length === 1)
    const { lateBy } = loops()[0] ?? {}
    expect(lateBy).toBeGreaterThanOrEqual(3 * 60)
    expect(lateBy).toBeLessThanOrEqual(performance.now() - since + 60)
  })

  it('are never read out of noise, a wrong checksum, another unit or another question', async () => {
    const { board, sensors, answering, device } = await rig()
    await answering()
    board.answers = (request, honest) => {
      if (request.kind !== 'read-inputs') return honest
      const noisy = Uint8Array.from(honest)
      noisy[3] = 0xff
      return Uint8Array.from([0x55, 0xaa, ...noisy, 0x02, 0x02, 0x01, 0x08])
    }
    board.inputs[0] = true
    const polls = board.polls
    await eventually(() => board.polls > polls + 3)
    expect(sensors()).toHaveLength(3)
    expect(device.counters().unanswered).toBeGreaterThan(1)
    board.answers = (_, honest) => honest
    await eventually(() => sensors().length === 4)
  })

  it('are told when the board speaks again as they are then', async () => {
    const { board, sensors, answering, device, ears } = await rig()
    await answering()
    board.deaf = true
    await eventually(() => device.state().state === 'silent')
    expect(ears.heard()).toEqual([true, false])
    board.inputs[0] = true
    board.deaf = false
    await eventually(() => device.state().state === 'ok')
    expect(sensors().at(-1)).toEqual(['entry-loop', true])
    expect(ears.heard()).toEqual([true, false, true])
  })
})

describe('a gate', () => {
  it('opens with one pulse timed inside the board, and the bench learns when its bytes were written', async () => {
    const written: number[][] = []
    const { device, pulses, answering } = await rig({ onWritten: (bytes) => written.push([...bytes]) })
    await answering()
    expect(await device.pulse('exit', 'open', half)).toBe('accepted')
    expect(pulses()).toEqual([{ kind: 'pulse', output: 2, on: true, milliseconds: 500 }])
    expect(written).toContainEqual([0x01, 0x05, 0x02, 0x02, 0x00, 0x05, 0xad, 0xb1])
  })

  it('is asked ahead of everything that waits', async () => {
    const { device, board, answering } = await rig()
    await answering()
    device.light('entry', 'green')
    device.light('exit', 'green')
    device.siren(true)
    expect(await device.pulse('entry', 'open', half)).toBe('accepted')
    await eventually(() => board.outputs.slice(4, 7).every((on) => on))
    const first = board.orders.findIndex((order) => order.kind === 'pulse')
    expect(board.orders.slice(first).filter((order) => order.kind === 'set').length).toBeGreaterThanOrEqual(2)
  })

  it('is unknown when the board does not answer, and is never asked twice', async () => {
    const { device, board, pulses, answering } = await rig()
    await answering()
    board.answers = (request, honest) => (request.kind === 'pulse' ? null : honest)
    expect(await device.pulse('exit', 'open', half)).toBe('unknown')
    const polls = board.polls
    await eventually(() => board.polls > polls + 10)
    expect(pulses()).toHaveLength(1)
  })

  it('is refused when the board says no', async () => {
    const { device, board, answering } = await rig()
    await answering()
    board.answers = (request, honest) => (request.kind === 'pulse' ? Uint8Array.of(0x01, 0x85, 0x02, 0xc3, 0x51) : honest)
    expect(await device.pulse('exit', 'open', half)).toBe('refused')
  })

  it('is refused, not remembered, while the port is gone', async () => {
    const { device, cable, board, pulses, answering } = await rig()
    await answering()
    cable.unplug()
    await eventually(() => device.state().state === 'lost')
    expect(await device.pulse('exit', 'open', half)).toBe('refused')
    cable.plug()
    scriptedBoard(cable)
    await eventually(() => device.state().state === 'ok')
    expect(pulses()).toEqual([])
    expect(board.orders.filter((order) => order.kind === 'pulse')).toEqual([])
  })

  it('is unknown when the cable is pulled before the answer', async () => {
    const { device, cable, board, answering } = await rig({ answerWithin: milliseconds(5_000) })
    await answering()
    board.answers = (request, honest) => {
      if (request.kind !== 'pulse') return honest
      cable.unplug()
      return null
    }
    expect(await device.pulse('exit', 'open', half)).toBe('unknown')
  })

  it('does not take the late answer to an earlier press for the answer to this one', async () => {
    const { device, board, pulses, answering } = await rig()
    await answering()
    let late = new Uint8Array(0)
    board.answers = (request, honest) => {
      const both = Uint8Array.from([...late, ...honest])
      late = request.kind === 'pulse' && pulses().length === 1 ? honest.slice() : new Uint8Array(0)
      return request.kind === 'pulse' ? null : both
    }
    expect(await device.pulse('exit', 'open', half)).toBe('unknown')
    expect(await device.pulse('exit', 'open', half)).toBe('unknown')
    expect(device.counters()['rejected-other-answer']).toBe(1)
  })

  it('is not even asked of a board that answers nothing any more', async () => {
    const { device, board, pulses, answering } = await rig()
    await answering()
    board.deaf = true
    await eventually(() => (device.counters().unanswered ?? 0) > 0)
    expect(await device.pulse('exit', 'open', half)).toBe('refused')
    expect(pulses()).toEqual([])
  })

  it('is pressed once when the board misses a few questions first', async () => {
    const { device, board, pulses, answering } = await rig()
    await answering()
    let missed = 0
    board.answers = (request, honest) => (request.kind === 'read-inputs' && missed++ < 3 ? null : honest)
    await eventually(() => (device.counters().unanswered ?? 0) > 0)
    expect(await device.pulse('exit', 'open', half)).toBe('accepted')
    expect(pulses()).toHaveLength(1)
  })

  it('without a closing wire refuses to close', async () => {
    const { entryClose: _, ...fewer } = outputs
    const { device, answering } = await rig({ wiring: { outputs: fewer, inputs } })
    await answering()
    expect(await device.pulse('entry', 'close', half)).toBe('refused')
  })
})

describe('lights and siren', () => {
  it('are set when wanted and let go when not', async () => {
    const { device, board, answering } = await rig()
    await answering()
    device.light('exit', 'green')
    device.siren(true)
    await eventually(() => board.outputs[5] === true && board.outputs[6] === true)
    device.light('exit', 'red')
    device.siren(false)
    await eventually(() => board.outputs[5] === false && board.outputs[6] === false)
  })

  it('come back as wanted after the board was away: the siren sounds, the lights are red', async () => {
    const { device, cable, board, answering } = await rig()
    await answering()
    device.light('exit', 'green')
    device.siren(true)
    await eventually(() => board.outputs[5] === true && board.outputs[6] === true)
    cable.unplug()
    await eventually(() => device.state().state === 'lost')
    cable.plug()
    const after = scriptedBoard(cable)
    after.outputs[5] = true
    await eventually(() => after.outputs[6] === true && after.outputs[5] === false)
  })

  it('are let go of at the start, when an agent that died left them on', async () => {
    const { board } = await rig({}, ({ outputs }) => outputs.fill(true, 4, 7))
    await eventually(() => board.outputs.slice(4, 7).every((on) => !on))
  })
})

it('shows a barrier relay that is found on, and leaves it alone', async () => {
  const { device, board, answering } = await rig({}, ({ outputs }) => outputs.fill(true, 2, 3))
  await answering()
  await eventually(() => device.state().detail === 'found on: exitOpen')
  expect(board.outputs[2]).toBe(true)
  expect(board.orders.some((order) => order.kind === 'set' && order.from === 2)).toBe(false)
})
