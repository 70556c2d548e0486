import { readPlate } from '#edge/plate'
import { deviceClock, momentIn } from './device-clock.ts'
import { epochMs } from './epoch.ts'
import { firstOf, member, numberIn, percentage, pictureIn, rawValue, shortText } from './json-body.ts'
import { noPlateSpelling } from './no-plate.ts'
import type { CameraMessage, CameraReply, SightingBeside } from './sighting.ts'
import { licenceIn } from './vzenith-licence.ts'
import { DIRECTIONS, OPENED_BY_OWN_LIST, type PlateTables } from './vzenith-tables.ts'

/** As many letters of a text as a record keeps. */
export const LONGEST_PLATE_TEXT = 40
/** More plates than this are not kept beside the one the camera was triggered by. */
const MOST_IN_VIEW = 4
/** The two times of one result may differ by their zone, not by more. */
const A_ZONE = 26 * 3_600_000
const PICTURES = ['full_image_content', 'small_image_content', 'imageFile', 'imageFragmentFile']

export interface AboutPlate {
  readonly device: string | null
  /** The text is base64 of UTF-8 (MQTT with the `payload` wrapper), or should be; nothing else in a `PlateResult` is. */
  readonly encoded: boolean
  readonly preview: boolean
  /** The envelope's own second, used where the result has no time. */
  readonly sentAt?: unknown
  /** The whole body was GBK. */
  readonly gbk: boolean
  /** Milliseconds since 1970; 0 where nobody said. */
  readonly receivedAt: number
  readonly tables: PlateTables
  readonly reply?: CameraReply
}

/**
 * A `PlateResult` as a sighting; an error where it has no text, or one that is neither base64 nor what a plate could be. A record
 * without text is answered all the same: unanswered, it would hold back every record behind it.
 */
export function plateSighting(result: unknown, about: AboutPlate): CameraMessage {
  const { device, preview, tables, reply } = about
  const said = member(result, 'license')
  if (said === undefined || (typeof said === 'object' && said !== null))
    return { kind: 'error', device, why: 'missing-plate-result', ...(reply && { reply }) }
  const licence = licenceIn(said, about.encoded)
  if (licence === null) return { kind: 'error', device, why: 'bad-encoding' }
  const text = shortText(licence.text, LONGEST_PLATE_TEXT) ?? ''
  const colour = numberIn(firstOf(member(result, 'colorType'), member(result, 'color'), member(result, 'plates', 0, 'color')))
  const type = numberIn(member(result, 'type'))
  const plateType = type === null ? null : (tables.plateTypes[type] ?? `type-${type}`)
  const direction = numberIn(member(result, 'direction'))
  const confidence = percentage(member(result, 'confidence'))
  const beside: SightingBeside = {
    ...besideOf(result, text, plateType, about.gbk || licence.gbk),
    ...(type !== null && { plateTypeRaw: String(type) }),
    ...(direction !== null && { directionRaw: String(direction) }),
  }
  return {
    kind: 'sighting',
    preview,
    device,
    record: recordOf(result),
    text,
    colour: tables.colours[colour ?? 0] ?? 'unknown',
    colourRaw: colour === null ? null : String(colour),
    plateType,
    direction: direction === null ? null : (DIRECTIONS[direction] ?? 'unknown'),
    confidence: confidence === null ? null : Math.round(confidence),
    confidenceRaw: rawValue(member(result, 'confidence')),
    ...timeOf(result, about.sentAt, about.receivedAt),
    backfill: isBackfill(result),
    fake: isSet(member(result, 'is_fake_plate')) || plateType === 'fake-plate',
    pictures: PICTURES.flatMap((name) => pictureIn(member(result, name))),
    ...(Object.keys(beside).length > 0 && { beside }),
    ...(reply && { reply }),
  }
}

/** A record out of the camera's memory, sent again after its server was away. */
export const isBackfill = (result: unknown): boolean => isSet(member(result, 'isoffline'))
const isSet = (value: unknown): boolean => value === true || numberIn(value) === 1

/** The preview and its result share the `unique_id`; `plateid` is the number repeats and backfill carry. Zero is no number. */
function recordOf(result: unknown): string | null {
  const plateId = member(result, 'plateid')
  return shortText(firstOf(member(result, 'unique_id'), numberIn(plateId) === 0 ? null : plateId), 64)
}

function besideOf(result: unknown, text: string, plateType: string | null, gbk: boolean): SightingBeside {
  const why = plateType === 'no-plate-vehicle' ? 'vehicle-without-plate' : noPlateSpelling(text)
  const outputs = member(result, 'gioouts')
  const alsoInView = othersInView(member(result, 'plates'), text)
  return {
    ...(readPlate(text).kind === 'no-plate' && why !== null && why !== 'nothing-said' && { noPlate: why }),
    ...(gbk && { encoding: 'gbk' }),
    ...(alsoInView.length > 0 && { alsoInView }),
    ...(Array.isArray(outputs) && {
      openedByCamera: outputs.slice(0, 16).some((output) => numberIn(member(output, 'ctrltype')) === OPENED_BY_OWN_LIST),
    }),
  }
}

/** `plates[]` repeats the plate of the result and names its neighbours in the picture. */
function othersInView(plates: unknown, text: string): string[] {
  const plateOf = (of: string): string | null => {
    const read = readPlate(of)
    return read.kind === 'plate' ? read.plate : null
  }
  const seen = (Array.isArray(plates) ? plates.slice(0, 16) : []).flatMap((plate) => {
    const read = plateOf(shortText(licenceIn(member(plate, 'license'), false)?.text, LONGEST_PLATE_TEXT) ?? '')
    return read === null || read === plateOf(text) ? [] : [read]
  })
  return [...new Set(seen)].slice(0, MOST_IN_VIEW)
}

/**
 * `sec` is the safer of a result's two times; the local `dec…` fields, which know no zone, are read as China's where it is none. A
 * camera whose two times differ by more than a zone has no clock to believe.
 */
function timeOf(result: unknown, sentAt: unknown, receivedAt: number): { deviceTime: number | null; clockSuspect: boolean } {
  const time = member(result, 'timeStamp', 'Timeval')
  const second = epochMs(numberIn(member(time, 'sec')))
  const micro = numberIn(member(time, 'usec')) ?? 0
  const exact = second === null ? null : second + (micro >= 0 && micro < 1e6 ? Math.floor(micro / 1_000) : 0)
  const local = localTime(time)
  const said = [exact, local, epochMs(numberIn(member(result, 'start_time'))), epochMs(numberIn(sentAt))]
    .filter((at): at is number => at !== null)
    .map((at) => deviceClock(at, receivedAt))
  const found = said.find((clock) => clock.deviceTime !== null)
  const torn = exact !== null && local !== null && Math.abs(exact - local) > A_ZONE
  return {
    deviceTime: found?.deviceTime ?? null,
    clockSuspect: found === undefined || torn || said.some(({ clockSuspect }) => clockSuspect),
  }
}

function localTime(time: unknown): number | null {
  const fields = ['decyear', 'decmon', 'decday', 'dechour', 'decmin', 'decsec'].map((name) => numberIn(member(time, name)))
  if (fields.some((field) => field === null || field < 0 || field > 9_999)) return null
  return momentIn(fields.map((field, at) => String(field).padStart(at === 0 ? 4 : 2, '0')).join(''))
}
