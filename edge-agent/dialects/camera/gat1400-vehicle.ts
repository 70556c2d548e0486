import { fromBase64 } from './base64.ts'
import { deviceClock, momentIn } from './device-clock.ts'
import { FALSE_PLATES, GAT_COLOURS, GAT_PLATE_CLASSES, LARGE_ELECTRIC, SMALL_ELECTRIC, WITHOUT_PLATE } from './gat1400-tables.ts'
import { firstOf, member, numberIn, shortText } from './json-body.ts'
import { mendedPlate, plateSaid, yesOrNo } from './mended-plate.ts'
import { noPlateSpelling } from './no-plate.ts'
import type { Sighting, SightingBeside } from './sighting.ts'
import { LONGEST_PLATE_TEXT } from './vzenith-plate-result.ts'
import { known } from './word-table.ts'

const MOST_PICTURES = 8
/**
 * A record that comes this much later than it was made was kept back while the line was down: history. Devices of this protocol set
 * their clocks by our answers. What is older than any backlog comes from a wrong clock.
 */
const LATE = 10 * 60_000
const OLDER_THAN_ANY_BACKLOG = 30 * 86_400_000

/** One `MotorVehicleObject`. Vendors leave members out, send numbers as text and empty texts for unknown; other members are ignored. */
export function gat1400Vehicle(vehicle: unknown, receivedAt: number): Sighting {
  const said = (name: string): string | null => {
    const text = shortText(member(vehicle, name), 64)?.trim()
    return text === undefined || text === '' ? null : text
  }
  const { text, ...how } = plateSaid(
    shortText(member(vehicle, 'PlateNo'), LONGEST_PLATE_TEXT)?.trim() ?? '',
    yesOrNo(member(vehicle, 'HasPlate')),
  )
  const classRaw = said('PlateClass')
  const plateClass = classRaw?.padStart(2, '0') ?? null
  const colourRaw = said('PlateColor')
  const clock = deviceClock(momentIn(firstOf(said('PassTime'), said('AppearTime'))), receivedAt)
  const lateness = receivedAt > 0 && clock.deviceTime !== null ? receivedAt - clock.deviceTime : 0
  return {
    kind: 'sighting',
    preview: false,
    device: said('DeviceID') ?? said('TollgateID'),
    record: said('MotorVehicleID'),
    text,
    colour:
      plateClass === LARGE_ELECTRIC
        ? 'yellow-green'
        : plateClass === SMALL_ELECTRIC
          ? 'green'
          : (known(GAT_COLOURS, plain(colourRaw)) ?? 'unknown'),
    colourRaw: colourRaw ?? (plateClass === LARGE_ELECTRIC || plateClass === SMALL_ELECTRIC ? `class ${plateClass}` : null),
    plateType: plateClass === null ? null : (known(GAT_PLATE_CLASSES, plateClass) ?? `type-${plateClass}`),
    direction: said('Direction'),
    ...confidenceIn(member(vehicle, 'PlateReliability')),
    deviceTime: clock.deviceTime,
    clockSuspect: clock.clockSuspect || lateness > OLDER_THAN_ANY_BACKLOG,
    // What a person typed in (2) is no passage of now either.
    backfill: said('InfoKind') === '2' || (lateness > LATE && lateness <= OLDER_THAN_ANY_BACKLOG),
    fake: FALSE_PLATES.has(plateClass ?? ''),
    pictures: picturesIn(vehicle),
    beside: { ...besideOf(vehicle, text, plateClass), ...(classRaw !== null && { plateTypeRaw: classRaw }), ...how },
  }
}

/** "05" is 5. */
const plain = (text: string | null): string | null => text?.replace(/^0+(?=\d)/, '') ?? null

/**
 * The standard leaves the scale open: 0.87 and 87 have been seen, and 1 may be a hundredth, the whole or a grade. What is between 0
 * and 1 is a fraction, what is above 1 is of a hundred, and 1 itself is not guessed at.
 */
function confidenceIn(value: unknown): Pick<Sighting, 'confidence' | 'confidenceRaw'> {
  const number = numberIn(value)
  const confidence =
    number === null || number < 0 || number > 100 || number === 1 ? null : number < 1 ? Math.round(number * 10_000) / 100 : number
  return { confidence, confidenceRaw: typeof value === 'number' ? value : shortText(value, 20) }
}

function besideOf(vehicle: unknown, text: string, plateClass: string | null): SightingBeside {
  const lane = numberIn(member(vehicle, 'LaneNo'))
  const attached = mendedPlate(shortText(member(vehicle, 'PlateNoAttach'), LONGEST_PLATE_TEXT) ?? '').text
  const characters = charactersIn(shortText(member(vehicle, 'PlateCharReliability'), 200))
  const noPlate = noPlateSpelling(text)
  const without = noPlate !== null && (plateClass === WITHOUT_PLATE || noPlate === 'vehicle-without-plate')
  return {
    ...(lane !== null && { lane }),
    ...(noPlateSpelling(attached) === null && { attachedText: attached }),
    ...(characters !== null && { charConfidence: characters }),
    ...(without ? { noPlate: 'vehicle-without-plate' as const } : noPlate === 'not-recognised' && { noPlate }),
  }
}

/** `苏-80,B-90,…` */
function charactersIn(text: string | null): number[] | null {
  if (text === null || !/^[^,-]{1,2}-\d{1,3}([,，][^,-]{1,2}-\d{1,3}){0,15}$/.test(text)) return null
  const values = text.split(/[,，]/).map((pair) => Number(pair.split('-')[1]))
  return values.every((value) => value <= 100) ? values : null
}

function picturesIn(vehicle: unknown): Uint8Array[] {
  const images = member(vehicle, 'SubImageList', 'SubImageInfoObject')
  const list: readonly unknown[] = Array.isArray(images) ? images.slice(0, MOST_PICTURES) : images === undefined ? [] : [images]
  return list.flatMap((image) => {
    const data = member(image, 'Data')
    const picture = typeof data === 'string' ? fromBase64(data) : null
    return picture === null || picture.length === 0 ? [] : [picture]
  })
}
