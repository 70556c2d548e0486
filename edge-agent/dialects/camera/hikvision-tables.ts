import type { PlateColour } from '#edge/plate'

/** Words of Hikvision's ISAPI (`plateColor`, `plateType`). Other makers use other words for other things: never share a table. */
export const HIKVISION_COLOURS: Readonly<Record<string, PlateColour>> = {
  black: 'black',
  blue: 'blue',
  yellow: 'yellow',
  white: 'white',
  green: 'green',
  newEnergyGreen: 'green',
  newEnergyYellowGreen: 'yellow-green',
  civilAviationBlack: 'black',
  civilAviationGreen: 'green',
}

export const HIKVISION_PLATE_TYPES: Readonly<Record<string, string>> = {
  unknown: 'unknown',
  '92TypeCivil': 'civil-92',
  '02TypePersonalized': 'personalised',
  yellowTwoLine: 'yellow-two-rows',
  '92TypeArm': 'armed-police',
  arm: 'armed-police',
  oneLineArm: 'armed-police',
  twoLineArm: 'armed-police-two-rows',
  oneLineArmHeadquarters: 'armed-police-headquarters',
  twoLineArmHeadquarters: 'armed-police-headquarters-two-rows',
  '04NewMilitay': 'military',
  '04NewMilitary': 'military',
  upDownMilitay: 'military-two-rows',
  upDownMilitary: 'military-two-rows',
  leftRightMilitay: 'military',
  leftRightMilitary: 'military',
  embassy: 'embassy',
  consulate: 'consulate',
  coach: 'driving-school',
  trailer: 'trailer',
  hongKongMacao: 'hong-kong-macao',
  tempTravl: 'temporary',
  tempEntry: 'temporary',
  civilAviation: 'civil-aviation',
  newEnergy: 'nev',
  emergency: 'emergency',
  '92FarmVehicle': 'farm',
  yellow1225FarmVehicle: 'farm',
  green1325FarmVehicle: 'farm',
  yellow1325FarmVehicle: 'farm',
  motorola: 'motorcycle',
  twoWheelVehicle: 'motorcycle',
}

/**
 * The colour as Hikvision writes it in front of a Chinese plate, longest first. 黑 is also Heilongjiang. That a large electric
 * truck's is two characters is what the trade says; no manual was found.
 */
export const COLOUR_PREFIXES: readonly (readonly [prefix: string, colour: PlateColour])[] = [
  ['黄绿', 'yellow-green'],
  ['渐绿', 'green'],
  ['蓝', 'blue'],
  ['黄', 'yellow'],
  ['白', 'white'],
  ['黑', 'black'],
  ['绿', 'green'],
]
