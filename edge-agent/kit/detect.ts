import { parseArgs } from 'node:util'
import { bytesOfCapture, type Piece } from '#dialects/capture'
import { type Detection, detect } from '#dialects/scale/detect'
import type { Suspect } from '#dialects/scale/suspect'
import type { Clock } from '#edge/clock'
import { milliseconds, seconds } from '#edge/units'
import type { ByteAddress, SerialAddress } from '../devices/address.ts'
import { nodeClock } from '../node-clock.ts'
import { openCapture } from './capture-file.ts'
import { detectionText } from './detection-text.ts'
import { KitMistake } from './kit-mistake.ts'
import { addressOf, listenTo } from './listen.ts'
import { suspects } from './suspects.ts'
import { type Terminal, untilInterrupted, wholeNumber } from './terminal.ts'

/** Speeds in the order of how often sites have them; each with eight bits, then with seven and even parity. */
const SPEEDS = [9_600, 1_200, 4_800, 2_400, 19_200, 600] as const
const FORMATS = [
  { dataBits: 8, parity: 'none', stopBits: 1, said: '8N1' },
  { dataBits: 7, parity: 'even', stopBits: 1, said: '7E1' },
] as const

/** Each question several times: one answer proves nothing. The time is for the slowest of usual speeds. */
const ROUNDS = [1, 2, 3] as const
const EACH_QUESTION = milliseconds(150)

/** One way the line was listened to, and what it then said. */
export interface Heard {
  readonly setting: string
  readonly detection: Detection
}

/** `detect ADDRESS | --file FILE`: which indicator speaks here. Exit code 0 when it is named, 1 otherwise. */
export async function detectCommand(args: readonly string[], { output, errors }: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      file: { type: 'string' },
      seconds: { type: 'string' },
      all: { type: 'boolean' },
      ask: { type: 'boolean' },
      profile: { type: 'string' },
      json: { type: 'boolean' },
    },
  })
  const [place] = positionals
  if ((place === undefined) === (values.file === undefined))
    throw new KitMistake('detect ADDRESS [--seconds 5] [--all] [--ask] [--json], or detect --file FILE [--json]')
  const known = suspects(values.profile)
  const heard =
    values.file !== undefined
      ? [{ setting: values.file, detection: detect(bytesOfCapture(openCapture(values.file)), known) }]
      : await listenAtEachSetting(place ?? '', known, {
          clock: nodeClock(),
          perSetting: seconds(wholeNumber(values.seconds, 5, 1, 60)),
          all: values.all === true,
          ask: values.ask === true,
          say: (line) => void errors.write(`${line}\n`),
        })
  const best = bestOf(heard)
  output.write(
    values.json ? `${JSON.stringify({ best, heard }, null, 2)}\n` : `${[best.setting, ...detectionText(best.detection)].join('\n')}\n`,
  )
  return best.detection.kind === 'named' ? 0 : 1
}

/**
 * Listens at each setting for a while and holds what came against every dialect; ends at the first setting that is understood, unless
 * `all`. Nothing is sent, except with `ask`: then, where a line stays silent, the questions for a weight of the polled dialects, and
 * never a zero or tare.
 */
export async function listenAtEachSetting(
  place: string,
  known: readonly Suspect[],
  options: {
    readonly clock: Clock
    readonly perSetting: ReturnType<typeof seconds>
    readonly all: boolean
    readonly ask: boolean
    say(line: string): void
  },
): Promise<Heard[]> {
  const { clock, perSetting, all, ask, say } = options
  const { signal, done } = untilInterrupted()
  const heard: Heard[] = []
  try {
    for (const [setting, tried] of settingsOf(place)) {
      if (signal.aborted) break
      say(`${setting}: 听 ${perSetting / 1_000} 秒 / listening …`)
      const patience = seconds(heard.length === 0 ? 0 : 3)
      let pieces = await hearOut(tried, perSetting, clock, { stop: signal, patience })
      if (pieces.length === 0 && ask && !signal.aborted) {
        say(`${setting}: 无声，询问 / silent, asking …`)
        const asks = ROUNDS.flatMap(() => questions(known))
        const forTime = milliseconds(Math.max(perSetting, asks.length * EACH_QUESTION))
        pieces = await hearOut(tried, forTime, clock, { stop: signal, patience: seconds(3), asks })
      }
      const detection = detect(bytesOfCapture({ pieces, notes: [] }), known)
      heard.push({ setting, detection })
      say(`${setting}: ${detection.bytes} bytes, ${detection.kind} ${detection.names.join(', ')}`)
      if (!all && (detection.kind === 'named' || detection.kind === 'cannot-tell')) break
    }
  } finally {
    done()
  }
  return heard
}

/** Listens the whole time: a port that goes away under us (some adapters do when they are opened anew) is opened once more. */
async function hearOut(...listening: Parameters<typeof listenTo>): Promise<readonly Piece[]> {
  const first = await listenTo(...listening)
  if (first.ended === null || first.pieces.length > 0) return first.pieces
  const [address, forTime, clock, options] = listening
  return (await listenTo(address, forTime, clock, { ...options, patience: seconds(3) })).pieces
}

/** Every usual setting of a serial port, or the one that was written with it; behind a serial server the line is set there, not here. */
function settingsOf(place: string): (readonly [string, ByteAddress])[] {
  const address = addressOf(place)
  if (address.kind !== 'serial' || place.includes('?')) return [[place, address]]
  return FORMATS.flatMap(({ said, ...format }) =>
    SPEEDS.map((baud) => [`${address.path} ${baud} ${said}`, { ...address, ...format, baud } satisfies SerialAddress] as const),
  )
}

const questions = (known: readonly Suspect[]): Uint8Array[] => {
  const asked = new Map<string, Uint8Array>()
  for (const { dialect, settings } of known) {
    const question = dialect.asking?.ask(settings)
    if (question !== undefined) asked.set(question.join(), question)
  }
  return [...asked.values()]
}

const RANK: Readonly<Record<Detection['kind'], number>> = { named: 3, 'cannot-tell': 2, unknown: 1, silent: 0 }

function bestOf(heard: readonly Heard[]): Heard {
  const [best] = [...heard].sort(
    (a, b) =>
      RANK[b.detection.kind] - RANK[a.detection.kind] ||
      (b.detection.candidates[0]?.coverage ?? 0) - (a.detection.candidates[0]?.coverage ?? 0) ||
      b.detection.bytes - a.detection.bytes,
  )
  if (!best) throw new KitMistake('还没有听到任何设置 / stopped before anything was listened to')
  return best
}
