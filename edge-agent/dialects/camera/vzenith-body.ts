import { fromBase64 } from './base64.ts'
import { deviceClock } from './device-clock.ts'
import { epochMs } from './epoch.ts'
import { firstOf, member, numberIn, pictureIn, shortText } from './json-body.ts'
import type { CameraMessage } from './sighting.ts'

/** Parts of the envelope that Vzenith's HTTP push and MQTT have in common. */

/** Milliseconds since 1970 of the envelope's own second, left out where it has none a camera could mean. */
export function sentAt(body: unknown): { readonly deviceTime?: number } {
  const said = epochMs(numberIn(firstOf(member(body, 'timestamp'), member(body, 'payload', 'body', 'timestamp'))))
  const { deviceTime } = deviceClock(said)
  return deviceTime === null ? {} : { deviceTime }
}

/**
 * `AlarmGioIn`: terminals are numbered from 1, as printed on the camera; source 4 is a trigger over TCP and sources beyond are no
 * terminals either.
 */
export function inputMessage(device: string | null, content: unknown): CameraMessage {
  const trigger = member(content, 'AlarmGioIn', 'result', 'TriggerResult')
  const source = numberIn(member(trigger, 'source'))
  const value = numberIn(member(trigger, 'value'))
  if (source === null || value === null || ![0, 1, 2, 3].includes(source))
    return { kind: 'ignored', device, why: 'an input without terminal' }
  return { kind: 'input', device, input: source + 1, on: value === 1 }
}

/** `SerialData`: bytes the camera heard on its RS-485. */
export function serialMessage(device: string | null, content: unknown): CameraMessage {
  const data = firstOf(member(content, 'SerialData'), member(content, 'serialData', 0), content)
  const text = member(data, 'data')
  const bytes = typeof text === 'string' ? fromBase64(text) : null
  if (bytes === null) return { kind: 'ignored', device, why: 'serial data without bytes' }
  const length = numberIn(member(data, 'dataLen'))
  return { kind: 'serial', device, bytes: length === null || length < 0 ? bytes : bytes.subarray(0, length) }
}

/**
 * `TriggerImage`: the answer to a snapshot command, base64 in `imageFile`; some firmware puts the picture beside it as results have it. The
 * maker's cloud form names only a path (`imgPath`), which nobody on the site's network can fetch: then there is no picture.
 */
export function snapshotMessage(device: string | null, content: unknown): CameraMessage {
  const said = firstOf(
    member(content, 'TriggerImage', 'imageFile'),
    member(content, 'imageFile'),
    member(content, 'full_image_content'),
    member(content, 'image_content'),
  )
  const pictures = pictureIn(said).filter((bytes) => bytes[0] === 0xff && bytes[1] === 0xd8)
  return pictures.length === 0 ? { kind: 'ignored', device, why: 'a snapshot' } : { kind: 'picture', device, pictures }
}

/** The serial number in a body, wherever this firmware puts it. */
export const serialNumberIn = (body: unknown): string | null =>
  shortText(
    firstOf(
      ...['AlarmInfoPlate', 'AlarmGioIn', 'SerialData', 'Heartbeat', 'heartbeat', 'TriggerImage'].map((key) =>
        member(body, key, 'serialno'),
      ),
      member(body, 'serialno'),
    ),
    64,
  )
