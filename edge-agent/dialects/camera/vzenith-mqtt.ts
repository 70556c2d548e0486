import { firstOf, member, numberIn, readJsonBody, shortText } from './json-body.ts'
import type { CameraDialect, CameraMessage } from './sighting.ts'
import { inputMessage, sentAt, serialMessage, snapshotMessage } from './vzenith-body.ts'
import { encodedText, licenceIn } from './vzenith-licence.ts'
import { byGrammar, VZENITH_OEM_TABLES } from './vzenith-oem-tables.ts'
import { LONGEST_PLATE_TEXT, plateSighting } from './vzenith-plate-result.ts'
import { LANE_EVENTS, type PlateTables, VZENITH_TABLES } from './vzenith-tables.ts'
import { readVzenithTopic } from './vzenith-topics.ts'

/** A result with two pictures is below one megabyte; what is longer than this is no camera's message. */
export const LONGEST_MESSAGE = 4 * 1_024 * 1_024

interface Heard {
  readonly device: string
  readonly name: string
  readonly body: unknown
  readonly gbk: boolean
  readonly receivedAt: number
  readonly tables: PlateTables
}

/**
 * One MQTT message of a Vzenith (臻识) plate camera or a compatible one, protocol v1.1.14 and older forms, in either topic layout.
 * Any bytes on any topic give an answer; nothing throws. An error names the device only where topic and body could be held against
 * each other: a body nobody could read vouches for nobody. `receivedAt` is milliseconds since 1970, 0 where nobody said.
 */
export function decodeVzenith(topic: string, payload: Uint8Array, receivedAt = 0, tables: PlateTables = VZENITH_TABLES): CameraMessage {
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
  return upward({ ...address, body: body.value, gbk: body.gbk, receivedAt, tables })
}

function upward(heard: Heard): CameraMessage {
  const { device, name, body } = heard
  const at = sentAt(body)
  switch (name) {
    case 'ivs_result':
      return result(heard, false)
    case 'quick_ivs_result':
      return result(heard, true)
    case 'keep_alive':
      return { kind: 'heartbeat', device, ...at }
    case 'gpio_in':
      return { ...inputMessage(device, contentOf(body)), ...at }
    case 'serial_data':
      return { ...serialMessage(device, contentOf(body)), ...at }
    case 'snapshot':
      return { ...snapshotMessage(device, contentOf(body)), ...at }
    case 'lanectrl_result':
      return laneEvent(heard, contentOf(body))
    case 'barr_gate_status':
      // The protocol does not say what the numbers mean, so they are shown and never taken for the position of an arm.
      return { kind: 'lane-event', device, event: 'gate-status', text: gateText(contentOf(body)), colour: 'unknown', ...at }
    default:
      return { kind: 'ignored', device, why: `a message of kind ${shortText(name, 40)}` }
  }
}

/** Newer firmware wraps in `payload`, and some messages once more in `body`. */
const contentOf = (body: unknown): unknown => firstOf(member(body, 'payload', 'body'), member(body, 'payload'), body)
const alarmOf = (body: unknown): unknown => firstOf(member(body, 'payload', 'AlarmInfoPlate'), member(body, 'AlarmInfoPlate'))

function result({ device, body, gbk, receivedAt, tables }: Heard, preview: boolean): CameraMessage {
  const alarm = alarmOf(body)
  const plate = member(alarm, 'result', 'PlateResult')
  if (typeof plate === 'object' && plate !== null) {
    const encoded = alarm === member(body, 'payload', 'AlarmInfoPlate')
    return plateSighting(plate, { device, encoded, preview, sentAt: member(body, 'timestamp'), gbk, receivedAt, tables })
  }
  // Old firmware sends its heartbeat under the same key as a plate.
  if (numberIn(member(alarm, 'heartbeat')) === 1) return { kind: 'heartbeat', device, ...sentAt(body) }
  return { kind: 'error', device, why: 'missing-plate-result' }
}

/** Here even the colour's number is base64. */
function laneEvent({ device, body, tables }: Heard, content: unknown): CameraMessage {
  const number = numberIn(member(content, 'event_type'))
  if (number === null) return { kind: 'ignored', device, why: 'a lane event without kind' }
  const plate = member(content, 'result', 0, 'plate_result')
  const license = member(plate, 'license')
  const said = member(plate, 'color_type')
  const colour = numberIn(encodedText(said)) ?? numberIn(said)
  return {
    kind: 'lane-event',
    device,
    event: LANE_EVENTS[number] ?? `event-${number}`,
    text: license === undefined ? null : shortText(licenceIn(license, true)?.text, LONGEST_PLATE_TEXT),
    colour: tables.colours[colour ?? 0] ?? 'unknown',
    colourRaw: colour === null ? null : String(colour),
    ...sentAt(body),
  }
}

const gateText = (content: unknown): string | null => shortText(member(content, 'gate_status'), 20)

function reply(device: string, body: unknown): CameraMessage {
  const id = shortText(member(body, 'id'), 64)
  if (id === null) return { kind: 'ignored', device, why: 'a reply without id' }
  return { kind: 'command-reply', device, id, ok: numberIn(member(body, 'code')) === 200, ...sentAt(body) }
}

export const vzenithMqtt: CameraDialect = {
  name: 'vzenith-mqtt',
  about: '臻识 MQTT 自定义协议 v1.1.14 及旧版，两种主题布局 / Vzenith over MQTT, both topic layouts',
  carriedBy: 'mqtt',
  decode: ({ place, body, receivedAt }) => [decodeVzenith(place, body, receivedAt)],
}

/** Cameras that speak Vzenith's topics and envelope and number their plate types in another way. */
export const vzenithOemMqtt: CameraDialect = {
  name: 'vzenith-oem-mqtt',
  about: 'AlphaDigi、芊熠等同格式相机 MQTT / OEM cameras with Vzenith’s envelope and other numbers, over MQTT',
  carriedBy: 'mqtt',
  decode: ({ place, body, receivedAt }) => [byGrammar(decodeVzenith(place, body, receivedAt, VZENITH_OEM_TABLES))],
}
