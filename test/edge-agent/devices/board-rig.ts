import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BoardSettings } from '#dialects/board/board-dialect'
import { type BoardKind, boardDialect } from '#dialects/board/board-dialects'
import { milliseconds } from '#edge/units'
import type { Sensor } from '#edge/weighing'
import { type BoardParts, boardDevice } from '../../../edge-agent/devices/board.ts'
import { retrySchedule } from '../../../edge-agent/devices/retry-schedule.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { type BoardSimulator, boardSimulator } from '../../../simulators/board.ts'
import { simulatorClock } from '../../../simulators/clock.ts'
import { openLine } from '../../../simulators/line.ts'
import { random } from '../../../simulators/random.ts'
import { openUdpLine } from '../../../simulators/udp-line.ts'
import { eventually } from '../../support/eventually.ts'
import { listening } from './listening.ts'
import { quietLog } from './quiet-log.ts'

export const OUTPUTS = { entryOpen: 0, entryClose: 1, exitOpen: 2, exitClose: 3, entryGreen: 4, exitGreen: 5 }
export const INPUTS = { 'entry-loop': { input: 0 }, 'exit-loop': { input: 3 }, 'exit-arm-down': { input: 5, invert: true } }

/** How long a press takes here: short, and longer than any answer. */
export const PRESS = milliseconds(150)

/** A board of one make at the end of its own kind of way (a pty, a socket, datagrams), and the agent's device on the other end. */
export async function boardRig(
  kind: BoardKind,
  how: {
    readonly settings?: Partial<BoardSettings>
    readonly device?: Partial<BoardParts>
    readonly prepare?: (board: BoardSimulator) => void
    readonly answerWithin?: number
    readonly contacts?: ReadonlyMap<number, () => boolean>
  },
  toClose: (() => unknown)[],
) {
  const { settings = {}, prepare = () => {}, answerWithin = 120 } = how
  const dialect = boardDialect(kind)
  const clock = simulatorClock({ speed: 1, realStart: Date.now(), shownStart: Date.now() })
  const busy = new Set<Sensor>()
  const moves: string[] = []
  const were = new Map<string, boolean>()
  let heard: BoardSimulator | null = null
  const onBytes = (bytes: Uint8Array): void => heard?.hear(bytes)
  const tcp = (settings.framing ?? dialect.usual.framing) === 'tcp'
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-board-'))
  toClose.push(() => rmSync(folder, { recursive: true, force: true }))
  const cable =
    dialect.over === 'datagrams'
      ? { ...(await openUdpLine(onBytes)), unplug: () => {}, replug: async () => {} }
      : await openLine({ name: 'board', folder, clock, log: () => {}, onBytes, unpaced: true, ...(tcp ? { over: 'tcp' as const } : {}) })
  toClose.push(() => cable.stop())
  const board = boardSimulator({
    kind,
    settings,
    wiring: { outputs: OUTPUTS, inputs: dialect.most.inputs === 0 ? {} : INPUTS },
    clock,
    random: random(7),
    line: { write: (bytes) => cable.write(bytes) },
    // A relay that is told to stay as it is does not move.
    setOutput: (output, on) => {
      if ((were.get(output) ?? false) !== on) moves.push(`${output} ${on ? 'on' : 'off'}`)
      were.set(output, on)
    },
    sensor: (sensor) => busy.has(sensor),
    ...(how.contacts === undefined ? {} : { contacts: how.contacts }),
  })
  heard = board
  toClose.push(() => board.stop())
  prepare(board)
  const ears = listening()
  const device = boardDevice({
    name: 'board',
    address: cable.address,
    kind,
    settings,
    wiring: { outputs: OUTPUTS, inputs: dialect.most.inputs === 0 ? {} : INPUTS },
    pollEvery: milliseconds(10),
    answerWithin: milliseconds(answerWithin),
    schedule: retrySchedule({ first: milliseconds(10), growth: 2, most: milliseconds(40), jitter: 0, chance: () => 0 }),
    clock: nodeClock(),
    log: quietLog,
    ...ears,
    ...how.device,
  })
  await device.start()
  toClose.push(() => device.stop())
  return {
    board,
    device,
    ears,
    busy,
    moves,
    cable,
    sensors: () => ears.inputs.flatMap((input) => (input.kind === 'sensor' ? [`${input.sensor} ${input.on ? 'on' : 'off'}`] : [])),
    /** Orders that would press this relay, as the board understood them. */
    presses: (output: number) =>
      board.requests.filter(
        (request) =>
          (request.kind === 'pulse' && request.output === output) ||
          (request.kind === 'set' && request.from === output && request.on[0] === true),
      ),
    answering: () => eventually(() => device.state().state === 'ok'),
  }
}
