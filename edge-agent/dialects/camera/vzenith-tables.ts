import type { PlateColour } from '#edge/plate'

/** The numbers of one maker of this envelope. */
export interface PlateTables {
  readonly colours: readonly PlateColour[]
  readonly plateTypes: Readonly<Record<number, string>>
}

/** Vzenith's own numbers (臻识 vendor protocol). Other makers use the same member names with other numbers: never share a table. */
export const COLOURS: readonly PlateColour[] = ['unknown', 'blue', 'yellow', 'white', 'black', 'green', 'yellow-green']

/** `type`: class of plate. 29 and 31 are findings of the camera rather than classes. */
export const PLATE_TYPES: Readonly<Record<number, string>> = {
  0: 'unknown',
  1: 'blue-small',
  2: 'black-small',
  3: 'yellow-one-row',
  4: 'yellow-two-rows',
  5: 'police',
  6: 'armed-police',
  7: 'personalised',
  8: 'military-one-row',
  9: 'military-two-rows',
  10: 'embassy',
  11: 'hong-kong',
  12: 'farm',
  13: 'driving-school',
  14: 'macao',
  15: 'armed-police-two-rows',
  16: 'armed-police-headquarters',
  17: 'armed-police-headquarters-two-rows',
  18: 'civil-aviation',
  19: 'nev-small',
  20: 'nev-large',
  21: 'emergency',
  22: 'consulate',
  23: 'new-standard-fuel',
  24: 'new-standard-nev',
  25: 'airport',
  26: 'overseas',
  29: 'fake-plate',
  30: 'car-emblem',
  31: 'no-plate-vehicle',
}

export const VZENITH_TABLES: PlateTables = { colours: COLOURS, plateTypes: PLATE_TYPES }

/** `gioouts[].ctrltype`: the camera opened for a plate of its own list while it held its server for lost. */
export const OPENED_BY_OWN_LIST = 2

/** `direction`: movement in the picture. */
export const DIRECTIONS = ['unknown', 'left', 'right', 'up', 'down'] as const

/** `lanectrl_result.event_type`. */
export const LANE_EVENTS: Readonly<Record<number, string>> = {
  73: 'person-gone',
  81: 'person-lingering',
  82: 'vehicle-lingering',
  83: 'passed',
  84: 'turned-back',
  85: 'tailgating',
  96: 'crowd',
  97: 'crowd',
  112: 'non-motor-vehicle',
  113: 'non-motor-vehicle',
}
