import { mendedPlate } from './mended-plate.ts'
import { noPlateSpelling } from './no-plate.ts'
import type { Sighting, SightingBeside } from './sighting.ts'

/** What a message that only has a plate's text says of everything else. */
export const NOTHING_ELSE = {
  kind: 'sighting',
  preview: false,
  record: null,
  colour: 'unknown',
  colourRaw: null,
  plateType: null,
  direction: null,
  confidence: null,
  confidenceRaw: null,
  deviceTime: null,
  clockSuspect: false,
  backfill: false,
  fake: false,
  pictures: [],
} as const satisfies Partial<Sighting>

/** A sighting of a maker who says little: what is not given was not said. */
export function plainSighting(said: Partial<Sighting> & Pick<Sighting, 'device' | 'text'>): Sighting {
  const { text, ...how } = mendedPlate(said.text)
  const why = noPlateSpelling(text)
  const beside: SightingBeside = { ...(why !== null && why !== 'nothing-said' && { noPlate: why }), ...how, ...said.beside }
  return {
    ...NOTHING_ELSE,
    ...said,
    text,
    ...(Object.keys(beside).length > 0 && { beside }),
  }
}

/** As many vehicles of one message as are told; a list without end is somebody else's. */
export const MOST_IN_ONE = 20
