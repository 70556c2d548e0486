import { toBase64 } from './base64.ts'

/** What a host may tell a Qianyi (芊熠) camera over MQTT; the answer is `{cmd}_rsp` with the same `msg_id`, read as a `command-reply`. */
export interface QianyiCommand {
  readonly topic: string
  readonly payload: Uint8Array
  /** `msg_id`: comes back in the answer. */
  readonly id: string
}

/** `topic`: where this camera listens (`readQianyiTopic(…).down`, or what it registered). `at`: milliseconds since 1970. */
export interface QianyiAddressee {
  readonly topic: string
  readonly id: string
  readonly at: number
}

const utf8 = new TextEncoder()
const command = ({ topic, id }: QianyiAddressee, cmd: string, more: Readonly<Record<string, unknown>>): QianyiCommand => ({
  topic,
  id,
  payload: utf8.encode(JSON.stringify({ cmd, msg_id: id, ...more })),
})

/** A `msg_id`: the millisecond in 13 digits and seven letters or digits of the caller's choice. */
export const qianyiMessageId = (at: number, seven: string): string => `${String(at).padStart(13, '0')}${seven}`

const OUTPUTS = { open: 0, close: 2 } as const
/** `iooutput`: presses the barrier's button through the camera. The camera times the pulse itself. */
export const qianyiGate = (to: QianyiAddressee, gate: keyof typeof OUTPUTS): QianyiCommand =>
  command(to, 'iooutput', { ionum: OUTPUTS[gate], action: 'on', utc_ts: Math.floor(to.at / 1_000) })

/** `barrierKeepOpen`: after releasing it the barrier stays up until it is closed. */
export const qianyiKeepOpen = (to: QianyiAddressee, keep: boolean): QianyiCommand =>
  command(to, 'barrierKeepOpen', { isKeepOpen: keep ? 1 : 0 })

/**
 * `syncSysTime`. The zone is counted from 0 = GMT+12 down to 24 = GMT−12, so 4 is China. A RangeError for a zone of half an hour,
 * which it cannot say.
 */
export function qianyiSetTime(to: QianyiAddressee, utcOffsetMinutes: number): QianyiCommand {
  const zone = 12 - utcOffsetMinutes / 60
  if (!Number.isInteger(zone) || zone < 0 || zone > 24) throw new RangeError(`a Qianyi camera has no zone of ${utcOffsetMinutes} minutes`)
  return command(to, 'syncSysTime', { time_zone: zone, time_stamp: String(Math.floor(to.at / 1_000)) })
}

/** `rs485`: bytes to the sign or speaker behind the camera. */
export const qianyiSerial = (to: QianyiAddressee, bytes: Uint8Array): QianyiCommand =>
  command(to, 'rs485', { encode_type: 'base64', rs485ch1_data: [{ data: toBase64(bytes) }] })
