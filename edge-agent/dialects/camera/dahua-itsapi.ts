import { fromBase64 } from './base64.ts'
import { DAHUA_COLOURS, DAHUA_PLATE_TYPES } from './dahua-tables.ts'
import { CHINA_MINUTES_AHEAD, deviceClock, momentIn } from './device-clock.ts'
import { firstOf, member, numberIn, readJsonBody, shortText } from './json-body.ts'
import { plateSaid, yesOrNo } from './mended-plate.ts'
import { noPlateSpelling } from './no-plate.ts'
import type { CameraDialect, CameraMessage, CameraReply, Envelope, SightingBeside } from './sighting.ts'
import { LONGEST_MESSAGE } from './vzenith-mqtt.ts'
import { LONGEST_PLATE_TEXT } from './vzenith-plate-result.ts'
import { known } from './word-table.ts'
import { readXml, xmlAt, xmlText } from './xml.ts'

export interface ItsapiSettings {
  /** Whether the answer's `result` is the text "true" or the value: models differ, and the wrong one repeats its message for ever. */
  readonly resultAs?: 'text' | 'boolean'
  /** By how many minutes the device's local times are ahead of UTC. */
  readonly minutesAhead?: number
}

type Fields = (...path: readonly string[]) => unknown

/**
 * Dahua ITSAPI push: POST /NotificationInfo/TollgateInfo, /KeepAlive and /DeviceInfo, JSON or (some models) the same names in XML.
 *
 *   Picture.Plate     Confidence 0–100, IsExist, PlateColor, PlateNumber, PlateType
 *   Picture.SnapInfo  AccurateTime or SnapTime (local), DeviceID, Direction, LanNo, OpenStrobe; TimeZone's unit is not known
 *   Picture.NormalPic / CutoutPic / VehiclePic   Content base64
 *
 * Each message waits for `result` and comes again until it is there. Source: Dahua HTTP API descriptions, clients of it.
 */
export const dahuaItsapi = (settings: ItsapiSettings = {}): CameraDialect => ({
  name: settings.resultAs === 'boolean' ? 'dahua-itsapi-boolean' : 'dahua-itsapi',
  about: `Dahua ITSAPI push (NotificationInfo/TollgateInfo), answered with ${settings.resultAs === 'boolean' ? 'true' : '"true"'}`,
  carriedBy: 'http-push',
  decode: (envelope) => [decoded(envelope, settings)],
})

function decoded(envelope: Envelope, settings: ItsapiSettings): CameraMessage {
  const reply: CameraReply = { as: 'json', status: 200, body: { result: settings.resultAs === 'boolean' ? true : 'true' } }
  const path = envelope.place.split('?')[0]?.toLowerCase() ?? ''
  const body = fieldsIn(envelope.body)
  const device = body.ok ? shortText(firstOf(body.fields('DeviceID'), body.fields('Picture', 'SnapInfo', 'DeviceID')), 64) : null
  // Nobody documents its body, so any body there is a sign of life.
  if (path.endsWith('/keepalive')) return { kind: 'heartbeat', device, reply }
  if (path.endsWith('/deviceinfo')) return { kind: 'ignored', device, why: 'what the device says of itself', reply }
  if (!body.ok) return { kind: 'error', device: null, why: body.why }
  if (body.fields('Active') === 'keepAlive') return { kind: 'heartbeat', device, reply }
  if (!body.has('Picture', 'Plate')) return { kind: 'error', device, why: 'missing-plate-result' }
  return { ...sighting(body.fields, device, settings, envelope.receivedAt), reply }
}

type Body =
  | { readonly ok: true; readonly fields: Fields; has(...path: readonly string[]): boolean }
  | { readonly ok: false; readonly why: 'empty-body' | 'not-json' | 'truncated-json' | 'not-xml' | 'truncated-xml' | 'too-long' }

function fieldsIn(bytes: Uint8Array): Body {
  const first = bytes.find((byte) => byte > 0x20)
  if (first === undefined) return { ok: false, why: 'empty-body' }
  if (first === 0x3c) {
    const reading = readXml(bytes)
    if (!reading.ok) return reading
    const root = reading.root.name === 'Picture' ? { name: '', text: '', children: [reading.root] } : reading.root
    return { ok: true, fields: (...path) => xmlText(root, ...path) ?? undefined, has: (...path) => xmlAt(root, ...path) !== undefined }
  }
  const json = readJsonBody(bytes, LONGEST_MESSAGE)
  if (!json.ok) return json
  return { ok: true, fields: (...path) => member(json.value, ...path), has: (...path) => isThere(member(json.value, ...path)) }
}

const isThere = (value: unknown): boolean => typeof value === 'object' && value !== null

function sighting(fields: Fields, device: string | null, { minutesAhead = CHINA_MINUTES_AHEAD }: ItsapiSettings, receivedAt: number) {
  const plate = (name: string): unknown => fields('Picture', 'Plate', name)
  const { text, ...how } = plateSaid(shortText(plate('PlateNumber'), LONGEST_PLATE_TEXT) ?? '', yesOrNo(plate('IsExist')))
  const time = firstOf(fields('Picture', 'SnapInfo', 'AccurateTime'), fields('Picture', 'SnapInfo', 'SnapTime'))
  const clock = deviceClock(momentIn(time, minutesAhead), receivedAt)
  const colourRaw = shortText(plate('PlateColor'), 40)
  const type = shortText(plate('PlateType'), 40)
  const confidence = numberIn(plate('Confidence'))
  return {
    kind: 'sighting' as const,
    preview: false,
    device,
    // It has no number of its own; a repeat carries the same thousandth of a second.
    record: clock.deviceTime === null || clock.clockSuspect ? null : shortText(time, 40),
    text,
    colour: known(DAHUA_COLOURS, colourRaw) ?? 'unknown',
    colourRaw,
    plateType: type === null ? null : (known(DAHUA_PLATE_TYPES, type) ?? type),
    direction: shortText(fields('Picture', 'SnapInfo', 'Direction'), 40),
    confidence: confidence !== null && confidence >= 0 && confidence <= 100 ? confidence : null,
    confidenceRaw: confidence ?? shortText(plate('Confidence'), 20),
    ...clock,
    backfill: false,
    fake: false,
    pictures: picturesIn(fields),
    beside: { ...besideOf(fields, text), ...(type !== null && { plateTypeRaw: type }), ...how },
  }
}

function besideOf(fields: Fields, text: string): SightingBeside {
  const lane = numberIn(fields('Picture', 'SnapInfo', 'LanNo'))
  const opened = yesOrNo(fields('Picture', 'SnapInfo', 'OpenStrobe'))
  const noPlate = noPlateSpelling(text)
  return {
    ...(lane !== null && { lane }),
    ...(opened !== null && { openedByCamera: opened }),
    ...(noPlate !== null && noPlate !== 'nothing-said' && { noPlate }),
  }
}

function picturesIn(fields: Fields): Uint8Array[] {
  return ['NormalPic', 'CutoutPic', 'VehiclePic'].flatMap((name) => {
    const content = fields('Picture', name, 'Content')
    const picture = typeof content === 'string' ? fromBase64(content) : null
    return picture === null || picture.length === 0 ? [] : [picture]
  })
}
