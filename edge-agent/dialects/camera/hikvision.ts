import { hikvisionEvent, picturesPromised } from './hikvision-event.ts'
import { hikvisionPlates } from './hikvision-poll.ts'
import { readJsonAsXml } from './json-as-xml.ts'
import { shortText } from './json-body.ts'
import { type Part, partSplitter, partsOf } from './multipart.ts'
import type { CameraDialect, CameraMessage, CameraStream, Sighting } from './sighting.ts'
import { readXml, type XmlElement, xmlText } from './xml.ts'

/**
 * Hikvision ISAPI 2.0. Three ways bring the same events:
 *
 *   push         the camera posts (httpHosts): the XML alone, or multipart/form-data with `anpr.xml` first and then its JPEGs
 *   alertStream  GET /ISAPI/Event/notification/alertStream, multipart without end
 *   poll         POST …/vehicleDetect/plates, see `hikvision-poll.ts`
 *
 * Sources: ISAPI schema with descriptions; events published by pyHik, hikvision_next, node-red-contrib-hikvision-ultimate.
 */
export const hikvision: CameraDialect = {
  name: 'hikvision',
  about: 'Hikvision ISAPI: event push (httpHosts) and answers to polls',
  carriedBy: 'http-push',
  decode: ({ body, receivedAt }) => {
    const first = body.find((byte) => byte > 0x20)
    if (first === undefined) return [{ kind: 'error', device: null, why: 'empty-body' }]
    return first === DASH ? pushed(body, receivedAt) : documentIn(body, [], receivedAt)
  },
}

/** Where to listen for `hikvisionStream`. */
export const HIKVISION_STREAM_PATH = '/ISAPI/Event/notification/alertStream'
const [DASH, BRACE, ANGLE] = [0x2d, 0x7b, 0x3c]
const MOST_PICTURES = 8

function documentIn(bytes: Uint8Array, pictures: readonly Uint8Array[], receivedAt: number): readonly CameraMessage[] {
  const reading = readDocument(bytes)
  return reading.ok ? said(reading.root, pictures, receivedAt) : [{ kind: 'error', device: null, why: reading.why }]
}

/** XML, or the same names in JSON where a camera is set to `parameterFormatType` JSON. */
function readDocument(bytes: Uint8Array) {
  return bytes.find((byte) => byte > 0x20) === BRACE ? readJsonAsXml(bytes, 'EventNotificationAlert') : readXml(bytes)
}

function said(root: XmlElement, pictures: readonly Uint8Array[], receivedAt: number): readonly CameraMessage[] {
  switch (root.name) {
    case 'EventNotificationAlert':
      return [hikvisionEvent(root, pictures, receivedAt)]
    case 'Plates':
      return hikvisionPlates(root, receivedAt)
    case 'ResponseStatus':
      return [
        {
          kind: 'command-reply',
          device: null,
          id: shortText(xmlText(root, 'requestURL'), 200) ?? '',
          ok: xmlText(root, 'statusCode') === '1',
        },
      ]
    default:
      return [{ kind: 'ignored', device: null, why: `a document ${shortText(root.name, 40) ?? ''}` }]
  }
}

const isPicture = ({ headers }: Part): boolean =>
  /^image\//i.test(headers['content-type'] ?? '') || /\.jpe?g"?/i.test(headers['content-disposition'] ?? '')
const isDocument = (part: Part): boolean => !isPicture(part) && [BRACE, ANGLE].includes(part.body.find((byte) => byte > 0x20) ?? 0)

/** Every document of a body with the pictures behind it; pictures ahead of the first document are its too. */
function pushed(body: Uint8Array, receivedAt: number): readonly CameraMessage[] {
  const parts = partsOf(body)
  if (parts === null) return [{ kind: 'error', device: null, why: 'bad-multipart' }]
  const documents: { readonly body: Uint8Array; readonly pictures: Uint8Array[] }[] = []
  const ahead: Uint8Array[] = []
  for (const part of parts) {
    const pictures = documents.at(-1)?.pictures ?? ahead
    if (isDocument(part)) documents.push({ body: part.body, pictures: documents.length === 0 ? ahead : [] })
    else if (part.state === 'whole' && part.body.length > 0 && pictures.length < MOST_PICTURES) pictures.push(part.body)
  }
  if (documents.length > 0) return documents.flatMap((document) => documentIn(document.body, document.pictures, receivedAt))
  const tooLong = parts.some(({ state }) => state === 'too-long')
  return [tooLong ? { kind: 'error', device: null, why: 'too-long' } : { kind: 'ignored', device: null, why: 'pictures without an event' }]
}

/**
 * The alert stream. An event that promises pictures is told at once as a preview and again, with them, when they have come, when
 * something else comes or when the stream ends: the plate need not wait for half a megabyte.
 */
export function hikvisionStream(): CameraStream {
  const splitter = partSplitter({ textEnd: { at: 0x3e, isEnd: closesEvent } })
  let waiting: { readonly event: Sighting; readonly pictures: Uint8Array[]; readonly promised: number } | null = null

  function letGo(onMessage: (message: CameraMessage) => void): void {
    if (waiting === null) return
    const { event, pictures } = waiting
    waiting = null
    onMessage({ ...event, preview: false, pictures })
  }

  function onPart(part: Part, onMessage: (message: CameraMessage) => void): void {
    if (part.state !== 'whole') {
      letGo(onMessage)
      if (part.state === 'too-long') onMessage({ kind: 'error', device: null, why: 'too-long' })
      return
    }
    if (!isDocument(part)) {
      if (part.body.length > 0) waiting?.pictures.push(part.body)
      if (waiting !== null && waiting.pictures.length >= waiting.promised) letGo(onMessage)
      return
    }
    letGo(onMessage)
    const reading = readDocument(part.body)
    if (!reading.ok) {
      onMessage({ kind: 'error', device: null, why: reading.why })
      return
    }
    const promised = picturesPromised(reading.root)
    for (const message of said(reading.root, [], 0)) {
      if (message.kind === 'sighting' && !message.preview && promised > 0) {
        waiting = { event: message, pictures: [], promised }
        onMessage({ ...message, preview: true })
      } else onMessage(message)
    }
  }

  return {
    push: (bytes, onMessage) => splitter.push(bytes, (part) => onPart(part, onMessage)),
    reset: (onMessage) => {
      splitter.end((part) => onPart(part, onMessage))
      letGo(onMessage)
    },
  }
}

const CLOSING = 'EventNotificationAlert>'
/** At a `>`: does `</EventNotificationAlert>`, with any prefix, end here? */
function closesEvent(bytes: Uint8Array, length: number): boolean {
  const from = length - CLOSING.length
  for (let at = 0; at < CLOSING.length; at++) if (bytes[from + at] !== CLOSING.charCodeAt(at)) return false
  let before = from - 1
  while (before > from - 40 && bytes[before] !== 0x3c && bytes[before] !== 0x2f) before--
  return bytes[before] === 0x2f && bytes[before - 1] === 0x3c
}
