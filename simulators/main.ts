import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { SCALE_DIALECTS, scaleDialect } from '#dialects/scale/scale-dialects'
import type { Clock } from '#edge/clock'
import { seconds } from '#edge/units'
import { pause, scaleOf, simulatorClock } from './clock.ts'
import { httpDesk } from './http-desk.ts'
import { type Line, openLine } from './line.ts'
import { startSite } from './mine.ts'
import { checkMineConfig, type MineConfig } from './mine-config.ts'
import { random } from './random.ts'
import { runSchedule } from './schedule.ts'
import { expectedOf, playFrames, readTape } from './tape.ts'
import { EIGHT_N_ONE, type LineSettings } from './uart.ts'

/** The simulators as a program: a whole mine for the demo, or a recorded tape on one serial line. */
const USAGE = `npm run -s sim -- mine --config FILE
    the devices, barriers and trucks of one site; the file says where its lines, broker and cloud are
npm run -s sim -- tape FILE --dialect NAME [--loop] [--folder DIR] [--baud 9600] [--parity none|even|odd] [--data 7|8] [--tcp]
    prints the address of a serial line, waits until somebody opens it, and plays the recorded frames
    FILE: JSON frames with "hex", text with one frame in hexadecimal per line (perhaps "@120 02 2B …" with its millisecond), or raw bytes
    dialects: ${Object.keys(SCALE_DIALECTS).join(', ')}
    to listen by hand: (stty 9600 raw -echo; xxd -c 12) < PATH
PITGATE_CLOCK={"speed":4,"realStart":0,"shownStart":0} makes the time of both run faster.`

const say = (text: string): void => void process.stderr.write(`${text}\n`)
function stopWith(sentence: string): never {
  say(sentence)
  process.exit(1)
}
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort())

try {
  const [command, ...rest] = process.argv.slice(2)
  if (command === 'mine') await mine(rest)
  else if (command === 'tape') await tape(rest)
  else if (command === 'help' || command === '--help') process.stdout.write(`${USAGE}\n`)
  else stopWith(command === undefined ? USAGE : `There is no simulator "${command}".\n${USAGE}`)
} catch (error) {
  stopWith((error as Error).message)
}
process.exit(0)

async function mine(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { config: { type: 'string' } } })
  if (values.config === undefined) stopWith(`Say which mine: --config FILE\n${USAGE}`)
  const config = readMine(values.config)
  const clock = simulatorClock(scaleOf(process.env.PITGATE_CLOCK))
  const log = (text: string): void => say(`${new Date(clock.now()).toISOString()} ${text}`)
  const keys = new Map(config.cloud.keys.map(({ carrier, key }) => [carrier, key]))
  const site = await startSite(config, {
    clock,
    log,
    tickets: httpDesk({ url: config.cloud.url, site: config.site, keys, clock, log }),
    onTruth: (truth) => {
      if (truth.kind !== 'relay' && truth.kind !== 'arm') log(`${truth.lane}: ${truth.kind} ${truth.plate} ${truth.weightKg} kg`)
    },
  })
  // One line for whoever started us: the hardware is there, at these addresses.
  process.stdout.write(
    `${JSON.stringify({ ready: true, lanes: Object.fromEntries([...site.lanes].map(([name, { addresses }]) => [name, addresses])) })}\n`,
  )
  stopping.signal.addEventListener('abort', () => void site.stop())
  await runSchedule(site, { clock, random: random(`${config.seed}/schedule`), log })
  await site.stop()
}

function readMine(file: string): MineConfig {
  let value: unknown
  try {
    value = parse(readFileSync(file, 'utf8'))
  } catch (error) {
    stopWith(`Cannot read the mine's configuration ${file}: ${(error as Error).message}`)
  }
  const checked = checkMineConfig(value)
  if ('mistakes' in checked) stopWith(`The mine's configuration ${file} has mistakes:\n${checked.mistakes}`)
  return checked.config
}

async function tape(args: readonly string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      dialect: { type: 'string' },
      loop: { type: 'boolean' },
      folder: { type: 'string' },
      baud: { type: 'string', default: '9600' },
      parity: { type: 'string', default: 'none' },
      data: { type: 'string', default: '8' },
      tcp: { type: 'boolean' },
    },
  })
  const [file] = positionals
  if (file === undefined || values.dialect === undefined) stopWith(`Say which tape and in which dialect.\n${USAGE}`)
  const dialect = scaleDialect(values.dialect)
  if (!dialect) stopWith(`There is no dialect "${values.dialect}"; there are: ${Object.keys(SCALE_DIALECTS).join(', ')}`)
  const frames = read(file, (bytes) => readTape(bytes, dialect))
  const clock = simulatorClock(scaleOf(process.env.PITGATE_CLOCK))
  const folder = resolve(values.folder ?? mkdtempSync(join(tmpdir(), 'pitgate-line-')))
  const line = await openLine({
    name: 'tape',
    folder,
    clock,
    log: say,
    onBytes: () => undefined,
    settings: settingsFrom(values.baud, values.parity, values.data),
    ...(values.tcp === true ? { over: 'tcp' } : {}),
  })
  process.stdout.write(`${line.address}\n`)
  try {
    say(`${frames.frames.length} frames; waiting for a reader …`)
    await Promise.race([line.whenAttended(), aborted()])
    do {
      for (const { name, at, reads } of expectedOf(frames, dialect)) say(`  ${String(at).padStart(6)} ms  ${reads}  ${name}`)
      await playFrames(frames, line, clock, stopping.signal)
      await drained(line, clock)
    } while (values.loop === true && !stopping.signal.aborted)
  } finally {
    await line.stop()
  }
}

function read<T>(file: string, as: (bytes: Uint8Array) => T): T {
  try {
    return as(readFileSync(file))
  } catch (error) {
    stopWith(`Cannot play ${file}: ${(error as Error).message}`)
  }
}

function settingsFrom(baud: string, parity: string, data: string): LineSettings {
  const speed = Number(baud)
  if (!(Number.isInteger(speed) && speed >= 300 && speed <= 115_200)) stopWith(`--baud ${baud} is not a line speed from 300 to 115200.`)
  if (parity !== 'none' && parity !== 'even' && parity !== 'odd') stopWith(`--parity ${parity}: there are none, even and odd.`)
  if (data !== '7' && data !== '8') stopWith(`--data ${data}: there are 7 and 8.`)
  return { ...EIGHT_N_ONE, baud: speed, parity, dataBits: data === '7' ? 7 : 8 }
}

function aborted(): Promise<void> {
  return new Promise((end) => stopping.signal.addEventListener('abort', () => end(), { once: true }))
}

/** The last byte is on the reader's side; then a second for him to take it before the plug goes. */
async function drained(line: Line, clock: Clock): Promise<void> {
  while (line.waiting() > 0 && !stopping.signal.aborted) await pause(clock, seconds(0.05), stopping.signal)
  await pause(clock, seconds(clock.speed), stopping.signal)
}
