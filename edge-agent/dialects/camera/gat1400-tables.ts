import type { PlateColour } from '#edge/plate'

/**
 * Numbers of GA/T 1400 (`PlateColor`, `PlateClass`), confirmed by independent implementations of it. The transport ministry numbers
 * colours differently: never share a table. Yellow-green is in no number; class 51 tells it.
 */
export const GAT_COLOURS: Readonly<Record<string, PlateColour>> = { 1: 'black', 2: 'white', 5: 'blue', 6: 'yellow', 9: 'green' }

export const GAT_PLATE_CLASSES: Readonly<Record<string, string>> = {
  '01': 'large',
  '02': 'small',
  '03': 'embassy',
  '04': 'consulate',
  '05': 'overseas',
  '06': 'foreign',
  '07': 'motorcycle',
  '08': 'motorcycle',
  '13': 'farm',
  '14': 'tractor',
  '15': 'trailer',
  '16': 'driving-school',
  '22': 'temporary',
  '23': 'police',
  '24': 'police',
  '26': 'hong-kong',
  '27': 'macao',
  '31': 'armed-police',
  '32': 'military',
  '33': 'emergency',
  '41': 'no-plate-vehicle',
  '42': 'fake-plate',
  '43': 'misused-plate',
  '44': 'not-recognised',
  '51': 'nev-large',
  '52': 'nev-small',
  '99': 'other',
}
export const LARGE_ELECTRIC = '51'
export const SMALL_ELECTRIC = '52'
export const WITHOUT_PLATE = '41'
/** Fake, and another vehicle's. */
export const FALSE_PLATES: ReadonlySet<string> = new Set(['42', '43'])
