import type { PlateColour } from '#edge/plate'
import { toBase64 } from './base64.ts'
import { member, readJsonBody, shortText } from './json-body.ts'
import type { Passage } from './passage.ts'
import { QIANYI_REGISTER_TOPIC } from './qianyi-topics.ts'

/** What a simulated Qianyi camera publishes; `id` is its `msg_id`. */
export interface QianyiMessage {
  readonly topic: string
  readonly payload: Uint8Array
}

const utf8 = new TextEncoder()
const message = (topic: string, said: Readonly<Record<string, unknown>>): QianyiMessage => ({
  topic,
  payload: utf8.encode(JSON.stringify(said)),
})
const up = (device: string): string => `aiot/plate/${device}`
const down = (device: string): string => `device/plate/${device}`

const COLOUR_TEXT: Readonly<Record<PlateColour, string>> = {
  blue: '蓝色',
  yellow: '黄色',
  white: '白色',
  black: '黑色',
  green: '绿色',
  'yellow-green': '黄绿色',
  unknown: '未知',
}

export const encodeQianyiRegister = (device: string, id: string): QianyiMessage =>
  message(QIANYI_REGISTER_TOPIC, {
    cmd: 'camera_register',
    msg_id: id,
    sn: device,
    model: 'S8_2',
    subtopic: down(device),
    pubtopic: up(device),
  })

/** Serial numbers change their case between messages: here the heartbeat is in small letters. */
export const encodeQianyiHeartbeat = (device: string, id: string, at: number): QianyiMessage =>
  message(up(device), { cmd: 'mqtt_herat', msg_id: id, sn: device.toLowerCase(), utc_ts: Math.floor(at / 1_000) })

export const encodeQianyiWill = (device: string): QianyiMessage => message(up(device), { cmd: 'offline', sn: device })

/** The record is the `msg_id`, and a repeat that was not answered carries the same. */
export const encodeQianyiResult = ({
  device,
  at,
  record,
  text,
  colour,
  confidence,
  direction,
  backfill,
  pictures,
}: Passage): QianyiMessage =>
  message(up(device), {
    cmd: 'result',
    msg_id: record,
    sn: device,
    type: backfill === true ? 'offline' : 'online',
    plate_num: text ?? 'null',
    confidence,
    plate_color: COLOUR_TEXT[colour],
    inout: direction ?? 'in',
    utc_ts: Math.floor(at / 1_000),
    ...(pictures && { full_pic: toBase64(pictures.full), plate_pic: toBase64(pictures.plate) }),
  })

/** What a host said on the down topic: its `cmd`, `msg_id` and `status`; null for no such message. */
export function readQianyiDown(
  payload: Uint8Array,
): { readonly cmd: string; readonly id: string; readonly status: string | null; readonly body: unknown } | null {
  const read = readJsonBody(payload, 64 * 1_024)
  const cmd = read.ok ? shortText(member(read.value, 'cmd'), 40) : null
  if (!read.ok || cmd === null) return null
  return {
    cmd,
    id: shortText(member(read.value, 'msg_id'), 64) ?? '',
    status: shortText(member(read.value, 'status'), 40),
    body: read.value,
  }
}

/** The camera's answer to a command. */
export const encodeQianyiAnswer = (device: string, cmd: string, id: string, status = 'ok'): QianyiMessage =>
  message(up(device), { cmd: `${cmd}_rsp`, msg_id: id, sn: device, status })
