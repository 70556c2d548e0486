import { type PlateColour, type PlateKind, readPlate } from '#edge/plate'
import type { CameraMessage } from './sighting.ts'
import type { PlateTables } from './vzenith-tables.ts'

/**
 * Numbers of AlphaDigi, 芊熠-type and other OEM cameras that send Vzenith's `AlarmInfoPlate` (read in public client projects, not in a
 * vendor's text). The colours agree with Vzenith's as far as seen; type 11, Hong Kong there, is a small new-energy vehicle here.
 */
export const VZENITH_OEM_TABLES: PlateTables = {
  colours: ['unknown', 'blue', 'yellow', 'white', 'black', 'green', 'yellow-green'],
  plateTypes: {
    0: 'unknown',
    1: 'blue-small',
    3: 'yellow',
    4: 'yellow-two-rows',
    5: 'police',
    6: 'armed-police',
    7: 'armed-police-two-rows',
    8: 'military',
    9: 'military-two-rows',
    10: 'personalised',
    11: 'nev-small',
    12: 'nev-large',
    13: 'embassy',
    14: 'consulate',
    15: 'civil-aviation',
    16: 'emergency',
  },
}

/** Kinds that the plate's own text proves; all others the number may tell. */
const PROVEN: Partial<Record<PlateKind, string>> = {
  'nev-small': 'nev-small',
  'nev-large': 'nev-large',
  trailer: 'trailer',
  school: 'driving-school',
  police: 'police',
  consulate: 'consulate',
  emergency: 'emergency',
}

/** Classes whose colour is certain: against another colour the number was read in the wrong table. */
const COLOUR_OF: Readonly<Record<string, PlateColour>> = {
  'blue-small': 'blue',
  yellow: 'yellow',
  'yellow-two-rows': 'yellow',
  'nev-small': 'green',
  'nev-large': 'yellow-green',
}

/** The tables of these makers are not certain: the grammar of the plate goes first, and a class against the colour is none. */
export function byGrammar(message: CameraMessage): CameraMessage {
  if (message.kind !== 'sighting') return message
  const { text, plateType, colour } = message
  const read = readPlate(text)
  const proven = read.kind === 'plate' ? PROVEN[read.form] : undefined
  if (proven !== undefined) return { ...message, plateType: proven }
  const expected = plateType === null ? undefined : COLOUR_OF[plateType]
  return expected !== undefined && colour !== 'unknown' && colour !== expected ? { ...message, plateType: null } : message
}
