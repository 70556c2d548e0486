import { decimalText } from './exact.ts'
import type { DialectSettings, Reading, ScaleDecoder, ScaleDialect } from './reading.ts'
import { dialectDecoder, looksSevenBit } from './seven-bit.ts'

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

export type DetectedKind = 'named' | 'cannot-tell' | 'unknown' | 'silent'

export interface Detection {
  readonly kind: DetectedKind
  /** One for `named`, the ones that cannot be told apart for `cannot-tell`, none otherwise. */
  readonly names: readonly string[]
  /** Others that read the same weights from these bytes: choosing among them changes nothing. */
  readonly alike: readonly string[]
  /** Best first; those without a frame are left out. */
  readonly candidates: readonly Candidate[]
  readonly bytes: number
  /** The bytes have the even parity of a 7E1 line that was read with 8N1; it was checked and taken off where the dialect allows. */
  readonly sevenBit: boolean
}

/** Fewer frames prove nothing: one good-looking frame is found in much noise. */
const FEWEST_FRAMES = 3
/** With noise on the line a tenth of the frames may be lost and more; below this it is some other language with a lucky tail. */
const LEAST_COVERAGE = 0.6
/** Closer together than this is no difference a capture can prove. */
const SAME_COVERAGE = 0.05
/** Two that agree on so many of their readings read the same; noise costs each of them other frames. */
const SAME_READINGS = 0.9

/** Streams whose bytes are another's without its beginning: only the wiring can tell them apart (reference 9.3). */
const TWINS: Readonly<Record<string, readonly string[]>> = {
  'rinstrum-fmt5': ['ricelake-rlws, its STX lost on the way'],
}

/**
 * Which dialects these bytes may be, best first (reference: every framer over the sample, scored by coverage; formats that notice a
 * flipped bit go before formats that do not). Of several that fit equally and read other weights the one whose numbers move as a
 * weight does is taken; where none moves, or all do, none is chosen. Dialects whose layout is shaky are never chosen.
 */
export function detect(bytes: Uint8Array, suspects: readonly Suspect[]): Detection {
  const heard = suspects.map((suspect) => hear(bytes, suspect)).filter(({ candidate }) => candidate.frames > 0)
  heard.sort(byFit)
  return {
    ...judged(bytes, heard),
    candidates: heard.map(({ candidate }) => candidate),
    bytes: bytes.length,
    sevenBit: looksSevenBit(bytes),
  }
}

function judged(bytes: Uint8Array, heard: readonly Heard[]): Pick<Detection, 'kind' | 'names' | 'alike'> {
  if (bytes.length === 0) return { kind: 'silent', names: [], alike: [] }
  const fitting = heard.filter(({ candidate: { frames, coverage } }) => frames >= FEWEST_FRAMES && coverage >= LEAST_COVERAGE)
  const [best] = fitting
  if (!best) return { kind: 'unknown', names: [], alike: [] }
  const abreast = fitting.filter(({ candidate }) => isAbreast(candidate, best.candidate))
  const believable = abreast.filter(({ candidate }) => candidate.evidence !== 'shaky')
  const chosen = likeAWeight(believable.length > 0 ? believable : abreast) ?? believable[0] ?? best
  const others = abreast.filter((other) => other !== chosen && !readTheSame(other, chosen))
  const alike = abreast.filter((other) => other !== chosen && readTheSame(other, chosen)).map(nameOf)
  const twins = TWINS[chosen.candidate.name] ?? []
  const rivals =
    likeAWeight(believable) === chosen ? [] : others.filter(({ candidate }) => believable.length === 0 || candidate.evidence !== 'shaky')
  const told = believable.length > 0 && rivals.length === 0 && twins.length === 0
  return { kind: told ? 'named' : 'cannot-tell', names: [nameOf(chosen), ...rivals.map(nameOf), ...twins], alike }
}

const nameOf = ({ candidate }: Heard): string => candidate.name

/** A checksum that holds frame after frame is no accident: a rival without one that fits as well reads something into it. */
const isAbreast = (candidate: Candidate, best: Candidate): boolean =>
  candidate === best ||
  (best.coverage - candidate.coverage < SAME_COVERAGE && (best.gullible > MOSTLY_CHECKED || candidate.gullible <= MOSTLY_CHECKED))
const MOSTLY_CHECKED = 0.02

function readTheSame(a: Heard, b: Heard): boolean {
  let common = 0
  for (const [shown, times] of a.shown) common += Math.min(times, b.shown.get(shown) ?? 0)
  return common >= SAME_READINGS * Math.max(a.candidate.frames, b.candidate.frames)
}

/** So many changes of the number are needed to see how it moves. */
const FEWEST_MOVES = 6

/**
 * The one whose numbers go in small steps where the others' jump: a truck drives on in a second of many frames, and read the wrong way
 * round every step is a leap. Null where nothing moves enough or no one stands out.
 */
function likeAWeight(rivals: readonly Heard[]): Heard | null {
  const moving = rivals.filter(({ moves }) => moves.length >= FEWEST_MOVES)
  if (moving.length < 2 || moving.length < rivals.length) return null
  const [first, ...rest] = [...moving].sort((a, b) => leap(a) - leap(b))
  const second = first && rest.find((other) => !readTheSame(other, first))
  if (!first || !second) return null
  return leap(first) * 4 <= leap(second) ? first : null
}

/** The usual step as a share of the largest number. */
function leap({ moves, largest }: Heard): number {
  const sorted = [...moves].sort((a, b) => a - b)
  return (sorted[sorted.length >> 1] ?? 0) / Math.max(largest, 1e-9)
}

interface Heard {
  readonly candidate: Candidate
  /** Everything it read and how often, to see whether two read the same. */
  readonly shown: ReadonlyMap<string, number>
  /** Changes from reading to reading, without the ones that changed nothing. */
  readonly moves: readonly number[]
  readonly largest: number
}

const decoderOf = ({ dialect, settings }: Suspect): ScaleDecoder =>
  dialectDecoder(dialect, { ...(settings && { settings }), sevenBit: 'auto' })

function hear(bytes: Uint8Array, suspect: Suspect): Heard {
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

/** Coverage first, in steps no capture can prove finer; then who notices a flipped bit; then how sure the layout is. */
function byFit({ candidate: a }: Heard, { candidate: b }: Heard): number {
  const enough = Number(b.frames >= FEWEST_FRAMES) - Number(a.frames >= FEWEST_FRAMES)
  if (enough !== 0) return enough
  if (Math.abs(a.coverage - b.coverage) >= SAME_COVERAGE) return b.coverage - a.coverage
  return a.gullible - b.gullible || SURENESS[b.evidence] - SURENESS[a.evidence] || b.coverage - a.coverage
}
const SURENESS: Readonly<Record<ScaleDialect['evidence'], number>> = { solid: 2, fair: 1, shaky: 0 }

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
