import type { CameraMessage, CameraReply, Sighting } from '#dialects/camera/sighting'
import { normalisePlate, readPlate, whyNotPlate } from '#edge/plate'

/** A camera's message in the words of the conformance kit; absent facts are null, device times in UTC. */
export type ExpectedMessage = Readonly<Record<string, unknown>>

const NOTHING = { plate: null, plateColor: null, confidence: null, direction: null, capturedAt: null }

/** The message that matters first, and the kinds of what came with it in `alsoContains`. */
export function expectedOfAll(messages: readonly CameraMessage[]): ExpectedMessage {
  const main =
    messages.find(({ kind }) => kind === 'sighting') ??
    messages.find(({ kind }) => kind !== 'heartbeat' && kind !== 'ignored') ??
    messages.find(({ kind }) => kind === 'heartbeat') ??
    messages[0]
  if (main === undefined) return { ...NOTHING, kind: 'ignored', deviceId: null }
  const others = messages.filter((message) => message !== main).map((message) => expectedOf(message).kind)
  return { ...expectedOf(main), ...(others.length > 0 ? { alsoContains: [...new Set(others)] } : {}) }
}

export function expectedOf(message: CameraMessage): ExpectedMessage {
  const device = { deviceId: message.device === '' ? null : message.device }
  const at = 'deviceTime' in message ? { capturedAt: inUtc(message.deviceTime ?? null) } : {}
  const reply = 'reply' in message && message.reply !== undefined ? replied(message.reply) : {}
  const common = { ...NOTHING, ...device, ...at, ...reply }
  switch (message.kind) {
    case 'sighting':
      return { ...common, ...sighted(message) }
    case 'heartbeat':
      return { ...common, kind: 'heartbeat', ...(message.seq === undefined ? {} : { seq: message.seq }) }
    case 'input':
      return { ...common, kind: 'io_input', input: message.input, value: message.on ? 1 : 0 }
    case 'serial':
      return { ...common, kind: 'serial_data', bytesHex: hex(message.bytes) }
    case 'lane-event': {
      const read = readPlate(message.text ?? '')
      const plateColor = message.colour === 'unknown' && (message.colourRaw ?? null) === null ? null : message.colour
      return {
        ...common,
        kind: 'lane_event',
        laneEvent: message.event.replaceAll('-', '_'),
        plate: read.kind === 'plate' ? read.plate : null,
        rawPlate: message.text,
        plateColor,
      }
    }
    case 'picture':
      return { ...common, kind: 'picture', pictures: message.pictures.length }
    case 'command-reply':
      return { ...common, kind: 'command_ack', ok: message.ok, commandId: message.id }
    case 'ignored':
      return { ...common, kind: 'ignored', why: message.why }
    case 'error':
      return { ...common, kind: 'error', error: message.why === 'device-mismatch' ? 'sn_mismatch' : message.why.replaceAll('-', '_') }
  }
}

/** A text alone, as a clerk or a camera gives it: held against the Chinese grammar, which a foreign plate does not meet. */
export function expectedOfText(text: string): ExpectedMessage {
  return { ...NOTHING, deviceId: null, ...plateIn(text, false) }
}

function sighted(message: Sighting): ExpectedMessage {
  const { beside = {} } = message
  const read = plateIn(message.text, true)
  const seen = read.kind === 'plate'
  return {
    ...read,
    ...(seen && message.preview ? { kind: 'plate_preview' } : {}),
    plateColor: read.kind === 'no_plate' || message.colourRaw === null ? null : message.colour,
    plateType: message.plateType?.replaceAll('-', '_') ?? null,
    confidence: message.confidence === null ? null : Math.round(message.confidence * 100) / 10_000,
    confidenceRaw: message.confidenceRaw,
    direction: message.direction,
    clockSuspect: message.clockSuspect,
    backfill: message.backfill,
    fakePlate: message.fake,
    dedupeKey: message.record,
    platePrefixColor: beside.prefixColour ?? null,
    ...(beside.encoding === undefined ? {} : { encodingUsed: beside.encoding }),
    ...(beside.noPlate === undefined ? {} : { reason: beside.noPlate.replaceAll('-', '_') }),
    ...(beside.charConfidence === undefined ? {} : { charConfidence: beside.charConfidence }),
    ...(beside.candidates === undefined ? {} : { candidates: beside.candidates }),
    ...(beside.lane === undefined ? {} : { lane: beside.lane }),
    ...(beside.seq === undefined ? {} : { seq: beside.seq }),
    ...(beside.axles === undefined ? {} : { axles: beside.axles }),
    ...(beside.deviceTimeText === undefined ? {} : { deviceTimeText: beside.deviceTimeText }),
    ...(beside.attachedText === undefined ? {} : { attachedPlate: normalisePlate(beside.attachedText) }),
    ...(beside.alsoInView === undefined ? {} : { otherPlates: beside.alsoInView }),
    ...(beside.openedByCamera === undefined ? {} : { openedByCamera: beside.openedByCamera }),
  }
}

/** Letters and digits of another country: a camera may know that grammar, we do not. */
const FOREIGN = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Thai}\p{Script=Arabic}\p{Nd}]{2,12}$/u

function plateIn(text: string, foreignToo: boolean): { readonly kind: string } & ExpectedMessage {
  const read = readPlate(text)
  if (read.kind === 'no-plate') return { kind: 'no_plate', plate: null, rawPlate: text }
  if (read.kind === 'plate') return { kind: 'plate', plate: read.plate, rawPlate: text, isTrailer: read.form === 'trailer' }
  const error = whyNotPlate(text)
  const foreign = foreignToo && error !== 'encoding' && FOREIGN.test(normalisePlate(text))
  if (foreign) return { kind: 'plate', plate: normalisePlate(text), rawPlate: text, isTrailer: false }
  return { kind: 'invalid_plate', plate: null, rawPlate: text, error }
}

function replied(reply: CameraReply): ExpectedMessage {
  switch (reply.as) {
    case 'json':
    case 'mqtt':
      return { replyRequired: timeMasked(reply.body), ...(reply.as === 'mqtt' ? { replyTopic: reply.topic } : {}) }
    case 'text':
      return { replyRequired: reply.body }
    case 'bytes':
      return { replyRequiredHex: hex(reply.bytes) }
  }
}

/** The moment of an answer is another one each time: what is compared says only how it is written. */
function timeMasked(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(timeMasked)
  if (typeof body !== 'object' || body === null) return body
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, name === 'LocalTime' ? '<yyyyMMddHHmmss>' : timeMasked(value)]),
  )
}

const inUtc = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString().replace('.000Z', 'Z'))
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
