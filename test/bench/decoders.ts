import type { Transform } from 'node:stream'
import { setImmediate as breathe } from 'node:timers/promises'
import { DelimiterParser, RegexParser } from 'serialport'
import type { Reading, ScaleDialect } from '#dialects/scale/reading'
import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'

/**
 * Readings a second and core of every scale dialect, each handed over whole, beside the two splitters integrators usually reach for
 * (`@serialport/parser-delimiter` and `parser-regex`) on the very same stream. Those only cut at a byte: they check nothing, decode
 * nothing and know no number, so a ratio of 1 is already generous to them.
 */
export interface DecoderFigure {
  readonly dialect: string
  readonly frameBytes: number
  /** Fed in 4 KiB chunks; medians of the rounds. */
  readonly framesPerSecond: number
  /** Fed as a serial port does: about a frame at a time, cut in its middle. */
  readonly framesPerSecondInPieces: number
  /** Fed bytes among which hardly a frame is whole. */
  readonly garbageBytesPerSecond: number
  /** Null where frames have no byte they all end with: there the splitters cannot be used at all. */
  readonly delimiterPiecesPerSecond: number | null
  readonly regexPiecesPerSecond: number | null
  readonly rounds: number
}

const FRAMES = 1_000_000
/** All but the one the figure of DESIGN.md is about are measured over fewer frames: forty dialects want a minute, not ten. */
const FRAMES_OF_OTHERS = 100_000
const ROUNDS = 3

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

function chunksOf(whole: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size))
  return chunks
}

/** A truck driving on and standing, over and over, in kilograms; a dialect that sends no unit or flag leaves it out. */
function framesOf(
  dialect: ScaleDialect,
  count: number,
): { readonly stream: Uint8Array; readonly frameBytes: number; readonly end: number | null } {
  const ramp = Array.from({ length: 1_000 }, (_, i) =>
    dialect.encode({ digits: Math.min(49_000, i * 60), decimals: 0, unit: 'kg', stable: i > 800, mode: 'gross' }),
  )
  const ends = new Set(ramp.map((frame) => frame.at(-1)))
  const piece = Uint8Array.from(ramp.flatMap((frame) => [...frame]))
  const stream = new Uint8Array((piece.length * count) / ramp.length)
  for (let at = 0; at < stream.length; at += piece.length) stream.set(piece, at)
  return { stream, frameBytes: Math.round(piece.length / ramp.length), end: ends.size === 1 ? (piece.at(-1) ?? null) : null }
}

/** Pseudo-random bytes with the frame's own characters over-represented, so that false starts are tried and fail late. */
function garbage(length: number, own: Uint8Array): Uint8Array {
  let state = 20_161_921
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return own[(state >>> 16) % own.length] ?? 0
  })
}

async function rate(count: number, once: () => number, least: number): Promise<number> {
  const rates: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint()
    const heard = once()
    rates.push(count / (Number(process.hrtime.bigint() - start) / 1e9))
    if (heard < least) throw new Error(`${heard} instead of ${least}`)
    await breathe()
  }
  return Math.round(median(rates))
}

const throughDecoder = (dialect: ScaleDialect, chunks: readonly Uint8Array[]) => (): number => {
  const decoder = dialect.decoder()
  let heard = 0
  let weights = 0
  const onReading = (reading: Reading): void => {
    heard += 1
    weights += reading.digits ?? 0
  }
  const onRejected = (): void => {}
  for (const chunk of chunks) decoder.push(chunk, onReading, onRejected)
  decoder.quiet(onRejected, onReading)
  return weights < 0 ? -1 : heard
}

/** The parser's own work, called as a stream calls it; what it cuts off is counted and dropped, which costs less than reading it. */
const throughSplitter = (make: () => DelimiterParser | RegexParser, chunks: readonly Buffer[]) => (): number => {
  const splitter: Transform = make()
  let heard = 0
  splitter.push = () => {
    heard += 1
    return true
  }
  for (const chunk of chunks) splitter._transform(chunk, 'latin1', () => {})
  return heard
}

const ratio = (ours: number, theirs: number | null): string => (theirs === null ? '—' : `${(ours / theirs).toFixed(1)} ×`)
const millions = (figure: number): string => (figure / 1e6).toFixed(2)

export async function benchDecoders(): Promise<{ name: string; text: string; figures: readonly DecoderFigure[] }> {
  const figures: DecoderFigure[] = []
  for (const dialect of Object.values(SCALE_DIALECTS)) {
    const count = dialect.name === 'yaohua-tf0' ? FRAMES : FRAMES_OF_OTHERS
    const { stream, frameBytes, end } = framesOf(dialect, count)
    // A dialect that is nothing without a profile has nothing to say here.
    if (stream.length === 0) continue
    const bad = garbage(2_000_000, stream.subarray(0, 64 * frameBytes))
    const chunks = chunksOf(stream, 4_096)
    const buffers = chunks.map((chunk) => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length))
    figures.push({
      dialect: dialect.name,
      frameBytes,
      framesPerSecond: await rate(count, throughDecoder(dialect, chunks), count),
      framesPerSecondInPieces: await rate(count, throughDecoder(dialect, chunksOf(stream, Math.max(2, frameBytes - 1))), count),
      garbageBytesPerSecond: await rate(bad.length, throughDecoder(dialect, chunksOf(bad, 4_096)), 0),
      delimiterPiecesPerSecond:
        end === null
          ? null
          : await rate(
              count,
              throughSplitter(() => new DelimiterParser({ delimiter: [end] }), buffers),
              1,
            ),
      regexPiecesPerSecond:
        end === null
          ? null
          : await rate(
              count,
              throughSplitter(() => new RegexParser({ regex: patternOf(end), encoding: 'latin1' }), buffers),
              1,
            ),
      rounds: ROUNDS,
    })
    process.stderr.write(`  ${dialect.name}\n`)
  }
  const head =
    'dialect                     bytes  frames/s   in pieces  garbage MB/s  delimiter  regex   (millions; ratio of frames/s to each)'
  const lines = figures.map((of) =>
    [
      of.dialect.padEnd(26),
      String(of.frameBytes).padStart(6),
      millions(of.framesPerSecond).padStart(9),
      millions(of.framesPerSecondInPieces).padStart(11),
      millions(of.garbageBytesPerSecond).padStart(13),
      ratio(of.framesPerSecond, of.delimiterPiecesPerSecond).padStart(10),
      ratio(of.framesPerSecond, of.regexPiecesPerSecond).padStart(8),
    ].join(' '),
  )
  return { name: 'decoders', text: [head, ...lines].join('\n'), figures }
}

const patternOf = (end: number): RegExp => new RegExp(`\\x${end.toString(16).padStart(2, '0')}`)
