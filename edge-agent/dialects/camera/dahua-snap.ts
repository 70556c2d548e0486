import { type DahuaFields, type DahuaSettings, dahuaSighting } from './dahua-sighting.ts'
import { decodeText, shortText } from './json-body.ts'
import { type Part, partSplitter } from './multipart.ts'
import type { CameraDialect, CameraMessage, CameraStream, Sighting } from './sighting.ts'

/**
 * Dahua's snapManager: `GET /cgi-bin/snapManager.cgi?action=attachFileProc&Flags[0]=Event&Events=[TrafficJunction]&heartbeat=5`,
 * digest, multipart without end. Each event is a text part of `Events[0].<path>=<value>` lines and then its JPEG; `Heartbeat` between.
 * Newer firmware adds `PlateInfo` (both ends' plates), `OpenStrobeState` and `CarWeightInfo` (axles). Source: Dahua HTTP API.
 */
export const DAHUA_SNAP_PATH = '/cgi-bin/snapManager.cgi?action=attachFileProc&Flags[0]=Event&Events=[TrafficJunction]&heartbeat=5'

const MOST_LINES = 4_000
const MOST_EVENTS = 16
const LONGEST_TEXT = 256 * 1_024
const HEARTBEAT = 'Heartbeat'
const LINE = /^Events\[(\d{1,3})\]\.([\w.[\]-]{1,120})=(.{0,400})/

/** A plate is told at once as a preview and again with its picture: when that has come, or something else has. */
export function dahuaSnapStream(settings: DahuaSettings = {}): CameraStream {
  const splitter = partSplitter({ textEnd: { at: 0x74, isEnd: isHeartbeat } })
  let waiting: Sighting[] = []

  function letGo(picture: Uint8Array | null, onMessage: (message: CameraMessage) => void): void {
    const told = waiting
    waiting = []
    for (const sighting of told) onMessage(picture === null ? sighting : { ...sighting, pictures: [picture] })
  }

  function onPart(part: Part, onMessage: (message: CameraMessage) => void): void {
    if (isText(part)) {
      letGo(null, onMessage)
      // Lines that were cut off may have lost the half of a plate.
      if (part.state !== 'whole') {
        onMessage({ kind: 'error', device: null, why: part.state === 'cut' ? 'bad-multipart' : 'too-long' })
        return
      }
      for (const message of textPart(part.body, settings)) {
        if (message.kind === 'sighting') waiting.push(message)
        onMessage(message.kind === 'sighting' ? { ...message, preview: true } : message)
      }
    } else letGo(part.state === 'whole' && part.body.length > 0 ? part.body : null, onMessage)
  }

  return {
    push: (bytes, onMessage) => splitter.push(bytes, (part) => onPart(part, onMessage)),
    reset: (onMessage) => {
      splitter.end((part) => onPart(part, onMessage))
      letGo(null, onMessage)
    },
  }
}

/** A recorded piece of the stream, or the text of one part alone. */
export const dahuaSnap = (settings: DahuaSettings = {}): CameraDialect => ({
  name: 'dahua-snap',
  about: 'Dahua snapManager stream',
  carriedBy: 'http-stream',
  decode: ({ body }) => {
    const first = body.find((byte) => byte > 0x20)
    if (first === undefined) return [{ kind: 'error', device: null, why: 'empty-body' }]
    if (first !== 0x2d) return textPart(body, settings)
    const messages: CameraMessage[] = []
    const stream = dahuaSnapStream(settings)
    const gather = (message: CameraMessage): void => {
      if (message.kind !== 'sighting' || !message.preview) messages.push(message)
    }
    stream.push(body, gather)
    stream.reset(gather)
    return messages.length > 0 ? messages : [{ kind: 'error', device: null, why: 'bad-multipart' }]
  },
})

/** Told when it is there: the delimiter behind it comes with the next one. */
function isHeartbeat(bytes: Uint8Array, length: number): boolean {
  if (length !== HEARTBEAT.length) return false
  for (let at = 0; at < length; at++) if (bytes[at] !== HEARTBEAT.charCodeAt(at)) return false
  return true
}

const isText = ({ headers, body }: Part): boolean =>
  headers['content-type'] === undefined ? body[0] !== 0xff : /^text\//i.test(headers['content-type'])

function textPart(bytes: Uint8Array, settings: DahuaSettings): readonly CameraMessage[] {
  if (bytes.length > LONGEST_TEXT) return [{ kind: 'error', device: null, why: 'too-long' }]
  const text = decodeText(bytes).trim()
  if (text === HEARTBEAT) return [{ kind: 'heartbeat', device: null }]
  const events = new Map<number, Map<string, string>>()
  for (const line of text.split(/\r?\n/, MOST_LINES)) {
    const [, number, path, value] = LINE.exec(line) ?? []
    if (number === undefined || path === undefined || value === undefined) continue
    const event = events.get(Number(number)) ?? new Map<string, string>()
    if (events.size < MOST_EVENTS || events.has(Number(number))) events.set(Number(number), event.set(path, value))
  }
  if (events.size === 0) return [{ kind: 'ignored', device: null, why: 'no event in it' }]
  return [...events.values()].map((event) => {
    const fields: DahuaFields = (path) => event.get(path)
    const kind = event.get('EventBaseInfo.Code') ?? event.get('TrafficCar.Event') ?? ''
    return dahuaSighting(fields, settings) ?? { kind: 'ignored', device: null, why: `an event of kind ${shortText(kind, 40) ?? ''}` }
  })
}
