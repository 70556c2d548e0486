import { readPlate } from '#edge/plate'
import { DAHUA_COLOURS, DAHUA_PLATE_TYPES, DAHUA_STROBE } from './dahua-tables.ts'
import { deviceClock } from './device-clock.ts'
import { numberIn, shortText } from './json-body.ts'
import { mendedPlate } from './mended-plate.ts'
import { noPlateSpelling } from './no-plate.ts'
import type { Sighting, SightingBeside } from './sighting.ts'
import { LONGEST_PLATE_TEXT } from './vzenith-plate-result.ts'
import { known } from './word-table.ts'

/** A member of an event by its path, `TrafficCar.DrivingDirection[0]`: of JSON here, of lines there. */
export type DahuaFields = (path: string) => unknown

export interface DahuaSettings {
  /**
   * By how many minutes the device's `UTC` is ahead of UTC: 0 where it is what it says, 480 for firmware in China that counts local
   * time as UTC.
   */
  readonly minutesAhead?: number
}

/**
 * One traffic event of the streams, or null where it is none: `TrafficCar` (or `PlateInfo`) makes it one. `Object.Text` is never the
 * plate: on some firmware the object is the vehicle and the text its brand.
 */
export function dahuaSighting(fields: DahuaFields, { minutesAhead = 0 }: DahuaSettings): Sighting | null {
  const { text, attached, end, encoding } = platesIn(fields)
  if (text === null) return null
  const colourRaw =
    word(fields(end === 'rear' ? 'PlateInfo.BackPlateColor' : 'TrafficCar.PlateColor')) ??
    word(fields('TrafficCar.PlateColor')) ??
    word(fields('PlateInfo.FrontPlateColor'))
  const type = word(fields('TrafficCar.PlateType'))
  const seconds = numberIn(fields('UTC')) ?? numberIn(fields('TrafficCar.UTC'))
  const thousandths = numberIn(fields('UTCMS')) ?? 0
  return {
    kind: 'sighting',
    preview: false,
    device: word(fields('TrafficCar.MachineName')) ?? word(fields('MachineName')),
    record: recordOf(fields),
    text,
    colour: known(DAHUA_COLOURS, colourRaw) ?? 'unknown',
    colourRaw,
    plateType: type === null ? null : (known(DAHUA_PLATE_TYPES, type) ?? type),
    direction: word(fields('TrafficCar.DrivingDirection[0]')) ?? word(fields('JunctionDirection')),
    confidence: null,
    confidenceRaw: null,
    ...deviceClock(seconds === null ? null : seconds * 1_000 + thousandths - minutesAhead * 60_000),
    backfill: false,
    fake: false,
    pictures: [],
    beside: { ...besideOf(fields, text, attached, end, encoding), ...(type !== null && { plateTypeRaw: type }) },
  }
}

const word = (value: unknown): string | null => {
  const text = shortText(value, 64)
  return text === '' ? null : text
}

/** Events count up; a group is the pictures of one passage. Zero is no number. */
function recordOf(fields: DahuaFields): string | null {
  for (const name of ['EventID', 'GroupID', 'TrafficCar.RecNo']) {
    const number = numberIn(fields(name))
    if (number !== null && number > 0) return `${name.split('.').at(-1)}-${number}`
  }
  return null
}

interface Plates {
  readonly text: string | null
  readonly attached: string | null
  readonly end: 'front' | 'rear' | null
  readonly encoding?: 'gbk'
}

/** Newer firmware tells the plates of both ends: a tractor and its trailer. */
function platesIn(fields: DahuaFields): Plates {
  const said = (path: string): string | null => shortText(fields(path), LONGEST_PLATE_TEXT)
  const [front, back] = [said('PlateInfo.FrontPlateNumber'), said('PlateInfo.BackPlateNumber')]
  const own = said('TrafficCar.PlateNumber')
  const isThere = (text: string | null): text is string => text !== null && readPlate(text).kind !== 'no-plate'
  const main = isThere(own) ? own : isThere(front) ? front : (own ?? front ?? (fields('TrafficCar.PlateColor') === undefined ? null : ''))
  const direction = word(fields('VehicleDirection')) ?? word(fields('TrafficCar.VehicleDirection'))
  const end = direction === 'Head' ? 'front' : direction === 'Tail' || (isThere(back) && main === back && main !== front) ? 'rear' : null
  const attached = [back, front].find((text) => isThere(text) && text !== main) ?? null
  return main === null ? { text: null, attached, end } : { ...mendedPlate(main), attached: attached && mendedPlate(attached).text, end }
}

function besideOf(fields: DahuaFields, text: string, attached: string | null, end: Plates['end'], encoding?: 'gbk'): SightingBeside {
  const lane = numberIn(fields('TrafficCar.Lane')) ?? numberIn(fields('Lane'))
  const axles = numberIn(fields('CarWeightInfo.AxleNum')) ?? numberIn(fields('RadarInfo.AxisNum'))
  const opened = known(DAHUA_STROBE, word(fields('OpenStrobeState')) ?? word(fields('TrafficCar.OpenStrobeState')))
  const noPlate = noPlateSpelling(text)
  return {
    ...(lane !== null && { lane }),
    ...(axles !== null && axles > 0 && { axles }),
    ...(opened !== undefined && { openedByCamera: opened }),
    ...(attached !== null && { attachedText: attached }),
    ...(end !== null && { vehicleEnd: end }),
    ...(encoding !== undefined && { encoding }),
    ...(noPlate !== null && noPlate !== 'nothing-said' && { noPlate }),
  }
}
