import { decimalText } from './exact.ts'
import type { DialectSettings, Reading, ScaleDecoder, ScaleDialect } from './reading.ts'
import { dialectDecoder } from './seven-bit.ts'

/** A dialect (with settings, where it has some) held against a capture. */
export interface Suspect {
  /** The dialect's name, or a profile's. */
  readonly name: string
  readonly dialect: ScaleDialect
  readonly settings?: DialectSettings
  /** A person wrote it for this very indicator: it may be named however shaky its dialect is without them. */
  readonly vouched?: boolean
}

/** What one suspect made of the capture. */
export interface Candidate {
  readonly name: string
  readonly evidence: ScaleDialect['evidence']
  /** Bytes of valid frames ÷ bytes from the first valid frame on. */
  readonly coverage: number
  readonly frames: number
  readonly rejected: Readonly<Record<string, number>>
  /** Share of single flipped bits in these very frames that would pass for another weight: 0 for formats with a good checksum. */
  readonly gullible: number
  /** The newest readings, as they would stand on a display. */
  readonly shown: readonly string[]
  /** What the frames do not carry and configuration must say. */
  readonly unsaid: readonly ('unit' | 'decimals' | 'gross or net' | 'stability')[]
}

/** What came of holding a suspect against the bytes: the candidate, and what its rivals are compared by. */
export interface Heard {
  readonly candidate: Candidate
  /** Everything it read and how often, to see whether two read the same. */
  readonly shown: ReadonlyMap<string, number>
  /** Changes from reading to reading, without the ones that changed nothing. */
  readonly moves: readonly number[]
  readonly largest: number
}

const decoderOf = ({ dialect, settings }: Suspect): ScaleDecoder =>
  dialectDecoder(dialect, { ...(settings && { settings }), sevenBit: 'auto' })

/** Holds one suspect against a capture. */
export function hear(bytes: Uint8Array, suspect: Suspect): Heard {
  const { name, dialect, vouched } = suspect
  const read = readAll(decoderOf(suspect), bytes)
  const { readings, rejected, firstFrameAt } = read
  const numbers = readings.flatMap(({ digits, decimals }) => (digits === null ? [] : [digits / 10 ** (decimals ?? 0)]))
  const after = firstFrameAt === null ? 0 : bytes.length - firstFrameAt
  const lost = read.spans.filter(({ at }) => firstFrameAt !== null && at >= firstFrameAt).reduce((sum, { length }) => sum + length, 0)
  return {
    candidate: {
      name,
      evidence: vouched ? 'fair' : dialect.evidence,
      coverage: after === 0 ? 0 : (after - lost) / after,
      frames: readings.length,
      rejected,
      gullible: readings.length === 0 ? 1 : gullibility(bytes, suspect),
      shown: readings.slice(-3).map(display),
      unsaid: unsaidBy(readings),
    },
    shown: counted(readings.map(display)),
    moves: numbers.slice(1).flatMap((number, at) => (number === numbers[at] ? [] : [Math.abs(number - (numbers[at] ?? 0))])),
    largest: numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0),
  }
}

function counted(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

interface ReadAll {
  readonly readings: readonly Reading[]
  readonly rejected: Readonly<Record<string, number>>
  readonly spans: readonly { readonly at: number; readonly length: number }[]
  readonly firstFrameAt: number | null
}

function readAll(decoder: ScaleDecoder, bytes: Uint8Array): ReadAll {
  const readings: Reading[] = []
  const rejected: Record<string, number> = {}
  const spans: { at: number; length: number }[] = []
  const onRejected = ({ reason, at, bytes: span }: { reason: string; at: number; bytes: Uint8Array }): void => {
    rejected[reason] = (rejected[reason] ?? 0) + 1
    spans.push({ at, length: span.length })
  }
  const onReading = (reading: Reading): void => void readings.push(reading)
  const onRemark = (): void => {}
  decoder.push(bytes, onReading, onRejected, onRemark)
  decoder.quiet(onRejected, onReading, onRemark)
  if (readings.length === 0) return { readings, rejected, spans, firstFrameAt: null }
  // What is rejected before the first frame begins at 0 and goes on without a gap: the frame stands where that ends.
  let firstFrameAt = 0
  for (const { at, length } of spans) if (at === firstFrameAt) firstFrameAt += length
  return { readings, rejected, spans, firstFrameAt }
}

/**
 * Flips bit after bit in the middle of the newest frames and counts what then passes for a weight nobody sent. Measured on the very
 * bytes of this line: whether an indicator of this family sends its checksum at all is a setting of it.
 */
function gullibility(bytes: Uint8Array, suspect: Suspect): number {
  const { longestFrame } = suspect.dialect
  const tail = bytes.subarray(Math.max(0, bytes.length - 4 * longestFrame))
  const from = Math.min(longestFrame, tail.length >> 2)
  const to = Math.min(tail.length, from + 2 * longestFrame)
  const sent = new Set(readAll(decoderOf(suspect), tail).readings.map(display))
  if (sent.size === 0) return 1
  let passed = 0
  for (let bit = 8 * from; bit < 8 * to; bit++) {
    const flipped = tail.slice()
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    if (readAll(decoderOf(suspect), flipped).readings.some((reading) => !sent.has(display(reading)))) passed++
  }
  return passed / (8 * (to - from))
}

function display({ digits, decimals, unit, stable, overload, underload }: Reading): string {
  const number = digits === null ? 'no number' : decimalText({ digits, decimals: decimals ?? 0 })
  return [number, unit, stable === false ? 'moving' : null, overload ? 'overload' : null, underload ? 'underload' : null]
    .filter((word) => word !== null)
    .join(' ')
}

function unsaidBy(readings: readonly Reading[]): Candidate['unsaid'] {
  const numbers = readings.filter(({ digits }) => digits !== null)
  const never = (says: (reading: Reading) => unknown): boolean => numbers.length > 0 && numbers.every((reading) => says(reading) === null)
  return [
    ...(never(({ unit }) => unit) ? (['unit'] as const) : []),
    ...(never(({ decimals }) => decimals) ? (['decimals'] as const) : []),
    ...(never(({ mode }) => mode) ? (['gross or net'] as const) : []),
    ...(never(({ stable }) => stable) ? (['stability'] as const) : []),
  ]
}
