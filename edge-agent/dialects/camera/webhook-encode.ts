import { toBase64 } from './base64.ts'
import { encodeMultipart } from './multipart-encode.ts'
import type { Passage } from './passage.ts'
import { jsonPush, type Push } from './vzenith-http-encode.ts'

/** The cameras' side of the makers that post JSON and want nothing but 200, for simulators. */
const utf8 = new TextEncoder()
const pictureOf = (passage: Passage, name: 'full' | 'plate'): string | undefined => passage.pictures && toBase64(passage.pictures[name])
const localText = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

/** One picture; no plate is an empty list. */
export const encodeOpenAlprResults = ({ device, at, record, text, confidence }: Passage): Push =>
  jsonPush({
    version: 2,
    data_type: 'alpr_results',
    epoch_time: at,
    camera_id: device,
    uuid: record,
    results: text === null ? [] : [{ plate: text, confidence, candidates: [{ plate: text, confidence }] }],
  })

/** One passage. */
export const encodeOpenAlprGroup = (passage: Passage): Push =>
  jsonPush({
    version: 2,
    data_type: 'alpr_group',
    epoch_start: passage.at,
    epoch_end: passage.at + 900,
    camera_id: passage.device,
    best_uuid: passage.record,
    best_plate_number: passage.text ?? '',
    best_confidence: passage.confidence,
    candidates: passage.text === null ? [] : [{ plate: passage.text, confidence: passage.confidence }],
    vehicle_crop_jpeg: pictureOf(passage, 'full'),
  })

export const encodeOpenAlprHeartbeat = (device: string, at: number): Push =>
  jsonPush({ data_type: 'heartbeat', agent_uid: device, timestamp: at, video_streams: [] })

/** JSON alone, or where there is a picture a form with both, as the webhook with images sends it. */
export function encodePlateRecognizer({ device, at, text, confidence, pictures }: Passage): Push {
  const results = text === null ? [] : [{ plate: text.toLowerCase(), score: confidence / 100, candidates: [], direction: 180 }]
  const timestamp = new Date(at).toISOString()
  const said = { hook: { id: device, event: 'recognition' }, data: { camera_id: device, timestamp, results } }
  if (pictures === undefined) return jsonPush(said)
  const boundary = 'e3f1c2'
  const parts = [
    { headers: { 'Content-Disposition': 'form-data; name="json"' }, body: utf8.encode(JSON.stringify(said)) },
    {
      headers: { 'Content-Disposition': 'form-data; name="upload"; filename="a.jpg"', 'Content-Type': 'image/jpeg' },
      body: pictures.full,
    },
  ]
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: encodeMultipart(parts, boundary, 'right') }
}

export const encodeUnifiAlarm = ({ device, at, record, text }: Passage): Push =>
  jsonPush({
    alarm: {
      name: 'LPR',
      sources: [{ device: '000000000000', type: 'include' }],
      triggers: [{ device, key: 'license_plate_unknown', value: text ?? '', eventId: record, timestamp: at }],
    },
    timestamp: at + 60_000,
  })

export const encodeSurvision = (passage: Passage): Push => {
  const { device, at, record, text, confidence } = passage
  const decision = {
    '@plate': text ?? '',
    '@reliability': String(Math.round(confidence)),
    '@direction': 'front',
    jpeg: pictureOf(passage, 'full'),
  }
  return { ...jsonPush({ anpr: { '@date': String(at), '@id': record, decision } }), headers: { 'survision-serial-number': device } }
}

/** The publisher on the camera. */
export const encodeAxisPublisher = (passage: Passage): Push =>
  jsonPush({
    topic: 'gate/in',
    device: passage.device,
    plate: passage.text ?? '',
    image: pictureOf(passage, 'full') ?? null,
    localTime: localText(passage.at),
    timestamp: passage.at,
  })

/** License Plate Verifier's own push, one of the three states a vehicle goes through. */
export const encodeAxisVerifier = (passage: Passage, carState: 'new' | 'update' | 'lost'): Push =>
  jsonPush({
    plateText: passage.text ?? '',
    plateConfidence: (passage.confidence / 100).toFixed(6),
    carState,
    carID: passage.record,
    carMoveDirection: passage.direction ?? 'in',
    capture_ts: String(passage.at),
    camera_info: { SerialNumber: passage.device },
    ...(passage.pictures && { ImageArray: [{ ImageType: 'vehicle', BinaryImage: pictureOf(passage, 'full') }] }),
  })

export const encodeMilesight = (passage: Passage): Push =>
  jsonPush({
    device: passage.device,
    time: localText(passage.at),
    plate: passage.text ?? '',
    plate_color: passage.colour === 'unknown' ? 'Unknown' : `${passage.colour.slice(0, 1).toUpperCase()}${passage.colour.slice(1)}`,
    vehicle_type: 'Truck',
    direction: passage.direction ?? 'In',
    plate_image: pictureOf(passage, 'plate'),
  })

/** The log a LILIN camera answers a poll with, newest first. */
export const encodeLilinLog = (passages: readonly Passage[]): Push =>
  jsonPush({
    LPR_COUNT: passages.length,
    INFORMATION: passages.map(({ at, text, confidence }, index) => ({
      INDEX: index + 1,
      TS: `${at}000`,
      MOD_TS: `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} GMT`,
      LPR: text ?? '',
      THRESHOLD: String(confidence / 100),
    })),
  })
