import type { Basis } from './identity-basis.ts'

/** What the confidence of an identity is reckoned from. */
export interface Certainty {
  readonly basis: Basis
  /** Other vehicles read in the same passage. */
  readonly others: number
  /** Other texts that as much speaks for. */
  readonly tied: number
  readonly contradicted: boolean
  readonly known: boolean
}

/**
 * 0–100 in points one can add up by hand. It tells a person how far to trust the plate; nothing is decided by it, and the cameras' own
 * figures are not in it: they are no probabilities, and one maker's 90 is another's 70.
 */
export const POINTS = {
  /** A plate was read; by a tag alone; by a card alone, which may be lent. */
  read: 60,
  tag: 50,
  card: 40,
  /** Each further independent source of front, rear, tag and card. */
  source: 20,
  /** Read again by the same camera. */
  repeat: 5,
  /** A register or a ticket of this site knows it. */
  known: 5,
  /** A text that lost letters fits it. */
  part: 2,
  mended: -5,
  voted: -10,
  /** Each read of the same plate that said something else. */
  misread: -5,
  tied: -15,
  oddColour: -10,
  contradicted: -30,
  otherVehicle: -30,
} as const

export function certainty({ basis, others, tied, contradicted, known }: Certainty): number {
  const { how, by, agreed, counted, aside, oddColour } = basis
  if (how === 'none') return 0
  const start = how === 'tag' ? (by.includes('tag') ? POINTS.tag : POINTS.card) : POINTS.read
  const points = [
    start,
    POINTS.source * Math.max(0, by.length - 1),
    agreed > 1 ? POINTS.repeat : 0,
    known ? POINTS.known : 0,
    aside.some(({ why }) => why === 'part') ? POINTS.part : 0,
    how === 'mended' ? POINTS.mended : how === 'voted' ? POINTS.voted : 0,
    POINTS.misread * (counted - agreed),
    tied > 0 ? POINTS.tied : 0,
    oddColour ? POINTS.oddColour : 0,
    contradicted ? POINTS.contradicted : 0,
    others > 0 ? POINTS.otherVehicle : 0,
  ]
  return Math.min(
    100,
    Math.max(
      1,
      points.reduce((sum, one) => sum + one, 0),
    ),
  )
}
