import { describe, expect, it } from 'vitest'
import { dahuaItsapi } from '#dialects/camera/dahua-itsapi'
import { gat1400 } from '#dialects/camera/gat1400'
import { hikvision } from '#dialects/camera/hikvision'
import type { CameraDialect, Sighting } from '#dialects/camera/sighting'
import { vzenithHttp, vzenithOemHttp } from '#dialects/camera/vzenith-http'
import { decodeVzenith } from '#dialects/camera/vzenith-mqtt'
import type { PlateColour } from '#edge/plate'
import { utf8 } from './samples.ts'

/** Every maker's own numbers and words, entry by entry as its protocol has them; what was sent stands beside what we make of it. */

function seen(dialect: CameraDialect, body: unknown, place = '/'): Sighting {
  const [message] = dialect.decode({
    place,
    headers: {},
    body: utf8(typeof body === 'string' ? body : JSON.stringify(body)),
    receivedAt: 0,
  })
  if (message?.kind !== 'sighting') throw new Error(`a sighting was expected, not ${JSON.stringify(message)}`)
  return message
}

/** A foreign text, so that no grammar speaks before the table. */
const TEXT = 'OTM2022X'
const vzenith = (dialect: CameraDialect, result: object): Sighting =>
  seen(dialect, { AlarmInfoPlate: { result: { PlateResult: { license: TEXT, ...result } } } })

const VZENITH_COLOURS = ['unknown', 'blue', 'yellow', 'white', 'black', 'green', 'yellow-green', 'unknown'] as const

describe('Vzenith', () => {
  it.each(VZENITH_COLOURS.map((colour, number) => [number, colour] as const))('colorType %i is %s', (number, colour) => {
    expect(vzenith(vzenithHttp, { colorType: number })).toMatchObject({ colour, colourRaw: String(number) })
  })

  it.each([
    [0, 'unknown'],
    [1, 'blue-small'],
    [2, 'black-small'],
    [3, 'yellow-one-row'],
    [4, 'yellow-two-rows'],
    [5, 'police'],
    [6, 'armed-police'],
    [7, 'personalised'],
    [8, 'military-one-row'],
    [9, 'military-two-rows'],
    [10, 'embassy'],
    [11, 'hong-kong'],
    [12, 'farm'],
    [13, 'driving-school'],
    [14, 'macao'],
    [15, 'armed-police-two-rows'],
    [16, 'armed-police-headquarters'],
    [17, 'armed-police-headquarters-two-rows'],
    [18, 'civil-aviation'],
    [19, 'nev-small'],
    [20, 'nev-large'],
    [21, 'emergency'],
    [22, 'consulate'],
    [23, 'new-standard-fuel'],
    [24, 'new-standard-nev'],
    [25, 'airport'],
    [26, 'overseas'],
    [27, 'type-27'],
    [29, 'fake-plate'],
    [30, 'car-emblem'],
    [31, 'no-plate-vehicle'],
  ])('type %i is %s', (number, plateType) => {
    expect(vzenith(vzenithHttp, { type: number })).toMatchObject({ plateType, beside: { plateTypeRaw: String(number) } })
  })

  it.each([
    [0, 'unknown'],
    [1, 'left'],
    [2, 'right'],
    [3, 'up'],
    [4, 'down'],
    [5, 'unknown'],
  ])('direction %i is %s', (number, direction) => {
    expect(vzenith(vzenithHttp, { direction: number })).toMatchObject({ direction, beside: { directionRaw: String(number) } })
  })

  it.each([
    [73, 'person-gone'],
    [81, 'person-lingering'],
    [82, 'vehicle-lingering'],
    [83, 'passed'],
    [84, 'turned-back'],
    [85, 'tailgating'],
    [96, 'crowd'],
    [97, 'crowd'],
    [112, 'non-motor-vehicle'],
    [113, 'non-motor-vehicle'],
    [99, 'event-99'],
  ])('event_type %i of a lane is %s', (number, event) => {
    const body = utf8(JSON.stringify({ payload: { event_type: number } }))
    expect(decodeVzenith('device/a1/message/up/lanectrl_result', body)).toMatchObject({ kind: 'lane-event', event })
  })
})

it.each([
  [1, 'blue-small', 1],
  [3, 'yellow', 2],
  [4, 'yellow-two-rows', 2],
  [5, 'police', 3],
  [6, 'armed-police', 3],
  [7, 'armed-police-two-rows', 3],
  [8, 'military', 3],
  [9, 'military-two-rows', 3],
  [10, 'personalised', 1],
  [11, 'nev-small', 5],
  [12, 'nev-large', 6],
  [13, 'embassy', 4],
  [14, 'consulate', 4],
  [15, 'civil-aviation', 5],
  [16, 'emergency', 3],
  [17, 'type-17', 1],
])('AlphaDigi and its like: type %i is %s', (number, plateType, colorType) => {
  expect(vzenith(vzenithOemHttp, { type: number, colorType })).toMatchObject({ plateType, beside: { plateTypeRaw: String(number) } })
})

describe('Hikvision', () => {
  const event = (of: string): Sighting =>
    seen(hikvision, `<EventNotificationAlert><ANPR><licensePlate>${TEXT}</licensePlate>${of}</ANPR></EventNotificationAlert>`)

  it.each<[word: string, colour: PlateColour]>([
    ['black', 'black'],
    ['blue', 'blue'],
    ['golden', 'unknown'],
    ['orange', 'unknown'],
    ['red', 'unknown'],
    ['yellow', 'yellow'],
    ['white', 'white'],
    ['unknown', 'unknown'],
    ['other', 'unknown'],
    ['green', 'green'],
    ['brown', 'unknown'],
    ['mixedColor', 'unknown'],
    ['newEnergyGreen', 'green'],
    ['newEnergyYellowGreen', 'yellow-green'],
    ['civilAviationBlack', 'black'],
    ['civilAviationGreen', 'green'],
  ])('plateColor %s is %s', (word, colour) => {
    expect(event(`<plateColor>${word}</plateColor>`)).toMatchObject({ colour, colourRaw: word })
  })

  it.each([
    ['unknown', 'unknown'],
    ['92TypeCivil', 'civil-92'],
    ['02TypePersonalized', 'personalised'],
    ['yellowTwoLine', 'yellow-two-rows'],
    ['92TypeArm', 'armed-police'],
    ['arm', 'armed-police'],
    ['oneLineArm', 'armed-police'],
    ['twoLineArm', 'armed-police-two-rows'],
    ['oneLineArmHeadquarters', 'armed-police-headquarters'],
    ['twoLineArmHeadquarters', 'armed-police-headquarters-two-rows'],
    ['04NewMilitay', 'military'],
    ['upDownMilitay', 'military-two-rows'],
    ['leftRightMilitay', 'military'],
    ['embassy', 'embassy'],
    ['consulate', 'consulate'],
    ['coach', 'driving-school'],
    ['trailer', 'trailer'],
    ['hongKongMacao', 'hong-kong-macao'],
    ['tempTravl', 'temporary'],
    ['tempEntry', 'temporary'],
    ['civilAviation', 'civil-aviation'],
    ['newEnergy', 'nev'],
    ['emergency', 'emergency'],
    ['92FarmVehicle', 'farm'],
    ['yellow1225FarmVehicle', 'farm'],
    ['green1325FarmVehicle', 'farm'],
    ['yellow1325FarmVehicle', 'farm'],
    ['motorola', 'motorcycle'],
    ['twoWheelVehicle', 'motorcycle'],
    ['somethingNew', 'somethingNew'],
  ])('plateType %s is %s', (word, plateType) => {
    expect(event(`<plateType>${word}</plateType>`)).toMatchObject({ plateType, beside: { plateTypeRaw: word } })
  })
})

describe('Dahua', () => {
  const pushed = (plate: object): Sighting =>
    seen(dahuaItsapi(), { Picture: { Plate: { PlateNumber: TEXT, ...plate } } }, '/NotificationInfo/TollgateInfo')

  it.each<[word: string, colour: PlateColour]>([
    ['Unknown', 'unknown'],
    ['Blue', 'blue'],
    ['Yellow', 'yellow'],
    ['White', 'white'],
    ['Black', 'black'],
    ['Green', 'green'],
    ['YellowbottomBlackText', 'yellow'],
    ['BluebottomWhiteText', 'blue'],
    ['BlackBottomWhiteText', 'black'],
    ['ShadowGreen', 'green'],
    ['YellowGreen', 'yellow-green'],
    ['Other', 'unknown'],
  ])('PlateColor %s is %s', (word, colour) => {
    expect(pushed({ PlateColor: word })).toMatchObject({ colour, colourRaw: word })
  })

  it.each([
    ['Normal', 'blue'],
    ['Yellow', 'yellow'],
    ['DoubleYellow', 'yellow-two-rows'],
    ['Police', 'police'],
    ['Armed', 'armed-police'],
    ['SAR', 'hong-kong-macao'],
    ['Trainning', 'driving-school'],
    ['Personal', 'personalised'],
    ['Agri', 'farm'],
    ['Embassy', 'embassy'],
    ['Moto', 'motorcycle'],
    ['Tractor', 'tractor'],
    ['OfficialCar', 'official'],
    ['PersonalCar', 'personal'],
    ['WarCar', 'military'],
    ['Civilaviation', 'civil-aviation'],
    ['Black', 'black'],
    ['PureNewEnergyMicroCar', 'nev-small'],
    ['MixedNewEnergyMicroCar', 'nev-small'],
    ['PureNewEnergyLargeCar', 'nev-large'],
    ['MixedNewEnergyLargeCar', 'nev-large'],
    ['Emergency', 'emergency'],
    ['ElectricTricycle', 'electric-tricycle'],
    ['SomethingNew', 'SomethingNew'],
  ])('PlateType %s is %s', (word, plateType) => {
    expect(pushed({ PlateType: word })).toMatchObject({ plateType, beside: { plateTypeRaw: word } })
  })
})

describe('GA/T 1400', () => {
  const vehicle = (of: object): Sighting =>
    seen(gat1400, { MotorVehicleListObject: { MotorVehicleObject: [{ PlateNo: TEXT, ...of }] } }, '/VIID/MotorVehicles')

  it.each<[number: string, colour: PlateColour]>([
    ['1', 'black'],
    ['2', 'white'],
    ['3', 'unknown'],
    ['4', 'unknown'],
    ['5', 'blue'],
    ['6', 'yellow'],
    ['7', 'unknown'],
    ['8', 'unknown'],
    ['9', 'green'],
    ['10', 'unknown'],
    ['11', 'unknown'],
    ['12', 'unknown'],
    ['13', 'unknown'],
    ['99', 'unknown'],
  ])('PlateColor %s is %s', (number, colour) => {
    expect(vehicle({ PlateColor: number })).toMatchObject({ colour, colourRaw: number })
  })

  it.each([
    ['01', 'large'],
    ['02', 'small'],
    ['15', 'trailer'],
    ['16', 'driving-school'],
    ['22', 'temporary'],
    ['23', 'police'],
    ['26', 'hong-kong'],
    ['27', 'macao'],
    ['31', 'armed-police'],
    ['32', 'military'],
    ['33', 'emergency'],
    ['41', 'no-plate-vehicle'],
    ['42', 'fake-plate'],
    ['43', 'misused-plate'],
    ['51', 'nev-large'],
    ['52', 'nev-small'],
    ['99', 'other'],
    ['77', 'type-77'],
  ])('PlateClass %s is %s', (number, plateType) => {
    expect(vehicle({ PlateClass: number })).toMatchObject({ plateType, beside: { plateTypeRaw: number } })
  })

  it('a large electric truck is yellow-green by its class, whatever its colour’s number', () => {
    expect(vehicle({ PlateClass: '51', PlateColor: '9' })).toMatchObject({ colour: 'yellow-green', colourRaw: '9' })
  })
})
