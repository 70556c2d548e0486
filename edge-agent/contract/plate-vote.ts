import type { CameraSide } from './camera-side.ts'
import { type Plate, readPlate } from './plate.ts'
import { plateDistance } from './plate-distance.ts'
import type { Read } from './plate-reads.ts'

/** What several reads of one plate come to. */
export interface Voted {
  readonly plate: Plate
  /** `voted`: letter by letter, as no single read had it. */
  readonly how: 'read' | 'mended' | 'voted'
  readonly reads: readonly Read[]
  /** Other texts that as much speaks for. */
  readonly tied: readonly Plate[]
}

/** Who speaks for a text beside the cameras. */
export interface Voice {
  /** Vehicles the register or a ticket knows. */
  isKnown(plate: Plate): boolean
  /** Tags and cards, each a source of its own. */
  tagsSaying(plate: Plate): number
  /** The camera that is believed where all else is equal. */
  readonly first: CameraSide
}

/**
 * One text out of reads of one plate, by the first of these rules that tells:
 *
 *   1. said by most independent sources (front, rear, tag, card), by two at least
 *   2. read more often than all others together
 *   3. letter by letter more often than not, over three reads of the same length at least, if that is a plate
 *   4. read most often; then known here; then the longest, for letters are lost and not made up; then by the first camera; then with the most confidence, which is compared within one
 *      camera only; then by its letters, so that a re-run cannot differ
 */
export function vote(reads: readonly Read[], voice: Voice): Voted {
  const texts = [...new Set(reads.map(({ plate }) => plate))].sort((a, b) => compare(b, a))
  const [best] = texts
  if (best === undefined) throw new RangeError('nothing was read')
  const sources = (plate: Plate): number => sourcesOf(plate, reads, voice)
  const most = Math.max(...texts.map(sources))
  const backed = texts.filter((plate) => sources(plate) === most)
  const [only, other] = backed
  if (most >= 2 && only !== undefined && other === undefined) return said(only, [])
  if (timesOf(best) * 2 > reads.length) return said(best, [])
  const letters = letterByLetter(reads)
  if (letters !== null) return texts.includes(letters) ? said(letters, []) : { plate: letters, how: 'voted', reads, tied: [] }
  const even = texts.filter((plate) => plate !== best && timesOf(plate) === timesOf(best))
  return said(best, even)

  function said(plate: Plate, tied: readonly Plate[]): Voted {
    const mended = reads.every((read) => read.plate !== plate || read.mended)
    return { plate, how: mended ? 'mended' : 'read', reads, tied }
  }
  function timesOf(plate: Plate): number {
    return reads.filter((read) => read.plate === plate).length
  }
  function compare(a: Plate, b: Plate): number {
    const [one, two] = [rank(a), rank(b)]
    const at = one.findIndex((value, on) => value !== two[on])
    return at < 0 ? (a < b ? 1 : -1) : (one[at] ?? 0) - (two[at] ?? 0)
  }
  function rank(plate: Plate): number[] {
    const by = (camera: CameraSide): number => surest(reads, plate, camera)
    const [first, last] = voice.first === 'front' ? ([by('front'), by('rear')] as const) : ([by('rear'), by('front')] as const)
    return [timesOf(plate), Number(voice.isKnown(plate)), plate.length, Number(first > NOT_READ), first, last]
  }
}

const NOT_READ = -2
const NOT_TOLD = -1
/** The best confidence this camera gave the text. */
const surest = (reads: readonly Read[], plate: Plate, camera: CameraSide): number =>
  Math.max(NOT_READ, ...reads.filter((read) => read.plate === plate && read.camera === camera).map((read) => read.confidence ?? NOT_TOLD))

/** Front, rear and each tag or card that says exactly this text. */
export const sourcesOf = (plate: Plate, reads: readonly Read[], voice: Pick<Voice, 'tagsSaying'>): number =>
  new Set(reads.filter((read) => read.plate === plate).map(({ camera }) => camera)).size + voice.tagsSaying(plate)

const LEAST_FOR_LETTERS = 3

function letterByLetter(reads: readonly Read[]): Plate | null {
  const lengths = reads.map(({ plate }) => plate.length)
  const length = lengths.find((one) => lengths.filter((other) => other === one).length * 2 > lengths.length)
  const same = reads.filter(({ plate }) => plate.length === length).map(({ plate }) => plate)
  if (length === undefined || same.length < LEAST_FOR_LETTERS) return null
  const letters = Array.from({ length }, (_, at) => {
    const here = same.map((plate) => plate.charAt(at))
    return here.find((letter) => here.filter((other) => other === letter).length * 2 > here.length)
  })
  const read = letters.includes(undefined) ? null : readPlate(letters.join(''))
  return read?.kind === 'plate' ? read.plate : null
}

/**
 * Reads that lie within so many reading errors of one another, directly or through a third, are reads of one plate. Two plates that
 * are both known here are two vehicles, however alike.
 */
export function onePlateEach(reads: readonly Read[], within: number, isKnown: (plate: Plate) => boolean): Read[][] {
  const texts = [...new Set(reads.map(({ plate }) => plate))].sort()
  const groups: Plate[][] = []
  for (const text of texts) {
    const near = groups.filter((group) => group.some((other) => plateDistance(text, other) <= within && !(isKnown(text) && isKnown(other))))
    const joined = [text, ...near.flat()]
    groups.splice(0, groups.length, ...groups.filter((group) => !near.includes(group)), joined)
  }
  return groups.map((group) => reads.filter(({ plate }) => group.includes(plate)))
}
