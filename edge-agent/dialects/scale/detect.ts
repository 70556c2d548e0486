import type { ScaleDialect } from './reading.ts'
import { looksSevenBit } from './seven-bit.ts'
import { type Candidate, type Heard, hear, type Suspect } from './suspect.ts'

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

/** Coverage first, in steps no capture can prove finer; then who notices a flipped bit; then how sure the layout is. */
function byFit({ candidate: a }: Heard, { candidate: b }: Heard): number {
  const enough = Number(b.frames >= FEWEST_FRAMES) - Number(a.frames >= FEWEST_FRAMES)
  if (enough !== 0) return enough
  if (Math.abs(a.coverage - b.coverage) >= SAME_COVERAGE) return b.coverage - a.coverage
  return a.gullible - b.gullible || SURENESS[b.evidence] - SURENESS[a.evidence] || b.coverage - a.coverage
}
const SURENESS: Readonly<Record<ScaleDialect['evidence'], number>> = { solid: 2, fair: 1, shaky: 0 }
