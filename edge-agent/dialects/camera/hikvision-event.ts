import { readPlate } from '#edge/plate'
import { withoutColourPrefix } from './colour-prefix.ts'
import { deviceClock, momentIn } from './device-clock.ts'
import { HIKVISION_COLOURS, HIKVISION_PLATE_TYPES } from './hikvision-tables.ts'
import { shortText } from './json-body.ts'
import type { CameraMessage, Sighting, SightingBeside } from './sighting.ts'
import { LONGEST_PLATE_TEXT } from './vzenith-plate-result.ts'
import { known } from './word-table.ts'
import { type XmlElement, xmlAt, xmlText } from './xml.ts'

/** One `EventNotificationAlert` (ISAPI 2.0, schema "ANPR"), with the pictures that came along. */
export function hikvisionEvent(root: XmlElement, pictures: readonly Uint8Array[], receivedAt = 0): CameraMessage {
  const device = deviceOf(root)
  const clock = deviceClock(momentIn(xmlText(root, 'dateTime')), receivedAt)
  const type = (xmlText(root, 'eventType') ?? '').toLowerCase()
  const anpr = xmlAt(root, 'ANPR')
  if (anpr !== undefined || type === 'anpr') {
    return anpr === undefined || plateOf(anpr) === null
      ? { kind: 'error', device, why: 'missing-plate-result' }
      : sighting(root, anpr, { device, pictures, ...clock })
  }
  if (isKeepAlive(root, type)) return { kind: 'heartbeat', device, deviceTime: clock.deviceTime }
  const why = `an event of kind ${shortText(xmlText(root, 'eventType'), 40) ?? 'none'}`
  return { kind: 'ignored', device, why, deviceTime: clock.deviceTime }
}

/** How many pictures belong to it, by its own word; 0 where it does not say. */
export const picturesPromised = (root: XmlElement): number => Math.min(8, Number(/^\d{1,2}$/.exec(xmlText(root, 'picNum') ?? '')?.[0] ?? 0))

const deviceOf = (root: XmlElement): string | null =>
  shortText(xmlText(root, 'macAddress') ?? xmlText(root, 'deviceUUID') ?? xmlText(root, 'deviceID'), 64)

/** The stream's sign of life is the end of a loss of video that never began; newer firmware has an event for it. */
const isKeepAlive = (root: XmlElement, type: string): boolean =>
  type === 'heartbeat' ||
  (type === 'videoloss' && xmlText(root, 'eventState')?.toLowerCase() === 'inactive' && Number(xmlText(root, 'activePostCount') ?? 0) === 0)

/** What stands directly under `ANPR` comes first: the list may repeat it with `unknown` and 0. */
const inAnpr = (anpr: XmlElement, name: string): string | null => xmlText(anpr, name) ?? xmlText(anpr, 'PlateInfoList', 'PlateInfo', name)
const plateOf = (anpr: XmlElement): string | null => {
  const there = xmlAt(anpr, 'licensePlate') ?? xmlAt(anpr, 'PlateInfoList', 'PlateInfo', 'licensePlate')
  return there === undefined ? null : (inAnpr(anpr, 'licensePlate') ?? '')
}

type About = Pick<Sighting, 'device' | 'pictures' | 'deviceTime' | 'clockSuspect'>

function sighting(root: XmlElement, anpr: XmlElement, about: About): Sighting {
  const { text, prefix, colour, encoding } = withoutColourPrefix(plateOf(anpr) ?? '')
  const colourRaw = shortText(inAnpr(anpr, 'plateColor'), 40)
  const type = inAnpr(anpr, 'plateType')
  const confidence = decimalIn(inAnpr(anpr, 'confidenceLevel'))
  return {
    kind: 'sighting',
    // The plate comes first and the full message later, joined by the UUID.
    preview: isSet(inAnpr(anpr, 'hasMoreData') ?? xmlText(root, 'hasMoreData')),
    record: shortText(xmlText(root, 'UUID') ?? xmlText(anpr, 'UUID'), 96),
    text: shortText(text, LONGEST_PLATE_TEXT) ?? '',
    colour: known(HIKVISION_COLOURS, colourRaw) ?? colour ?? 'unknown',
    colourRaw,
    plateType: type === null ? null : (known(HIKVISION_PLATE_TYPES, type) ?? shortText(type, 40)),
    direction: shortText(xmlText(anpr, 'direction'), 40),
    confidence: confidence !== null && confidence >= 0 && confidence <= 100 ? confidence : null,
    confidenceRaw: confidence ?? shortText(inAnpr(anpr, 'confidenceLevel'), 20),
    backfill: isSet(xmlText(anpr, 'alarmDataType')) || isSet(xmlText(root, 'isDataRetransmission')),
    fake: false,
    ...about,
    beside: {
      ...besideOf(root, anpr, prefix),
      ...(type !== null && { plateTypeRaw: shortText(type, 40) ?? '' }),
      ...(encoding && { encoding }),
    },
  }
}

function besideOf(root: XmlElement, anpr: XmlElement, prefixColour: string | undefined): SightingBeside {
  const lane = decimalIn(xmlText(anpr, 'line'))
  const believed = believedOf(inAnpr(anpr, 'plateCharBelieve'))
  const first = withoutColourPrefix(inAnpr(anpr, 'originalLicensePlate') ?? '').text
  const noPlate = known(NO_PLATE, plateOf(anpr))
  const gate =
    xmlText(anpr, 'barrierGateCtrlType') ?? xmlText(anpr, 'EntranceInfo', 'barrierGateCtrlType') ?? xmlText(root, 'barrierGateCtrlType')
  const end = vehicleEnd(anpr)
  return {
    ...(lane !== null && { lane }),
    ...(believed !== null && { charConfidence: believed }),
    ...(prefixColour !== undefined && { prefixColour }),
    ...(noPlate !== undefined && { noPlate }),
    ...(readPlate(first).kind === 'plate' && { candidates: [first] }),
    // 0 is the camera's own opening, by its list or by hand; 1 is none.
    ...(gate !== null && { openedByCamera: gate === '0' }),
    ...(end !== null && { vehicleEnd: end }),
  }
}

/** The two are different findings: no plate on the vehicle, and a plate nobody could read. */
const NO_PLATE: Readonly<Record<string, SightingBeside['noPlate']>> = {
  noPlate: 'vehicle-without-plate',
  unknown: 'not-recognised',
}

function believedOf(text: string | null): number[] | null {
  if (text === null || !/^\d{1,3}(\s*,\s*\d{1,3}){0,15},?\s*$/.test(text)) return null
  const values = text.split(',').flatMap((value) => (value.trim() === '' ? [] : [Number(value)]))
  return values.every((value) => value <= 100) ? values : null
}

function vehicleEnd(anpr: XmlElement): 'front' | 'rear' | null {
  const position = xmlText(anpr, 'vehicleInfo', 'vehiclePosition') ?? xmlText(anpr, 'vehiclePosition')
  if (position === 'headStock') return 'front'
  if (position === 'tailStock') return 'rear'
  const mode = xmlText(anpr, 'pictureInfoList', 'pictureInfo', 'picRecogMode')
  return mode === '0' ? 'front' : mode === '1' ? 'rear' : null
}

const isSet = (text: string | null): boolean => text === '1' || text?.toLowerCase() === 'true'

/** A number of some firmware's float, as far as it is one. */
export function decimalIn(text: string | null): number | null {
  return text !== null && /^-?\d{1,9}(\.\d{1,12})?$/.test(text) ? Number(text) : null
}
