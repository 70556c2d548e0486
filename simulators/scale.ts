import type { ScaleDialect } from '#dialects/scale/reading'
import type { Clock } from '#edge/clock'
import { milliseconds } from '#edge/units'
import { every } from './clock.ts'
import { type LineFaults, SOUND, spoil } from './faults.ts'
import type { Line } from './line.ts'
import type { Random } from './random.ts'
import { playFrames, type Tape } from './tape.ts'

/** An indicator in continuous mode: 12.5 frames a second of what is on its platform, rounded to its division. */
export interface ScaleSimulator {
  readonly line: Line
  faults: LineFaults
  /** Kilograms added to what the cells say: coal spilled on the deck, a zero that drifted. */
  zeroOffKg: number
  /** Sends a tape's frames in place of its own until it ends. */
  play(tape: Tape): Promise<void>
  stop(): Promise<void>
}

/** Measured on a Yaohua at 9600 baud: 1501 frames in 120 s. */
const FRAME_EVERY = milliseconds(80)

export function scaleSimulator(options: {
  readonly line: Line
  readonly dialect: ScaleDialect
  readonly eKg: number
  readonly clock: Clock
  readonly random: Random
  /** Kilograms on the platform this moment. */
  readonly weight: () => number
}): ScaleSimulator {
  const { line, dialect, eKg, clock, random, weight } = options
  let playing = false
  const stop = every(clock, FRAME_EVERY, () => {
    if (playing) return
    const shown = Math.round((weight() + scale.zeroOffKg) / eKg) * eKg
    const frame = spoil(dialect.encode({ digits: shown, decimals: 0, unit: 'kg' }), scale.faults, random)
    if (frame.length > 0) line.write(frame)
  })
  const scale: ScaleSimulator = {
    line,
    faults: SOUND,
    zeroOffKg: 0,
    async play(tape) {
      playing = true
      try {
        await playFrames(tape, line, clock)
      } finally {
        playing = false
      }
    },
    async stop() {
      stop()
      await line.stop()
    },
  }
  return scale
}
