import type { PlateColour, PlateKind } from './plate.ts'
import type { Read } from './plate-reads.ts'

/** The colours each kind of plate comes in. Cameras err in colours more than in letters, so this checks and proves nothing. */
const COLOURS: Readonly<Record<PlateKind, readonly PlateColour[]>> = {
  ordinary: ['blue', 'yellow', 'black'],
  trailer: ['yellow'],
  school: ['yellow'],
  police: ['white'],
  'nev-small': ['green'],
  'nev-large': ['yellow-green'],
  'cross-border': ['black'],
  consulate: ['black'],
  emergency: ['white'],
  'armed-police': ['white'],
  military: ['white'],
}
export const fitsColour = (form: PlateKind, colour: PlateColour): boolean => colour === 'unknown' || COLOURS[form].includes(colour)

/** The colour most reads tell; of as many the front camera's, then by its name. */
export function colourOf(reads: readonly Read[]): PlateColour {
  const told = reads.filter(({ colour }) => colour !== 'unknown')
  const times = (of: PlateColour): number => told.filter(({ colour }) => colour === of).length
  const front = (of: PlateColour): number => told.filter(({ camera, colour }) => camera === 'front' && colour === of).length
  const [best = 'unknown'] = [...new Set(told.map(({ colour }) => colour))].sort(
    (a, b) => times(b) - times(a) || front(b) - front(a) || (a < b ? -1 : 1),
  )
  return best
}
