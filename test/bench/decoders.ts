import { setImmediate as breathe } from 'node:timers/promises'
import type { Reading, ScaleDialect } from '#dialects/scale/reading'
import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'

const FRAMES = 1_000_000
const ROUNDS = 5

export interface DecoderFigure {
  readonly dialect: string
  /** Fed in 4 KiB chunks; medians of the rounds. */
  readonly framesPerSecond: number
  /** Fed as a serial port does: about a frame at a time, cut in its middle. */
  readonly framesPerSecondInPieces: number
  /** Fed bytes among which no frame is whole. */
  readonly garbageBytesPerSecond: number
  readonly rounds: number
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

function chunksOf(whole: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size))
  return chunks
}

/** A truck driving on and standing, over and over. */
function framesOf(dialect: ScaleDialect): Uint8Array {
  const ramp = Array.from({ length: 1_000 }, (_, i) => dialect.encode({ digits: Math.min(49_000, i * 60), decimals: 0 }))
  const piece = Uint8Array.from(ramp.flatMap((frame) => [...frame]))
  const whole = new Uint8Array((piece.length * FRAMES) / ramp.length)
  for (let at = 0; at < whole.length; at += piece.length) whole.set(piece, at)
  return whole
}

/** Pseudo-random bytes with a frame's own characters over-represented, so that false starts are tried and fail late. */
function garbage(length: number): Uint8Array {
  const likely = [0x02, 0x2b, 0x2d, 0x30, 0x31, 0x39, 0x03, 0xff]
  let state = 20_161_921
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return likely[(state >>> 16) & 7] ?? 0
  })
}

async function perSecond(dialect: ScaleDialect, chunks: readonly Uint8Array[], count: number, expected: number): Promise<number> {
  const rates: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const decoder = dialect.decoder()
    let heard = 0
    let weights = 0
    const onReading = (reading: Reading): void => {
      heard += 1
      weights += reading.digits ?? 0
    }
    const start = process.hrtime.bigint()
    for (const chunk of chunks) decoder.push(chunk, onReading, () => {})
    rates.push(count / (Number(process.hrtime.bigint() - start) / 1e9))
    if (heard !== expected || weights < 0) throw new Error(`${dialect.name}: ${heard} readings instead of ${expected}`)
    await breathe()
  }
  return Math.round(median(rates))
}

const millions = (rate: number): string => (rate / 1e6).toFixed(1)

/** Frames per second and core of every scale dialect through `push`, every reading handed over. */
export async function benchDecoders(): Promise<{ name: string; text: string; figures: readonly DecoderFigure[] }> {
  const figures: DecoderFigure[] = []
  for (const dialect of Object.values(SCALE_DIALECTS)) {
    const good = framesOf(dialect)
    const bad = garbage(8_000_000)
    figures.push({
      dialect: dialect.name,
      framesPerSecond: await perSecond(dialect, chunksOf(good, 4_096), FRAMES, FRAMES),
      framesPerSecondInPieces: await perSecond(dialect, chunksOf(good, dialect.longestFrame - 1), FRAMES, FRAMES),
      garbageBytesPerSecond: await perSecond(dialect, chunksOf(bad, 4_096), bad.length, 0),
      rounds: ROUNDS,
    })
  }
  const lines = figures.map(
    (of) =>
      `${of.dialect}: ${millions(of.framesPerSecond)} million frames/s on one core (${millions(of.framesPerSecondInPieces)} in a serial port's pieces), garbage ${millions(of.garbageBytesPerSecond)} MB/s`,
  )
  return { name: 'decoders', text: lines.join('\n'), figures }
}
