import { deviceClock } from './device-clock.ts'
import { epochMs, zonedMoment } from './epoch.ts'
import { firstOf, member, numberIn, percentage, pictureIn, rawValue, readJsonBody, shortText } from './json-body.ts'
import { plainSighting } from './plain-sighting.ts'
import type { CameraDialect, CameraMessage, Envelope } from './sighting.ts'
import { LONGEST_MESSAGE } from './vzenith-mqtt.ts'
import { LONGEST_PLATE_TEXT } from './vzenith-plate-result.ts'

/**
 * Axis cameras, two forms of JSON by HTTP push or MQTT:
 *
 *   a publisher on the camera (acaps)  { device, plate, image, localTime, timestamp (ms) }
 *   License Plate Verifier's own push  { plateText | plateUTF8, plateConfidence, carState new|update|lost, carID, carMoveDirection,
 *                                        capture_ts (ms), camera_info.SerialNumber, images }
 *
 * The verifier's text may change while the vehicle is in view: `new` and `update` are previews, `lost` is the result.
 */
function decode({ body, receivedAt }: Envelope): CameraMessage {
  const read = readJsonBody(body, LONGEST_MESSAGE)
  if (!read.ok) return { kind: 'error', device: null, why: read.why }
  const said = read.value
  const own = firstOf(member(said, 'plateUTF8'), member(said, 'plateUnicode'), member(said, 'plateText'))
  if (own !== undefined || member(said, 'carState') !== undefined) return verifier(said, own, receivedAt)
  const device = shortText(member(said, 'device'), 64)
  if (member(said, 'plate') === undefined) return { kind: 'ignored', device, why: 'no plate in it' }
  return plainSighting({
    device,
    text: shortText(member(said, 'plate'), LONGEST_PLATE_TEXT) ?? '',
    ...deviceClock(epochMs(numberIn(member(said, 'timestamp'))), receivedAt),
    pictures: pictureIn(member(said, 'image')),
  })
}

function verifier(said: unknown, plate: unknown, receivedAt: number): CameraMessage {
  const state = shortText(member(said, 'carState'), 20)?.toLowerCase() ?? null
  const raw = member(said, 'plateConfidence')
  const number = numberIn(raw)
  const at =
    epochMs(numberIn(firstOf(member(said, 'capture_ts'), member(said, 'capture_timestamp')))) ?? zonedMoment(member(said, 'datetime'))
  const images = firstOf(member(said, 'ImageArray'), member(said, 'imageArray'))
  return plainSighting({
    device: shortText(firstOf(member(said, 'camera_info', 'SerialNumber'), member(said, 'sensorProviderID')), 64),
    preview: state === 'new' || state === 'update',
    record: shortText(member(said, 'carID'), 64),
    text: shortText(plate, LONGEST_PLATE_TEXT) ?? '',
    direction: shortText(member(said, 'carMoveDirection'), 20),
    // 0–1 by its documentation; per cent in an integrator's notes.
    confidence: percentage(raw, number !== null && number <= 1 ? 1 : 100),
    confidenceRaw: rawValue(raw),
    ...deviceClock(at, receivedAt),
    pictures: [
      ...(Array.isArray(images) ? images.slice(0, 4) : []).flatMap((image) => pictureIn(member(image, 'BinaryImage'))),
      ...pictureIn(member(said, 'imageFile')),
    ],
  })
}

export const axisVerifier: CameraDialect = {
  name: 'axis-verifier',
  about: 'Axis License Plate Verifier 与 acaps 发布器 / Axis License Plate Verifier and the acaps publisher',
  carriedBy: 'http-push',
  decode: (envelope) => [decode(envelope)],
}
