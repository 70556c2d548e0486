import { type DahuaSettings, dahuaSighting } from './dahua-sighting.ts'
import { member, readJsonBody, shortText } from './json-body.ts'
import type { CameraDialect, CameraMessage, CameraStream } from './sighting.ts'

/**
 * Dahua's eventManager: `GET /cgi-bin/eventManager.cgi?action=attach&codes=[TrafficJunction]&heartbeat=5`, digest, multipart without
 * end, `text/plain` parts of
 *
 *   Code=TrafficJunction;action=Pulse;index=0;data={ JSON over several lines }      or      Heartbeat
 *
 * Content-Length is 0 or missing on some models (ITC237), so an event ends where its braces outside of strings do, and the multipart
 * around it is only lines to pass over. Sources: Dahua HTTP API descriptions; rroller/dahua issue 215 and PR 648.
 */
export const DAHUA_EVENT_PATH = '/cgi-bin/eventManager.cgi?action=attach&codes=[TrafficJunction]&heartbeat=5'

const LONGEST_LINE = 2_048
const LONGEST_EVENT = 256 * 1_024
const [LF, QUOTE, BACKSLASH, OPEN, CLOSE, DASH] = [0x0a, 0x22, 0x5c, 0x7b, 0x7d, 0x2d]
const DATA = ';data={'

export function dahuaEventStream(settings: DahuaSettings = {}): CameraStream {
  let held = new Uint8Array(LONGEST_LINE)
  let length = 0
  /** What stood before the braces; null between events. */
  let head: string | null = null
  let depth = 0
  let inText = false
  let escaped = false
  let lineFrom = 0

  function begin(): void {
    head = null
    length = lineFrom = depth = 0
    inText = escaped = false
    if (held.length > 16 * LONGEST_LINE) held = new Uint8Array(LONGEST_LINE)
  }

  function keep(byte: number): void {
    if (length === held.length) {
      const larger = new Uint8Array(2 * held.length)
      larger.set(held)
      held = larger
    }
    held[length++] = byte
  }

  function line(onMessage: (message: CameraMessage) => void): void {
    const text = String.fromCharCode(...held.subarray(0, length)).trim()
    begin()
    if (text === 'Heartbeat') onMessage({ kind: 'heartbeat', device: null })
    else if (text.startsWith('Code=')) onMessage(withoutData(text))
  }

  function between(byte: number, onMessage: (message: CameraMessage) => void): void {
    if (byte === LF) {
      line(onMessage)
      return
    }
    if (length < LONGEST_LINE) keep(byte)
    if (byte !== OPEN || !endsWith(held, length, DATA)) return
    const text = String.fromCharCode(...held.subarray(0, length - DATA.length)).trimStart()
    if (!text.startsWith('Code=')) return
    begin()
    head = text
    depth = 1
    keep(byte)
  }

  function inside(byte: number, onMessage: (message: CameraMessage) => void): void {
    keep(byte)
    if (byte === LF) lineFrom = length
    // A delimiter line is in no JSON: the event before it was cut off.
    const cut = byte === DASH && length - lineFrom === 2 && held[lineFrom] === DASH
    if (cut || length >= LONGEST_EVENT) {
      begin()
      onMessage({ kind: 'error', device: null, why: cut ? 'truncated-json' : 'too-long' })
      return
    }
    if (escaped) escaped = false
    else if (inText && byte === BACKSLASH) escaped = true
    else if (byte === QUOTE) inText = !inText
    else if (!inText && byte === OPEN) depth++
    else if (!inText && byte === CLOSE && --depth === 0) {
      const [event, bytes] = [head ?? '', held.slice(0, length)]
      begin()
      onMessage(withData(event, bytes, settings))
    }
  }

  return {
    push: (bytes, onMessage) => {
      for (const byte of bytes) head === null ? between(byte, onMessage) : inside(byte, onMessage)
    },
    reset: (onMessage) => {
      if (head !== null) onMessage({ kind: 'error', device: null, why: 'truncated-json' })
      else line(onMessage)
      begin()
    },
  }
}

/** A piece of the stream as a whole, for what was recorded of one. */
export const dahuaEvent = (settings: DahuaSettings = {}): CameraDialect => ({
  name: 'dahua-event',
  about: 'Dahua eventManager stream',
  carriedBy: 'http-stream',
  decode: ({ body }) => {
    const messages: CameraMessage[] = []
    const stream = dahuaEventStream(settings)
    stream.push(body, (message) => messages.push(message))
    stream.reset((message) => messages.push(message))
    if (messages.length > 0) return messages
    return [
      body.length === 0 ? { kind: 'error', device: null, why: 'empty-body' } : { kind: 'ignored', device: null, why: 'no event in it' },
    ]
  },
})

function endsWith(bytes: Uint8Array, length: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[length - text.length + at] !== text.charCodeAt(at)) return false
  return true
}

const HEAD = /^Code=([^;]{0,64})(?:;action=([^;]{0,32}))?(?:;index=(\d{1,3}))?/

/** Terminals are numbered from 1, as printed on the camera. */
function withoutData(head: string): CameraMessage {
  const [, code = '', action = '', index = '0'] = HEAD.exec(head) ?? []
  if (code === 'AlarmLocal' && (action === 'Start' || action === 'Stop'))
    return { kind: 'input', device: null, input: Number(index) + 1, on: action === 'Start' }
  return { kind: 'ignored', device: null, why: `an event of kind ${shortText(code, 40) ?? ''}` }
}

function withData(head: string, bytes: Uint8Array, settings: DahuaSettings): CameraMessage {
  const body = readJsonBody(bytes, LONGEST_EVENT)
  if (!body.ok) return { kind: 'error', device: null, why: body.why }
  if (HEAD.exec(head)?.[2] === 'Stop') return withoutData(head)
  const fields = (path: string): unknown =>
    member(body.value, ...path.split(/[.[\]]+/).flatMap((step) => (step === '' ? [] : [/^\d+$/.test(step) ? Number(step) : step])))
  return dahuaSighting(fields, settings) ?? withoutData(head)
}
