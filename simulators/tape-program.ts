import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { ScaleDialect } from '#dialects/scale/reading'
import { SCALE_DIALECTS, scaleDialect } from '#dialects/scale/scale-dialects'
import type { Clock } from '#edge/clock'
import { milliseconds } from '#edge/units'
import { inReal, pause, scaleOf, simulatorClock } from './clock.ts'
import { type Line, openLine } from './line.ts'
import type { Asked } from './mine-program.ts'
import { expectedOf, playFrames, readTape, type Tape } from './tape.ts'
import { EIGHT_N_ONE, type LineSettings } from './uart.ts'

const say = (text: string): void => void process.stderr.write(`${text}\n`)

/**
 * `tape FILE --dialect NAME`: prints the line's address on stdout, waits for a reader, plays the tape once or for ever. On stderr what
 * each frame should be read as. Throws a sentence for a tape or a setting it cannot use.
 */
export async function tapeProgram({ args, scaleText, stopped }: Asked): Promise<void> {
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
  if (file === undefined || values.dialect === undefined) throw new Error('Say which tape and in which dialect: tape FILE --dialect NAME')
  const dialect = scaleDialect(values.dialect)
  if (!dialect) throw new Error(`There is no dialect "${values.dialect}"; there are: ${Object.keys(SCALE_DIALECTS).join(', ')}`)
  const tape = read(file, dialect)
  const clock = simulatorClock(scaleOf(scaleText))
  const ownFolder = values.folder === undefined ? mkdtempSync(join(tmpdir(), 'pitgate-line-')) : null
  const line = await openLine({
    name: 'tape',
    folder: ownFolder ?? resolve(values.folder ?? '.'),
    clock,
    log: say,
    onBytes: () => undefined,
    settings: settingsFrom(values.baud, values.parity, values.data),
    ...(values.tcp === true ? { over: 'tcp' } : {}),
  })
  try {
    process.stdout.write(`${line.address}\n`)
    say(`${tape.frames.length} frames; waiting for a reader …`)
    await Promise.race([line.whenAttended(), new Promise((end) => stopped.addEventListener('abort', end, { once: true }))])
    // Who opens a port drops what was said before he came: the first frame waits until he has.
    if (!stopped.aborted) await new Promise<void>((done) => void inReal(clock, 300, done))
    for (const { name, at, reads } of expectedOf(tape, dialect)) say(`  ${String(at).padStart(6)} ms  ${reads}  ${name}`)
    do {
      await playFrames(tape, line, clock, { stopped })
      await drained(line, clock, stopped)
    } while (values.loop === true && !stopped.aborted)
  } finally {
    await line.stop()
    if (ownFolder) rmSync(ownFolder, { recursive: true, force: true })
  }
}

function read(file: string, dialect: ScaleDialect): Tape {
  try {
    return readTape(readFileSync(file), dialect)
  } catch (cause) {
    throw new Error(`Cannot play ${file}: ${(cause as Error).message}`, { cause })
  }
}

function settingsFrom(baud: string, parity: string, data: string): LineSettings {
  const speed = Number(baud)
  if (!(Number.isInteger(speed) && speed >= 300 && speed <= 115_200))
    throw new Error(`--baud ${baud} is not a line speed from 300 to 115200.`)
  if (parity !== 'none' && parity !== 'even' && parity !== 'odd') throw new Error(`--parity ${parity}: there are none, even and odd.`)
  if (data !== '7' && data !== '8') throw new Error(`--data ${data}: there are 7 and 8.`)
  return { ...EIGHT_N_ONE, baud: speed, parity, dataBits: data === '7' ? 7 : 8 }
}

/** The last byte is on the reader's side; then a real second for him to take it before the plug goes. */
async function drained(line: Line, clock: Clock, stopped: AbortSignal): Promise<void> {
  while (line.waiting() > 0 && !stopped.aborted) await pause(clock, milliseconds(50), stopped)
  if (!stopped.aborted) await new Promise<void>((done) => void inReal(clock, 1_000, done))
}
