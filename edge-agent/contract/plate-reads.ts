import type { CameraSide } from './camera-side.ts'
import { isTrailer, normalisePlate, type Plate, type PlateColour, type PlateKind, readPlate } from './plate.ts'
import type { Instant } from './units.ts'

/** One message of a camera about the vehicle before it. */
export interface SeenPlate {
  readonly camera: CameraSide
  readonly at: Instant
  /** Normalised plate, or null for "no plate" and unreadable texts. */
  readonly plate: string | null
  /** The text as the camera gave it. */
  readonly raw?: string
  readonly colour: PlateColour
  readonly confidence: number | null
  readonly fake: boolean
  readonly backfill: boolean
}

/** A read that counts: a plate by grammar, seen now, that nobody doubts. */
export interface Read {
  readonly plate: Plate
  readonly form: PlateKind
  readonly camera: CameraSide
  readonly colour: PlateColour
  readonly confidence: number | null
  /** Read with an O that the grammar proves to be a 0. */
  readonly mended: boolean
}

/** Why a read does not count, or counts for less than it says. */
export const ASIDE_WHYS = ['history', 'fake', 'no-plate', 'unreadable', 'part', 'not-white', 'misread', 'other-vehicle'] as const
export type AsideWhy = (typeof ASIDE_WHYS)[number]
export interface Aside {
  readonly text: string
  readonly why: AsideWhy
}

export interface SortedReads {
  readonly tractors: readonly Read[]
  readonly trailers: readonly Read[]
  readonly aside: readonly Aside[]
}

/**
 * Which reads count. What a camera backfills is history, what it takes for a print or a screen is no plate, and two letters with five
 * digits are a military plate only where they are white or known here: a plate that lost its province looks the same.
 */
export function sortReads(seen: readonly SeenPlate[], isKnown: (plate: Plate) => boolean): SortedReads {
  const counted: Read[] = []
  const aside: Aside[] = []
  for (const one of seen) {
    const read = readOf(one)
    const why = read === null ? whyNone(one) : doubt(one, read, isKnown)
    if (why !== null) aside.push({ text: read?.plate ?? normalisePlate(one.raw ?? one.plate ?? '').slice(0, 32), why })
    else if (read !== null) counted.push(read)
  }
  return {
    tractors: counted.filter(({ plate }) => !isTrailer(plate)),
    trailers: counted.filter(({ plate }) => isTrailer(plate)),
    aside,
  }
}

function doubt({ backfill, fake, colour }: SeenPlate, { plate, form }: Read, isKnown: (plate: Plate) => boolean): AsideWhy | null {
  if (backfill) return 'history'
  if (fake) return 'fake'
  return form === 'military' && colour !== 'white' && !isKnown(plate) ? 'not-white' : null
}

/** The plate by grammar, whether or not it counts. */
export function readOf({ plate, raw, camera, colour, confidence }: SeenPlate): Read | null {
  const as = (text: string, mended: boolean): Read | null => {
    const read = readPlate(text)
    return read.kind === 'plate' ? { plate: read.plate, form: read.form, camera, colour, confidence, mended } : null
  }
  if (plate !== null) return as(plate, false)
  if (raw === undefined || readPlate(raw).kind !== 'unreadable') return null
  const [province = '', city = '', ...serial] = normalisePlate(raw)
  // No serial has an O, so it was a 0. An I may have been any of 1, L, T and 7: that needs a second source.
  return serial.includes('O') ? as([province, city, ...serial.map((letter) => (letter === 'O' ? '0' : letter))].join(''), true) : null
}

function whyNone({ plate, raw, backfill }: SeenPlate): AsideWhy {
  if (backfill) return 'history'
  return readPlate(plate ?? raw ?? '').kind === 'unreadable' ? 'unreadable' : 'no-plate'
}
