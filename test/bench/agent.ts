import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { yaohuaTf0 } from '#dialects/scale/yaohua-tf0'
import { milliseconds, seconds } from '#edge/units'
import { agentKey } from '../../edge-agent/keys.ts'
import { boardSimulator } from '../../simulators/board.ts'
import { every, pause, simulatorClock } from '../../simulators/clock.ts'
import { type Line, openLine } from '../../simulators/line.ts'
import { freePort } from '../../simulators/ports.ts'
import { random } from '../../simulators/random.ts'
import { eventually } from '../support/eventually.ts'

/**
 * The agent as a process of its own with four lanes at 20 readings a second each (DESIGN.md section 7: ≤ 150 MB, ≤ 5 % of a core):
 * scales and boards on kernel ptys, trucks standing and gone in turn, the cloud out of reach; once with an operator's console that shows
 * all of it. Memory and processor time as the operating system counts them, after a warm-up.
 */
export interface AgentFigure {
  readonly paced: boolean
  /** A console reads the agent's stream; so many weights came a second. */
  readonly ticksPerSecond: number | null
  readonly seconds: number
  readonly readings: number
  /** Of one core. */
  readonly cpuPercent: number
  readonly rssMb: number
}

const LANES = 4
const EVERY = milliseconds(50)
const WARM_UP = seconds(10)
const MEASURED = seconds(30)
const OUTPUTS = { entryOpen: 0, entryClose: 1, exitOpen: 2, exitClose: 3, entryGreen: 4, exitGreen: 5, siren: 6 }
const INPUTS = { 'entry-loop': { input: 0 }, 'exit-loop': { input: 3 }, 'entry-arm-down': { input: 4 }, 'exit-arm-down': { input: 5 } }

export async function benchAgent(): Promise<{ name: string; text: string; figures: readonly AgentFigure[] }> {
  const figures = [await measure(false, false), await measure(true, false), await measure(false, true)]
  const text = figures
    .map(
      ({ paced, ticksPerSecond, cpuPercent, rssMb, readings, seconds: over }) =>
        `  line pacing ${paced ? 'on (9600 baud)' : 'off'}${ticksPerSecond === null ? '' : `, a console shown ${ticksPerSecond} weights/s`}: ${cpuPercent} % of a core, ${rssMb} MB RSS, ${readings} readings in ${over} s`,
    )
    .join('\n')
  return { name: 'agent, 4 lanes × 20 Hz', text, figures }
}

async function measure(paced: boolean, shown: boolean): Promise<AgentFigure> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-agent-bench-'))
  const clock = simulatorClock()
  const lines: Line[] = []
  const boards: ReturnType<typeof boardSimulator>[] = []
  const line = async (name: string, onBytes: (bytes: Uint8Array) => void, unpaced: boolean): Promise<Line> => {
    const opened = await openLine({ name, folder, clock, log: () => {}, onBytes, unpaced })
    lines.push(opened)
    return opened
  }
  const lanes = []
  const scales: Line[] = []
  for (let n = 0; n < LANES; n++) {
    const scale = await line(`scale-${n}`, () => {}, !paced)
    scales.push(scale)
    // The agent polls at the board's own speed whatever the pacing: a board is no part of the question.
    const boardLine = await line(`board-${n}`, (bytes) => board.hear(bytes), true)
    const board = boardSimulator({
      unit: 1,
      wiring: { outputs: OUTPUTS, inputs: INPUTS },
      clock,
      random: random(n),
      line: boardLine,
      sensor: (sensor) => sensor === 'entry-arm-down' || sensor === 'exit-arm-down',
      setOutput: () => {},
    })
    boards.push(board)
    lanes.push(laneConfig(n, scale.address, boardLine.address))
  }
  const consolePort = await freePort()
  const issuer = agentKey(join(folder, 'issuer.key'))
  const file = join(folder, 'edge.yaml')
  writeFileSync(
    file,
    stringify({
      site: 'bench',
      agent: 'a1',
      folder: join(folder, 'edge'),
      cloud: { mqtt: 'mqtt://127.0.0.1:9', https: 'http://127.0.0.1:9', issuers: { [issuer.key]: issuer.publicKey } },
      lanBroker: { host: '127.0.0.1', port: await freePort() },
      console: { port: consolePort },
      lanes,
    }),
  )
  const agent = spawn(process.execPath, [join(import.meta.dirname, '../../dist/edge-agent/main.js'), 'run', '--config', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PITGATE_LOG: 'error' },
  })
  let sent = 0
  // On the platform ten seconds, gone ten seconds: readings that decide something, not only zeros.
  const stopBeat = every(clock, EVERY, () => {
    const kg = Math.floor(clock.monotonic() / 10_000) % 2 === 0 ? 46_000 + 20 * (sent % 3) : 0
    for (const scale of scales) scale.write(yaohuaTf0.encode({ digits: kg, decimals: 0 }))
    sent++
  })
  try {
    await Promise.all(scales.map((scale) => scale.whenAttended()))
    const screen = shown ? await readConsole(consolePort) : null
    await pause(clock, WARM_UP)
    const before = { cpu: cpuSeconds(agent), sent, at: clock.monotonic(), ticks: screen?.ticks() ?? 0 }
    await pause(clock, MEASURED)
    const took = (clock.monotonic() - before.at) / 1_000
    return {
      paced,
      seconds: Math.round(took),
      ticksPerSecond: screen && Math.round((screen.ticks() - before.ticks) / took),
      readings: LANES * (sent - before.sent),
      cpuPercent: Number((((cpuSeconds(agent) - before.cpu) / took) * 100).toFixed(1)),
      rssMb: Math.round(rssBytes(agent) / 2 ** 20),
    }
  } finally {
    stopBeat()
    agent.kill('SIGTERM')
    await eventually(() => agent.exitCode !== null || agent.signalCode !== null)
    for (const board of boards) board.stop()
    await Promise.all(lines.map((opened) => opened.stop()))
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A console's eye on the stream: it counts the weights and lets everything go. Ends with the agent. */
async function readConsole(port: number): Promise<{ ticks(): number }> {
  const { body } = await fetch(`http://127.0.0.1:${port}/api/console/stream`)
  const decoder = new TextDecoder()
  let seen = 0
  const count = new WritableStream<Uint8Array>({
    write: (chunk) => {
      seen += decoder.decode(chunk, { stream: true }).split('event: weight').length - 1
    },
  })
  body?.pipeTo(count).catch(() => undefined)
  return { ticks: () => seen }
}

/** Processor time of the process so far, from `/proc`; 100 ticks a second on every Linux of today. */
function cpuSeconds({ pid }: ChildProcess): number {
  const [, after = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const fields = after.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function rssBytes({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024
}

const laneConfig = (n: number, scale: string, board: string) => ({
  lane: `lane-${n}`,
  name: `lane ${n}`,
  scaleRecord: {
    eKg: 20,
    maxKg: 120_000,
    minKg: 400,
    serial: `bench-${n}`,
    certificate: 'bench',
    certificateUntil: '2099-01-01T00:00:00Z',
  },
  scale: { address: scale, dialect: 'yaohua-tf0', unit: 'kg' },
  board: { address: board, unitAddress: 1, outputs: OUTPUTS, inputs: INPUTS },
  cameras: [],
})
