import { normalisePlate, readPlate } from '#edge/plate'

/** Why there is no plate, where a text tells: the vehicle has none, it was not read, or the camera only says that there is nothing. */
export type NoPlate = 'vehicle-without-plate' | 'not-recognised' | 'nothing-said'

const MEANING: Readonly<Record<string, NoPlate>> = {
  无牌车: 'vehicle-without-plate',
  无牌: 'vehicle-without-plate',
  无车牌: 'vehicle-without-plate',
  NOPLATE: 'vehicle-without-plate',
  UNLICENSED: 'vehicle-without-plate',
  未识别: 'not-recognised',
  UNKNOWN: 'not-recognised',
}

/**
 * What one of the many spellings of "no plate" means; null for every other text. Makers differ, so only the words themselves are
 * read: `_无_`, dashes, fillers and an empty text say nothing about the reason.
 */
export function noPlateSpelling(text: string): NoPlate | null {
  if (readPlate(text).kind !== 'no-plate') return null
  return MEANING[normalisePlate(text)] ?? 'nothing-said'
}
