import { toBase64 } from './base64.ts'
import type { CameraReply } from './sighting.ts'

/** What the answer to a Vzenith plate message or comet poll may order; the camera looks at it in no other answer. */
export interface VzenithAnswer {
  /** The record that is answered, as the camera sent it. */
  readonly plateId?: string | number
  /** Confirms one backfilled record and asks for the next; without it the same comes again. */
  readonly nextBackfilled?: boolean
  /** Bytes for the camera's RS-485: a sign or a speaker behind it. */
  readonly serial?: readonly { readonly channel: 0 | 1; readonly bytes: Uint8Array }[]
  /** Switches an output, 0–3. For a barrier only what the decision on disk orders. */
  readonly output?: { readonly io: number; readonly value: 'off' | 'on' | 'pulse'; readonly pulseMs?: number }
  /** Spoken by the camera itself, volume 1–100. */
  readonly speak?: { readonly text: string; readonly volume: number }
  /** Reads once more. */
  readonly trigger?: boolean
  /** Where a picture is to be posted. */
  readonly pictureTo?: string
}

const VALUES = { off: 0, on: 1, pulse: 2 } as const
const utf8 = new TextEncoder()

/** It never says `info: "ok"`, which would open: the agent opens by its own decision alone. */
function said({ plateId, nextBackfilled, serial, output, speak, trigger, pictureTo }: VzenithAnswer): Readonly<Record<string, unknown>> {
  const number = plateId === undefined ? {} : { plateid: plateId }
  return {
    ...(nextBackfilled === true ? { ContinuePushOffline: { ...number, continue: 1 } } : { info: 'no', ...number }),
    ...(serial && {
      serialData: serial.map(({ channel, bytes }) => ({ serialChannel: channel, data: toBase64(bytes), dataLen: bytes.length })),
    }),
    ...(output && { ivs_ioctrl: { io: output.io, value: VALUES[output.value], delay: Math.min(LONGEST_PULSE_MS, output.pulseMs ?? 0) } }),
    ...(speak && {
      playserver_json_request: {
        type: 'ps_voice_play',
        voice: toBase64(utf8.encode(speak.text)),
        voice_interval: 0,
        voice_volume: speak.volume,
        voice_male: 1,
      },
    }),
    ...(trigger === true && { manualTrigger: 'ok' }),
    ...(pictureTo !== undefined && { TriggerImage: { snapImageAbsolutelyUrl: pictureTo } }),
  }
}
const LONGEST_PULSE_MS = 600_000

const answered = (body: Readonly<Record<string, unknown>>): CameraReply => ({ as: 'json', status: 200, body })

/** `Response_AlarmInfoPlate` for Vzenith's own cameras. */
export const vzenithAnswer = (answer: VzenithAnswer): CameraReply => answered({ Response_AlarmInfoPlate: said(answer) })

/** AlphaDigi counts a message as delivered only with `retransfer_stop`; else it is kept and sent again without end. */
export const vzenithOemAnswer = (answer: VzenithAnswer): CameraReply =>
  answered({
    Response_AlarmInfoPlate: { info: 'no', content: 'retransfer_stop', is_pay: 'false', serialData: [], ...said(answer) },
  })

export const VZENITH_OEM_HEARTBEAT: CameraReply = answered({ Response_Heartbeat: { info: 'no', serialData: [] } })
