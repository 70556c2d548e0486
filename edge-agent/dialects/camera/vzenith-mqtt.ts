import { fromBase64 } from './base64.ts'
import { firstOf, member, numberIn, readJsonBody, shortText } from './json-body.ts'
import type { CameraMessage } from './sighting.ts'
import { encodedText, LONGEST_PLATE_TEXT, plateSighting } from './vzenith-plate-result.ts'
import { COLOURS, LANE_EVENTS } from './vzenith-tables.ts'
import { readVzenithTopic, type VzenithTopic } from './vzenith-topics.ts'

/** A result with two pictures is below one megabyte; what is longer than this is no camera's message. */
export const LONGEST_MESSAGE = 4 * 1_024 * 1_024

/**
 * One MQTT message of a Vzenith (臻识) plate camera or a compatible one, protocol v1.1.14 and older forms, in either topic layout.
 * Any bytes on any topic give an answer; nothing throws. An error names the device only where topic and body could be held against
 * each other: a body nobody could read vouches for nobody.
 */
export function decodeVzenith(topic: string, payload: Uint8Array): CameraMessage {
  const address = readVzenithTopic(topic)
  if (address === null) return { kind: 'error', device: null, why: 'bad-topic' }
  const { device } = address
  if (address.kind === 'command') return { kind: 'ignored', device, why: 'a command to the camera' }
  const body = readJsonBody(payload, LONGEST_MESSAGE)
  if (!body.ok) return { kind: 'error', device: null, why: body.why }
  const claimed = shortText(firstOf(member(body.value, 'sn'), member(alarmOf(body.value), 'serialno')), 64)
  // Upper and lower case of serial numbers vary between firmwares.
  if (claimed !== null && claimed.toLowerCase() !== device.toLowerCase()) return { kind: 'error', device, why: 'device-mismatch' }
  if (address.kind === 'reply') return reply(device, body.value)
  return upward(address, body.value)
}

function upward({ device, name }: VzenithTopic, body: unknown): CameraMessage {
  switch (name) {
    case 'ivs_result':
      return result(device, body, false)
    case 'quick_ivs_result':
      return result(device, body, true)
    case 'keep_alive':
      return { kind: 'heartbeat', device }
    case 'gpio_in':
      return input(device, contentOf(body))
    case 'serial_data':
      return serial(device, contentOf(body))
    case 'lanectrl_result':
      return laneEvent(device, contentOf(body))
    case 'barr_gate_status':
      // The protocol does not say what the numbers mean, so they are shown and never taken for the position of an arm.
      return { kind: 'lane-event', device, event: 'gate-status', text: gateText(contentOf(body)), colour: 'unknown' }
    default:
      return { kind: 'ignored', device, why: `a message of kind ${shortText(name, 40)}` }
  }
}

/** Newer firmware wraps in `payload`, and some messages once more in `body`. */
const contentOf = (body: unknown): unknown => firstOf(member(body, 'payload', 'body'), member(body, 'payload'), body)
const alarmOf = (body: unknown): unknown => firstOf(member(body, 'payload', 'AlarmInfoPlate'), member(body, 'AlarmInfoPlate'))

function result(device: string, body: unknown, preview: boolean): CameraMessage {
  const alarm = alarmOf(body)
  const plate = member(alarm, 'result', 'PlateResult')
  if (typeof plate === 'object' && plate !== null) {
    const encoded = alarm === member(body, 'payload', 'AlarmInfoPlate')
    return plateSighting(plate, { device, encoded, preview, sentAt: member(body, 'timestamp') })
  }
  // Old firmware sends its heartbeat under the same key as a plate.
  if (numberIn(member(alarm, 'heartbeat')) === 1) return { kind: 'heartbeat', device }
  return { kind: 'error', device, why: 'missing-plate-result' }
}

/** Terminals are numbered from 1, as printed on the camera; sources beyond 3 are no terminals but software triggers. */
function input(device: string, content: unknown): CameraMessage {
  const trigger = member(content, 'AlarmGioIn', 'result', 'TriggerResult')
  const source = numberIn(member(trigger, 'source'))
  const value = numberIn(member(trigger, 'value'))
  if (source === null || value === null || ![0, 1, 2, 3].includes(source))
    return { kind: 'ignored', device, why: 'an input without terminal' }
  return { kind: 'input', device, input: source + 1, on: value === 1 }
}

function serial(device: string, content: unknown): CameraMessage {
  const data = firstOf(member(content, 'SerialData'), member(content, 'serialData', 0), content)
  const text = member(data, 'data')
  const bytes = typeof text === 'string' ? fromBase64(text) : null
  if (bytes === null) return { kind: 'ignored', device, why: 'serial data without bytes' }
  return { kind: 'serial', device, bytes: bytes.subarray(0, numberIn(member(data, 'dataLen')) ?? bytes.length) }
}

/** Here even the colour's number is base64. */
function laneEvent(device: string, content: unknown): CameraMessage {
  const number = numberIn(member(content, 'event_type'))
  if (number === null) return { kind: 'ignored', device, why: 'a lane event without kind' }
  const plate = member(content, 'result', 0, 'plate_result')
  const colour = member(plate, 'color_type')
  return {
    kind: 'lane-event',
    device,
    event: LANE_EVENTS[number] ?? `event-${number}`,
    text: shortText(encodedText(member(plate, 'license')), LONGEST_PLATE_TEXT),
    colour: COLOURS[numberIn(encodedText(colour)) ?? numberIn(colour) ?? 0] ?? 'unknown',
  }
}

const gateText = (content: unknown): string | null => shortText(member(content, 'gate_status'), 20)

function reply(device: string, body: unknown): CameraMessage {
  const id = shortText(member(body, 'id'), 64)
  if (id === null) return { kind: 'ignored', device, why: 'a reply without id' }
  return { kind: 'command-reply', device, id, ok: numberIn(member(body, 'code')) === 200 }
}
