import { CAMERA_DIALECTS, cameraDialect } from '#dialects/camera/camera-dialects'
import { corxRelay } from '#dialects/camera/corx-relay'
import type { CameraDialect } from '#dialects/camera/sighting'
import { bytesOfHex } from '#dialects/capture'
import { type ExpectedMessage, expectedOfAll, expectedOfText } from './as-expected-camera.ts'

/** Nobody said when: what was recorded at some time is neither late nor ahead. */
const RECEIVED_AT = 0

/**
 * One question of `decode-camera --batch`, as in the camera samples: `{ id, vendor, transport, topicOrUrl, contentType,
 * payloadEncoding, payload }`. `dialect` may name one of ours in place of the vendor. A text alone (`transport: "text"`) is held
 * against the grammar of plates.
 */
export function decodeCamera(asked: Readonly<Record<string, unknown>>): { readonly id: unknown } & ExpectedMessage {
  const { id = null } = asked
  const word = (name: string): string => (typeof asked[name] === 'string' ? (asked[name] as string) : '')
  const body = bodyOf(asked.payload, word('payloadEncoding'))
  if (!body) return { id, error: '"payload" cannot be read as its "payloadEncoding" says: json, utf8 or hex' }
  if (word('transport') === 'text') return { id, ...expectedOfText(new TextDecoder().decode(body)) }
  const place = placeOf(word('topicOrUrl'))
  const dialect = word('dialect') === '' ? dialectFor(word('vendor'), word('transport'), place) : cameraDialect(word('dialect'))
  if (!dialect)
    return { id, error: `no camera "${word('dialect') || word('vendor')}"; dialects: ${Object.keys(CAMERA_DIALECTS).join(', ')}` }
  const headers = { 'content-type': word('contentType') }
  return { id, ...expectedOfAll(dialect.decode({ place, headers, body, receivedAt: RECEIVED_AT })) }
}

function bodyOf(payload: unknown, encoding: string): Uint8Array | null {
  const utf8 = new TextEncoder()
  if (encoding === 'json' || typeof payload !== 'string') return payload === undefined ? null : utf8.encode(JSON.stringify(payload))
  if (encoding !== 'hex') return utf8.encode(payload)
  try {
    return bytesOfHex(payload)
  } catch {
    return null
  }
}

/** `POST http://<host>:<port>/a/b?c=d` is the path `/a/b?c=d`; a topic stays what it is. */
function placeOf(text: string): string {
  const [, path] = /^(?:[A-Z]+\s+)?https?:\/\/[^/\s]+(\/[^\s;]*)?/.exec(text) ?? []
  if (path !== undefined) return path
  return /^https?:|^[A-Z]+\s+http/.test(text) ? '/' : text.replace(/^[A-Z]+\s+(?=\/)/, '')
}

/**
 * Vendors as people write them, in the order in which they are tried: an OEM's name may contain the maker's. One that is called
 * compatible with Vzenith numbers as Vzenith does.
 */
const VENDORS: readonly (readonly [RegExp, (transport: string, place: string) => string])[] = [
  [/alpha\s*digi|芊熠-type|^(?!.*(?:vzenith|臻识)).*oem/i, (transport) => (transport === 'mqtt' ? 'vzenith-oem-mqtt' : 'vzenith-oem-http')],
  [/vzenith|臻识|火眼臻睛/i, (transport) => (transport === 'mqtt' ? 'vzenith-mqtt' : 'vzenith-http')],
  [/qianyi|芊熠/i, () => 'qianyi-mqtt'],
  [/hikvision|海康/i, () => 'hikvision'],
  [/dahua|大华/i, (_, place) => (/eventManager/i.test(place) ? 'dahua-event' : /snapManager/i.test(place) ? 'dahua-snap' : 'dahua-itsapi')],
  [/1400|视图库/i, () => 'gat1400'],
  [/openalpr|rekor/i, () => 'openalpr'],
  [/plate\s*recognizer/i, () => 'plate-recognizer'],
  [/unifi/i, () => 'unifi-protect'],
  [/survision/i, () => 'survision'],
  [/axis/i, () => 'axis-verifier'],
  [/milesight/i, () => 'milesight'],
  [/lilin/i, () => 'lilin'],
  [/8a.*7f|serial lpr/i, () => 'serial-8a7f'],
  // A body that no maker's name is written on: the envelope most makers share.
  [/^any$|^$/i, (transport) => (transport === 'mqtt' ? 'vzenith-mqtt' : 'vzenith-http')],
]

function dialectFor(vendor: string, transport: string, place: string): CameraDialect | null {
  if (/corx/i.test(vendor)) return corxRelay
  const [, choose] = VENDORS.find(([pattern]) => pattern.test(vendor)) ?? []
  return choose ? cameraDialect(choose(transport, place)) : null
}
