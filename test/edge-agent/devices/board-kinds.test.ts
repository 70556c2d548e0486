import { afterEach, describe, expect, it } from 'vitest'
import type { BoardSettings } from '#dialects/board/board-dialect'
import { BOARD_KINDS, type BoardKind, boardDialect } from '#dialects/board/board-dialects'
import { milliseconds } from '#edge/units'
import { HONEST } from '../../../simulators/board-faults.ts'
import { SOUND } from '../../../simulators/faults.ts'
import { eventually } from '../../support/eventually.ts'
import { boardRig, OUTPUTS, PRESS } from './board-rig.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})
const rig = (kind: BoardKind, how: Parameters<typeof boardRig>[1] = {}) => boardRig(kind, how, toClose)

/** What each make can promise. */
interface Promises {
  readonly kind: BoardKind
  readonly settings: Partial<BoardSettings>
  /** The host presses and lets go. */
  readonly byHost: boolean
  readonly answersOrders: boolean
  readonly hasInputs: boolean
  readonly hasAddress: boolean
  /** What an opening is that the board obeyed. */
  readonly obeyed: 'accepted' | 'unknown'
}
const of = (kind: BoardKind, settings: Partial<BoardSettings> = {}): Promises => {
  const dialect = boardDialect(kind)
  const whole = { ...dialect.usual, ...settings }
  const host = dialect.host(whole)
  const answersOrders = host.answers({ kind: 'set', output: 0, on: true })
  return {
    kind,
    settings,
    byHost: dialect.pulses(whole) === 'none',
    answersOrders,
    hasInputs: whole.inputs > 0,
    hasAddress: dialect.takes.includes('unit'),
    obeyed: answersOrders || host.encode({ kind: 'read-outputs' }, 1) !== null ? 'accepted' : 'unknown',
  }
}
const MAKES: readonly Promises[] = [
  ...BOARD_KINDS.map((kind) => of(kind)),
  of('waveshare', { framing: 'tcp' }),
  of('waveshare', { inBoardPulse: false }),
  of('dam', { inBoardPulse: true }),
  of('adam-4000', { checksum: true }),
  of('lcus', { statusQuery: false }),
]
/** What a make cannot do is not one of its tests. */
const when = (can: boolean, says: string, test: () => Promise<void>): void => {
  if (can) it(says, test)
}
const onPosix = describe.skipIf(process.platform === 'win32')

onPosix.each(MAKES)('$kind $settings', ({ kind, settings, byHost, answersOrders, hasInputs, hasAddress, obeyed }) => {
  it('opens with one press, which ends', async () => {
    const { device, moves, presses, answering } = await rig(kind, { settings })
    await answering()
    expect(await device.pulse('exit', 'open', PRESS)).toBe(obeyed)
    await eventually(() => moves.filter((move) => move.startsWith('exitOpen')).join() === 'exitOpen on,exitOpen off')
    expect(presses(OUTPUTS.exitOpen)).toHaveLength(1)
    const { detail } = device.state()
    expect(detail.includes('holds the button')).toBe(byHost)
    expect(detail.includes('never answers')).toBe(kind === 'lcus' && settings.statusQuery === false)
  })

  it('has red and nothing pressed at the start, whatever an agent that died left on, and after it was away', async () => {
    const { device, board, cable, moves, answering } = await rig(kind, {
      settings,
      prepare: ({ relays }) => (relays as boolean[]).fill(true, 0, 6),
    })
    await eventually(() => board.relays[OUTPUTS.entryGreen] === false && board.relays[OUTPUTS.exitGreen] === false)
    if (byHost) await eventually(() => board.relays.slice(0, 4).every((on) => !on))
    await answering()
    device.light('exit', 'green')
    await eventually(() => board.relays[OUTPUTS.exitGreen] === true)
    if (kind === 'jmdm-udp') board.faults = { ...SOUND, silent: true }
    else cable.unplug()
    await eventually(() => device.state().state !== 'ok')
    board.faults = SOUND
    await cable.replug()
    await eventually(() => board.relays[OUTPUTS.exitGreen] === false)
    expect(moves.filter((move) => move.endsWith('Open on'))).toEqual([])
  })

  when(hasInputs, 'tells its inputs', async () => {
    const { busy, sensors, answering } = await rig(kind, { settings })
    await answering()
    expect(sensors()).toEqual(['entry-loop off', 'exit-loop off', 'exit-arm-down off'])
    busy.add('exit-loop').add('exit-arm-down')
    await eventually(() => sensors().length === 5)
    expect(sensors().slice(3).sort()).toEqual(['exit-arm-down on', 'exit-loop on'])
  })

  it('that obeys and says nothing leaves an opening unknown, and it is not asked again', async () => {
    const { device, board, moves, presses, answering } = await rig(kind, { settings })
    await answering()
    if (answersOrders) board.board = { ...HONEST, wordless: true }
    else board.mute = true
    await eventually(async () => (await device.pulse('exit', 'open', PRESS)) === 'unknown')
    board.board = HONEST
    board.mute = false
    await eventually(() => moves.filter((move) => move.startsWith('exitOpen')).join() === 'exitOpen on,exitOpen off')
    const asked = device.counters().polls ?? 0
    if (hasInputs) await eventually(() => (device.counters().polls ?? 0) > asked + 5)
    expect(presses(OUTPUTS.exitOpen)).toHaveLength(1)
  })

  when(answersOrders, 'that says no is refused', async () => {
    const { device, board, moves, answering } = await rig(kind, { settings })
    await answering()
    board.board = { ...HONEST, refuses: true }
    expect(await device.pulse('exit', 'open', PRESS)).toBe('refused')
    expect(moves.filter((move) => move.startsWith('exitOpen'))).toEqual([])
  })

  when(answersOrders, 'whose answer comes after its time does not vouch for the next opening', async () => {
    const { device, board, presses, answering } = await rig(kind, { settings, answerWithin: 60 })
    await answering()
    board.board = { ...HONEST, lateBy: milliseconds(90) }
    const outcomes = [await device.pulse('exit', 'open', PRESS), await device.pulse('exit', 'open', PRESS)]
    expect(outcomes).not.toContain('accepted')
    board.board = HONEST
    await eventually(async () => (await device.pulse('entry', 'open', PRESS)) === 'accepted')
    expect(presses(OUTPUTS.exitOpen).length).toBeLessThanOrEqual(2)
  })

  when(hasAddress, 'is not mistaken for a neighbour on its line', async () => {
    const { device, board, busy, sensors, answering } = await rig(kind, {
      settings,
      prepare: (one) => (one.board = { ...HONEST, strangers: true }),
    })
    await answering()
    busy.add('exit-loop')
    await eventually(() => sensors().at(-1) === 'exit-loop on')
    expect(await device.pulse('exit', 'open', PRESS)).toBe('accepted')
    expect(board.requests.some((request) => request.kind === 'refused')).toBe(false)
  })

  it('loses what is cut off on its line and nothing else', async () => {
    const { device, board, busy, sensors, answering } = await rig(kind, { settings })
    await answering()
    board.faults = { ...SOUND, cut: 0.3 }
    busy.add('exit-loop')
    if (hasInputs) await eventually(() => sensors().at(-1) === 'exit-loop on')
    expect(sensors().filter((said) => said === 'entry-loop on' || said === 'exit-arm-down on')).toEqual([])
    board.faults = SOUND
    await eventually(() => device.state().state === 'ok')
  })
})

onPosix('a board whose inputs drive its relays', () => {
  it('is not believed and moves no barrier, until it is set right', async () => {
    const { device, board, presses, ears } = await rig('waveshare', { prepare: (one) => (one.board = { ...HONEST, modes: [0, 0, 1, 2] }) })
    await eventually(() => device.state().detail.includes('inputs drive relays by themselves: 2 (linked), 3 (toggled)'))
    expect(device.state().state).toBe('unheard')
    expect(await device.pulse('exit', 'open', PRESS)).toBe('refused')
    expect(ears.heard()).not.toContain(true)
    expect(presses(OUTPUTS.exitOpen)).toEqual([])
    board.board = HONEST
    await eventually(() => device.state().state === 'ok')
    expect(device.state().detail).toBe('')
    expect(await device.pulse('exit', 'open', PRESS)).toBe('accepted')
  })

  it('is believed where the site has allowed it', async () => {
    const { device, answering } = await rig('waveshare', {
      device: { linkageAllowed: true },
      prepare: (one) => (one.board = { ...HONEST, modes: [0, 0, 1] }),
    })
    await answering()
    expect(await device.pulse('exit', 'open', PRESS)).toBe('accepted')
  })

  it('is looked at again when it was away: somebody may have changed it', async () => {
    const { device, board, cable, answering } = await rig('waveshare')
    await answering()
    cable.unplug()
    await eventually(() => device.state().state === 'lost')
    board.board = { ...HONEST, modes: [1] }
    await cable.replug()
    await eventually(() => device.state().detail.includes('inputs drive relays'))
    expect(await device.pulse('exit', 'open', PRESS)).toBe('refused')
  })
})

onPosix('a button the host holds', () => {
  it('is let go of before the opposite one is pressed', async () => {
    const { device, moves, answering } = await rig('dam')
    await answering()
    const [open, close] = [device.pulse('exit', 'open', milliseconds(5_000)), device.pulse('exit', 'close', PRESS)]
    expect([await open, await close]).toEqual(['accepted', 'accepted'])
    await eventually(() => moves.includes('exitClose off'))
    expect(moves.filter((move) => move.startsWith('exit') && !move.startsWith('exitGreen'))).toEqual([
      'exitOpen on',
      'exitOpen off',
      'exitClose on',
      'exitClose off',
    ])
  })

  it('is let go of when the agent ends in the middle of a press', async () => {
    const { device, moves, answering } = await rig('lc')
    await answering()
    expect(await device.pulse('exit', 'open', milliseconds(5_000))).toBe('accepted')
    await device.stop()
    await eventually(() => moves.at(-1) === 'exitOpen off')
  })

  it('is let go of when the board comes back that was lost in the middle of a press', async () => {
    const { device, cable, moves, answering } = await rig('clone-0100')
    await answering()
    expect(await device.pulse('exit', 'open', milliseconds(100))).toBe('accepted')
    cable.unplug()
    await eventually(() => device.state().state === 'lost')
    expect(moves.at(-1)).toBe('exitOpen on')
    await cable.replug()
    await eventually(() => moves.at(-1) === 'exitOpen off')
  })
})

onPosix('a button the board lets go of', () => {
  it('is off again before the opposite one is pressed: a barrier told both at once does as it likes', async () => {
    const { device, moves, answering } = await rig('waveshare')
    await answering()
    const [close, open] = [device.pulse('exit', 'close', milliseconds(400)), device.pulse('exit', 'open', PRESS)]
    expect([await close, await open]).toEqual(['accepted', 'accepted'])
    await eventually(() => moves.includes('exitOpen off'))
    expect(moves).toEqual(['exitClose on', 'exitClose off', 'exitOpen on', 'exitOpen off'])
  })

  it('holds up nobody who does not press its opposite, and nothing once the agent ends', async () => {
    const { device, moves, answering } = await rig('waveshare')
    await answering()
    expect(await device.pulse('exit', 'close', milliseconds(60_000))).toBe('accepted')
    expect(await device.pulse('entry', 'open', PRESS)).toBe('accepted')
    const open = device.pulse('exit', 'open', PRESS)
    await device.stop()
    expect(await open).toBe('refused')
    expect(moves).not.toContain('exitOpen on')
  })
})

onPosix('a board that never answers orders', () => {
  it('leaves an opening unknown when its relays do not show it', async () => {
    const { device, board, answering } = await rig('lcus')
    await answering()
    board.board = { ...HONEST, stuck: true }
    expect(await device.pulse('exit', 'open', PRESS)).toBe('unknown')
  })

  it('is told three times what a light should be, because nobody confirms it', async () => {
    const { device, board, answering } = await rig('jmdm-ascii')
    await answering()
    const told = () => board.requests.filter((request) => request.kind === 'set' && request.from === OUTPUTS.exitGreen && request.on[0])
    device.light('exit', 'green')
    await eventually(() => told().length === 3)
    const polls = device.counters().polls ?? 0
    await eventually(() => (device.counters().polls ?? 0) > polls + 10)
    expect(told()).toHaveLength(3)
  })
})

onPosix('a module that has started anew', () => {
  it('is noticed, and has its light again', async () => {
    const { device, board, answering } = await rig('adam-4000')
    await answering()
    device.light('exit', 'green')
    await eventually(() => board.relays[OUTPUTS.exitGreen] === true)
    board.restart()
    expect(board.relays[OUTPUTS.exitGreen]).toBe(false)
    await eventually(() => board.relays[OUTPUTS.exitGreen] === true)
    expect(device.counters()['board-resets']).toBe(1)
  })
})
