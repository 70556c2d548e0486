import { colourWord } from './colour-words.ts'
import { deviceClock } from './device-clock.ts'
import { epochMs } from './epoch.ts'
import { firstOf, member, numberIn, percentage, pictureIn, rawValue, readJsonBody, shortText } from './json-body.ts'
import { plainSighting } from './plain-sighting.ts'
import { readQianyiTopic } from './qianyi-topics.ts'
import type { CameraDialect, CameraMessage, CameraReply, Envelope } from './sighting.ts'
import { LONGEST_MESSAGE } from './vzenith-mqtt.ts'
import { LONGEST_PLATE_TEXT } from './vzenith-plate-result.ts'

/**
 * Qianyi (芊熠) plate cameras over MQTT, protocol V4.23. Flat JSON with `cmd` and `msg_id` (13 digits of milliseconds, 7 random
 * characters); an answer repeats `msg_id` and adds `_rsp` to `cmd`:
 *
 *   camera_register  { sn, subtopic, pubtopic, model, softVersion }         must be answered, or the camera stays unregistered
 *   mqtt_herat       (spelt so) every 30 s, not answered
 *   result           { sn, type online|offline, plate_num, confidence 0–100, plate_color (Chinese), inout, utc_ts (s), full_pic,
 *                      plate_pic (base64) or full_pic_path, plate_pic_path }  must be answered; no plate is the text "null"
 *   offline          the last will
 *   …_rsp            the answer to a command of ours: status "ok" means accepted
 *
 * Serial numbers come in upper and lower case from one and the same camera; here they are in capitals.
 */
function decode({ place, body: bytes, receivedAt }: Envelope): CameraMessage {
  const topic = readQianyiTopic(place)
  const named = topic.device?.toUpperCase() ?? null
  if (topic.kind === 'down') return { kind: 'ignored', device: named, why: 'a command to the camera' }
  const read = readJsonBody(bytes, LONGEST_MESSAGE)
  if (!read.ok) return { kind: 'error', device: null, why: read.why }
  const body = read.value
  const claimed = shortText(firstOf(member(body, 'sn'), member(body, 'device_name')), 64)?.toUpperCase() ?? null
  if (named !== null && claimed !== null && named !== claimed) return { kind: 'error', device: named, why: 'device-mismatch' }
  const device = named ?? claimed
  const cmd = shortText(member(body, 'cmd'), 40) ?? ''
  const at = epochMs(numberIn(member(body, 'utc_ts')))
  const time = at === null ? {} : { deviceTime: deviceClock(at, receivedAt).deviceTime }
  switch (cmd) {
    case 'result':
      return result(body, device, at, receivedAt, read.gbk, answer(body, 'result_rsp', downTopic(topic.down, device)))
    case 'mqtt_herat':
    case 'mqtt_heart':
    case 'heart_beat':
      return { kind: 'heartbeat', device, ...time }
    case 'camera_register': {
      const reply = answer(body, 'camera_register_rsp', ownTopic(member(body, 'subtopic')) ?? downTopic(null, device))
      return { kind: 'ignored', device, why: 'camera_register', ...(reply && { reply }) }
    }
    case 'offline':
      return { kind: 'ignored', device, why: 'offline' }
    default: {
      const id = shortText(member(body, 'msg_id'), 64)
      if (cmd.endsWith('_rsp') && id !== null) return { kind: 'command-reply', device, id, ok: member(body, 'status') === 'ok', ...time }
      return { kind: 'ignored', device, why: cmd === '' ? 'a message without cmd' : `a message of kind ${cmd}` }
    }
  }
}

function result(
  body: unknown,
  device: string | null,
  at: number | null,
  receivedAt: number,
  gbk: boolean,
  reply: CameraReply | null,
): CameraMessage {
  const colourRaw = shortText(firstOf(member(body, 'plate_color'), member(body, 'plate_colour')), 20)
  return plainSighting({
    device,
    record: shortText(member(body, 'msg_id'), 64),
    text: shortText(member(body, 'plate_num'), LONGEST_PLATE_TEXT) ?? '',
    colour: colourWord(colourRaw),
    colourRaw,
    plateType: shortText(member(body, 'plate_type'), 20),
    direction: shortText(member(body, 'inout'), 20),
    confidence: percentage(member(body, 'confidence')),
    confidenceRaw: rawValue(member(body, 'confidence')),
    ...deviceClock(at, receivedAt),
    backfill: member(body, 'type') === 'offline',
    pictures: [...pictureIn(member(body, 'full_pic')), ...pictureIn(member(body, 'plate_pic'))],
    ...(gbk && { beside: { encoding: 'gbk' } }),
    ...(reply && { reply }),
  })
}

/** A topic a camera names for itself: nothing a broker would take for a filter, or for one of its own. */
const ownTopic = (said: unknown): string | null =>
  typeof said === 'string' && /^[^+#\p{Cc}\p{Cs}$][^+#\p{Cc}\p{Cs}]{0,199}$/u.test(said) ? said : null

const downTopic = (told: string | null, device: string | null): string | null =>
  told ?? (device === null ? null : ownTopic(`device/plate/${device}`))

function answer(body: unknown, cmd: string, topic: string | null): CameraReply | null {
  const id = shortText(member(body, 'msg_id'), 64)
  return topic === null ? null : { as: 'mqtt', topic, body: { cmd, ...(id !== null && { msg_id: id }), status: 'ok' } }
}

/** Where a camera says it listens and speaks, from its `camera_register`; null for any other message. */
export function qianyiRegistration(
  body: Uint8Array,
): { readonly device: string; readonly down: string | null; readonly up: string | null } | null {
  const read = readJsonBody(body, 64 * 1_024)
  if (!read.ok || member(read.value, 'cmd') !== 'camera_register') return null
  const device = shortText(firstOf(member(read.value, 'sn'), member(read.value, 'device_name')), 64)
  if (device === null) return null
  return { device: device.toUpperCase(), down: ownTopic(member(read.value, 'subtopic')), up: ownTopic(member(read.value, 'pubtopic')) }
}

export const qianyiMqtt: CameraDialect = {
  name: 'qianyi-mqtt',
  about: '芊熠 MQTT 协议 V4.23 / Qianyi over MQTT, with acknowledgements',
  carriedBy: 'mqtt',
  decode: (envelope) => [decode(envelope)],
}
