import { cameraDialect } from '#dialects/camera/camera-dialects'
import { corxRelay } from '#dialects/camera/corx-relay'
import type { CameraDialect, Envelope } from '#dialects/camera/sighting'
import { type ExpectedMessage, expectedOfAll, expectedOfText } from './as-expected-camera.ts'
import { KitMistake } from './kit-mistake.ts'

/** One message of one camera as the conformance kit writes it down: see `decode-camera --batch`. */
export type CameraSample = Readonly<Record<string, unknown>>

/** Vendors and ways as people write them, and whose language they speak; the first line that fits decides. */
const LANGUAGES: readonly (readonly [vendor: RegExp, way: RegExp, dialect: string])[] = [
  [/alpha|芊熠-type/i, /mqtt/i, 'vzenith-oem-mqtt'],
  [/alpha|芊熠-type/i, /./, 'vzenith-oem-http'],
  [/vzenith|臻识|火眼/i, /mqtt/i, 'vzenith-mqtt'],
  [/vzenith|臻识|火眼/i, /./, 'vzenith-http'],
  [/corx/i, /./, 'corx-relay'],
  [/qianyi|芊熠/i, /./, 'qianyi-mqtt'],
  [/hikvision|海康/i, /./, 'hikvision'],
  [/dahua|大华/i, /snapManager/i, 'dahua-snap'],
  [/dahua|大华/i, /NotificationInfo|ITSAPI/i, 'dahua-itsapi'],
  [/dahua|大华/i, /./, 'dahua-event'],
  [/GA\/?T ?1400|视图库/i, /./, 'gat1400'],
  [/serial|8A/, /./, 'serial-8a7f'],
  [/openalpr|rekor/i, /./, 'openalpr'],
  [/plate recognizer/i, /./, 'plate-recognizer'],
  [/unifi/i, /./, 'unifi-protect'],
  [/survision/i, /./, 'survision'],
  [/axis/i, /./, 'axis-verifier'],
  [/milesight/i, /./, 'milesight'],
  [/lilin/i, /./, 'lilin'],
  // A message of no maker is read as the commonest one's.
  [/^any$/i, /mqtt/i, 'vzenith-mqtt'],
  [/^any$/i, /./, 'vzenith-http'],
]

/** What we make of a sample, in the kit's words; `receivedAt` (milliseconds since 1970) stands in answers that carry the host's time. */
export function decodeCameraSample(sample: CameraSample, receivedAt: number): ExpectedMessage {
  const bytes = bytesOf(sample)
  if (sample.transport === 'text') return expectedOfText(new TextDecoder().decode(bytes))
  return expectedOfAll(dialectOf(sample).decode(envelopeOf(sample, bytes, receivedAt)))
}

/** By `dialect`, the name a configuration uses, or else by vendor, transport and address. */
export function dialectOf({ dialect, vendor, transport, topicOrUrl }: CameraSample): CameraDialect {
  const way = `${transport} ${topicOrUrl}`
  const name = typeof dialect === 'string' ? dialect : LANGUAGES.find(([who, how]) => who.test(String(vendor)) && how.test(way))?.[2]
  const found = name === 'corx-relay' ? corxRelay : cameraDialect(name ?? '')
  if (found === null) throw new KitMistake(`no camera language for vendor "${String(vendor)}" over ${way}`)
  return found
}

function envelopeOf({ topicOrUrl, contentType, headers }: CameraSample, body: Uint8Array, receivedAt: number): Envelope {
  const said = typeof topicOrUrl === 'string' ? topicOrUrl : ''
  const more = typeof headers === 'object' && headers !== null ? Object.entries(headers) : []
  return {
    place: said.replace(/^(?:GET|POST|PUT) /, '').replace(/^https?:\/\/[^/]*/, ''),
    headers: {
      ...(typeof contentType === 'string' && { 'content-type': contentType }),
      ...Object.fromEntries(more.map(([name, value]) => [name.toLowerCase(), String(value)])),
    },
    body,
    receivedAt,
  }
}

function bytesOf({ payload, payloadEncoding }: CameraSample): Uint8Array {
  if (payloadEncoding === 'json') return new TextEncoder().encode(JSON.stringify(payload ?? null))
  if (typeof payload !== 'string') throw new KitMistake('"payload" must be text where "payloadEncoding" is not "json"')
  if (payloadEncoding !== 'hex') return new TextEncoder().encode(payload)
  const digits = payload.replace(/\s+/g, '')
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) throw new KitMistake('"payload" must be pairs of hexadecimal digits')
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) => Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16))
}
