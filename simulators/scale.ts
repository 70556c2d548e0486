import type { DialectSettings, Reading, ScaleDialect } from '#dialects/scale/reading'
import type { Clock } from '#edge/clock'
import { milliseconds } from '#edge/units'
import { every } from './clock.ts'
import { type LineFaults, SOUND, spoil } from './faults.ts'
import type { Line } from './line.ts'
import type { Random } from './random.ts'
import { playFrames, type Tape } from './tape.ts'

/** An indicator showing what is on its platform, rounded to its division: 12.5 frames a second by itself, or when asked. */
export interface ScaleSimulator {
  readonly line: Line
  faults: LineFaults
  /** Kilograms added to what the cells say: coal spilled on the deck, a zero that drifted. */
  zeroOffKg: number
  /** Bytes that came along the line: an indicator that speaks when asked answers its own questions among them. */
  hear(bytes: Uint8Array): void
  /** Sends a tape's frames in place of its own until it ends. */
  play(tape: Tape): Promise<void>
  stop(): Promise<void>
}

/** Measured on a Yaohua at 9600 baud: 1501 frames in 120 s. */
const FRAME_EVERY = milliseconds(80)
/** How long it thinks about a question. Response times are documented nowhere; this is what the turn-around of RS-485 needs. */
const ANSWERS_AFTER = milliseconds(20)
/** The longest question with room in front of it. */
const MOST_HEARD = 128
/** Shown unchanged for so many frames, it says that it stands still. */
const STILL_FOR = 5

export interface ScaleSimulatorOptions {
  readonly line: Line
  readonly dialect: ScaleDialect
  readonly settings?: DialectSettings
  readonly eKg: number
  readonly clock: Clock
  readonly random: Random
  /** Kilograms on the platform this moment. */
  readonly weight: () => number
  /** The time of the world on the platform, where it is another than the clock's: a tape plays in step with it. */
  readonly time?: () => number
  /** Set to seven bits and even parity while the line is read with eight: the parity stands in bit 7. */
  readonly parityInBit7?: boolean
}

export function scaleSimulator(options: ScaleSimulatorOptions): ScaleSimulator {
  const { line, dialect, settings = {}, eKg, clock, random, weight, time, parityInBit7 = false } = options
  const { asking } = dialect
  const asked = asking !== null && (settings.ask ?? dialect.asksByDefault ?? true) !== false
  const stopping = new AbortController()
  let playing = false
  let heard = new Uint8Array(0)
  let last = Number.NaN
  let still = 0
  let cancelAnswer = (): void => undefined

  function shows(): Pick<Reading, 'digits' | 'decimals' | 'unit' | 'stable'> {
    const digits = Math.round((weight() + scale.zeroOffKg) / eKg) * eKg
    still = digits === last ? still + 1 : 0
    last = digits
    return { digits, decimals: 0, unit: 'kg', stable: still >= STILL_FOR }
  }
  function send(frame: Uint8Array): void {
    const spoiled = spoil(frame, scale.faults, random)
    if (spoiled.length > 0) line.write(parityInBit7 ? spoiled.map(withEvenParity) : spoiled)
  }

  const stop = every(clock, FRAME_EVERY, () => {
    if (!playing && !asked) send(dialect.encode(shows(), settings))
  })
  const scale: ScaleSimulator = {
    line,
    faults: SOUND,
    zeroOffKg: 0,
    hear(bytes) {
      if (!asked || asking === null) return
      const said = shows()
      const answers: number[] = []
      // What comes behind a question in the same piece may be the beginning of the next one: each byte is heard for itself, as on a line.
      for (const byte of bytes) {
        heard = Uint8Array.of(...heard, parityInBit7 ? byte & 0x7f : byte).slice(-MOST_HEARD)
        const answer = asking.answer(heard, said, settings)
        if (answer === null) continue
        heard = new Uint8Array(0)
        answers.push(...answer)
      }
      if (answers.length > 0 && !playing) cancelAnswer = clock.timer(ANSWERS_AFTER, () => send(Uint8Array.from(answers)))
    },
    async play(tape) {
      playing = true
      try {
        await playFrames(tape, line, clock, { stopped: stopping.signal, ...(time === undefined ? {} : { time }) })
      } finally {
        playing = false
      }
    },
    async stop() {
      stopping.abort()
      stop()
      cancelAnswer()
      await line.stop()
    },
  }
  return scale
}

function withEvenParity(byte: number): number {
  let ones = 0
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1
  return ones % 2 === 0 ? byte : byte | 0x80
}
