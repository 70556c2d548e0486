import { type PlateColour, readPlate } from '#edge/plate'
import { COLOUR_PREFIXES } from './hikvision-tables.ts'
import { mendedPlate } from './mended-plate.ts'

export interface WithoutPrefix {
  readonly text: string
  readonly prefix?: string
  readonly colour?: PlateColour
  /** The text was GBK that passed for UTF-8. */
  readonly encoding?: 'gbk'
}

/**
 * Takes off the one colour written before a plate: only where the rest alone is a plate and the whole is none. 黑 is both black and
 * Heilongjiang, so 黑A12345 stays whole, and so does 黑AB12345, whose rest would pass for a military plate.
 */
export function withoutColourPrefix(said: string): WithoutPrefix {
  const { text, ...how } = mendedPlate(said)
  if (readPlate(text).kind === 'plate') return { text, ...how }
  for (const [prefix, colour] of COLOUR_PREFIXES) {
    const rest = text.trimStart().slice(prefix.length)
    if (text.trimStart().startsWith(prefix) && readPlate(rest).kind === 'plate') return { text: rest, prefix, colour }
  }
  return { text }
}
