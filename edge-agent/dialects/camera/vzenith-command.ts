import { toBase64 } from './base64.ts'
import { firstOf, member, numberIn, readJsonBody, shortText } from './json-body.ts'
import { readVzenithTopic, type VzenithLayout, vzenithTopic } from './vzenith-topics.ts'

/**
 * What a host may tell a Vzenith camera over MQTT (臻识, protocol v1.1.14):
 *
 *   topic    …/message/down/{name}, in the layout the camera was heard in and in no other: some obey both and pulse twice
 *   payload  { id, sn, name, version: "1.0", timestamp (s), payload: { type: name, body: { … } } }
 *   answer   …/message/down/{name}/reply { id, code: 200 }, read by `decodeVzenith` as a `command-reply` with the same `id`
 *
 * Code 200 means accepted: a locked output or a wrong number answers so too. An unanswered command is unknown and not repeated.
 */
export interface VzenithCommand {
  readonly topic: string
  /** UTF-8 JSON without blanks. */
  readonly payload: Uint8Array
  /** Comes back in the reply. */
  readonly id: string
}

/** To whom and when. `id` is the caller's: unique while its answer is awaited. `at` is milliseconds since 1970. */
export interface VzenithAddressee {
  readonly device: string
  readonly layout: VzenithLayout
  readonly id: string
  readonly at: number
}

/** Documented bounds of the pulse of `gpio_out`, in milliseconds. */
export const VZENITH_PULSE_MS = { least: 500, most: 5_000 } as const

const utf8 = new TextEncoder()

function command({ device, layout, id, at }: VzenithAddressee, name: string, body: Readonly<Record<string, unknown>>): VzenithCommand {
  const message = { id, sn: device, name, version: '1.0', timestamp: Math.floor(at / 1_000), payload: { type: name, body } }
  return { id, topic: vzenithTopic(layout, device, 'down', name), payload: utf8.encode(JSON.stringify(message)) }
}

export type VzenithOutput =
  | { readonly io: number; readonly value: 'off' | 'on' }
  /** On, then off after `pulseMs` (500–5000), timed inside the camera: the form for a barrier. */
  | { readonly io: number; readonly value: 'pulse'; readonly pulseMs: number }

/** `gpio_out`: switches output `io` (0–3; usual wiring 0 open, 1 close). A RangeError for an output or a pulse there is not. */
export function vzenithGpioOut(to: VzenithAddressee, output: VzenithOutput): VzenithCommand {
  const { io, value } = output
  if (!Number.isInteger(io) || io < 0 || io > 3) throw new RangeError(`a Vzenith camera has outputs 0 to 3, not ${io}`)
  if (value !== 'pulse') return command(to, 'gpio_out', { io, value: value === 'on' ? 1 : 0, delay: 0 })
  const { pulseMs } = output
  if (!Number.isInteger(pulseMs) || pulseMs < VZENITH_PULSE_MS.least || pulseMs > VZENITH_PULSE_MS.most)
    throw new RangeError(`a pulse of a Vzenith camera takes 500 to 5000 ms, not ${pulseMs}`)
  return command(to, 'gpio_out', { io, value: 2, delay: pulseMs })
}

const LOCKS = { release: 0, 'hold-open': 1, 'hold-closed': 2 } as const
/**
 * `set_io_lock_status`. After releasing an open-hold one open pulse has to follow, or the next close is ignored (seen in the field).
 * A held output answers 200 to `gpio_out` and does nothing.
 */
export const vzenithLock = (to: VzenithAddressee, io: number, lock: keyof typeof LOCKS): VzenithCommand =>
  command(to, 'set_io_lock_status', { ioout: io, status: LOCKS[lock] })

/** `serial_data`: bytes to the camera's RS-485, for a sign or a speaker behind it. */
export const vzenithSerial = (to: VzenithAddressee, channel: 0 | 1, bytes: Uint8Array): VzenithCommand =>
  command(to, 'serial_data', { serialData: [{ serialChannel: channel, data: toBase64(bytes), dataLen: bytes.length }] })

/** `ivs_trigger`: read the plate now. */
export const vzenithTrigger = (to: VzenithAddressee): VzenithCommand => command(to, 'ivs_trigger', {})
/** `snapshot`: send a picture now. */
export const vzenithSnapshot = (to: VzenithAddressee): VzenithCommand => command(to, 'snapshot', {})

/** `set_time`: local date and time as texts; the camera has no zone. */
export function vzenithSetTime(to: VzenithAddressee, utcOffsetMinutes: number): VzenithCommand {
  const local = new Date(to.at + utcOffsetMinutes * 60_000)
  const [year, month, day, hour, min, sec] = local.toISOString().split(/[-T:.Z]/)
  return command(to, 'set_time', { year, month, day, hour, min, sec })
}

/** A command as the camera hears it, wrapped in `body` or not; null for anything else. The simulator's side. */
export function readVzenithCommand(topic: string, payload: Uint8Array): VzenithHeard | null {
  const address = readVzenithTopic(topic)
  if (address?.kind !== 'command') return null
  const message = readJsonBody(payload, 64 * 1_024)
  const id = message.ok ? shortText(member(message.value, 'id'), 64) : null
  if (!message.ok || id === null) return null
  const { layout, device, name } = address
  const content = member(message.value, 'payload')
  return { layout, device, name, id, body: firstOf(member(content, 'body'), content) }
}

export interface VzenithHeard {
  readonly layout: VzenithLayout
  readonly device: string
  readonly name: string
  readonly id: string
  readonly body: unknown
}

/** What `gpio_out` asks, or null where it asks nothing an output can do. */
export function outputAsked({ name, body }: VzenithHeard): { io: number; value: 0 | 1 | 2; delayMs: number } | null {
  const io = numberIn(member(body, 'io'))
  const value = numberIn(member(body, 'value'))
  if (name !== 'gpio_out' || io === null || (value !== 0 && value !== 1 && value !== 2)) return null
  return { io, value, delayMs: numberIn(member(body, 'delay')) ?? 0 }
}

/** The camera's answer to a command, in the layout it was asked in. */
export function encodeVzenithReply({ layout, device, name, id }: VzenithHeard, code: number, at: number): VzenithCommand {
  const message = { code, id, name, payload: null, sn: device, timestamp: Math.floor(at / 1_000), version: '1.0' }
  return { id, topic: `${vzenithTopic(layout, device, 'down', name)}/reply`, payload: utf8.encode(JSON.stringify(message)) }
}
