import type { PlateColour } from '#edge/plate'

/** Words of Dahua (`PlateColor`, `PlateType` of the camera's app kit). Other makers use other words: never share a table. */
export const DAHUA_COLOURS: Readonly<Record<string, PlateColour>> = {
  Blue: 'blue',
  Yellow: 'yellow',
  White: 'white',
  Black: 'black',
  Green: 'green',
  ShadowGreen: 'green',
  YellowGreen: 'yellow-green',
  BluebottomWhiteText: 'blue',
  YellowbottomBlackText: 'yellow',
  BlackBottomWhiteText: 'black',
}

export const DAHUA_PLATE_TYPES: Readonly<Record<string, string>> = {
  Unknown: 'unknown',
  Normal: 'blue',
  Yellow: 'yellow',
  DoubleYellow: 'yellow-two-rows',
  Police: 'police',
  Armed: 'armed-police',
  SAR: 'hong-kong-macao',
  Trainning: 'driving-school',
  Personal: 'personalised',
  Agri: 'farm',
  Embassy: 'embassy',
  Moto: 'motorcycle',
  Tractor: 'tractor',
  OfficialCar: 'official',
  PersonalCar: 'personal',
  WarCar: 'military',
  Civilaviation: 'civil-aviation',
  Black: 'black',
  PureNewEnergyMicroCar: 'nev-small',
  MixedNewEnergyMicroCar: 'nev-small',
  PureNewEnergyLargeCar: 'nev-large',
  MixedNewEnergyLargeCar: 'nev-large',
  Emergency: 'emergency',
  ElectricTricycle: 'electric-tricycle',
}

/** `OpenStrobeState`: who moved the barrier, where anyone did. */
export const DAHUA_STROBE: Readonly<Record<string, boolean>> = { Auto: true, Manual: false, Close: false, NoAction: false }
