import { encodeDahuaKeepAlive, encodeDahuaTollgate } from '#dialects/camera/dahua-encode'
import { encodeGatKeepalive, encodeGatRegister, encodeGatVehicles, type GatRequest } from '#dialects/camera/gat1400-encode'
import { encodeHikvisionKeepAlive, hikvisionPush } from '#dialects/camera/hikvision-encode'
import type { Passage } from '#dialects/camera/passage'
import { encodeVzenithHeartbeat, encodeVzenithOldHeartbeat, encodeVzenithPush, type Push } from '#dialects/camera/vzenith-http-encode'
import {
  encodeAxisVerifier,
  encodeMilesight,
  encodeOpenAlprGroup,
  encodeOpenAlprHeartbeat,
  encodePlateRecognizer,
  encodeSurvision,
  encodeUnifiAlarm,
} from '#dialects/camera/webhook-encode'
import type { Posted } from './camera-post.ts'

/** One request of a camera; `under` follows the path it was given. */
export interface PushRequest extends Push {
  readonly under?: string
}

/** How one family of cameras pushes. */
export interface PushFamily {
  plate(passage: Passage): PushRequest
  /** Null: it has none. */
  heartbeat(device: string, at: number): PushRequest | null
  /** Said once before anything else, and again after a 401. */
  readonly register?: (device: string) => PushRequest
  /** Whether the camera counts its message as taken; else it comes again, for ever. */
  delivered(answer: Posted): boolean
}

/** What the simulated cameras' heartbeats carry in clear, as the real ones do. */
export const CAMERA_OWN_PASSWORD = 'ivs-own-password-1'

const utf8 = new TextEncoder()
const ok = ({ status }: Posted): boolean => status === 200
const json = (body: Uint8Array, under: string): PushRequest => ({ contentType: 'application/json', body, under })
const police = ({ path, headers, body }: GatRequest): PushRequest => ({
  under: path.replace(/^\/VIID/, ''),
  contentType: headers['content-type'] ?? '',
  headers: { 'user-identify': headers['user-identify'] ?? '' },
  body,
})
const webhook = (plate: (passage: Passage) => Push): PushFamily => ({ plate, heartbeat: () => null, delivered: ok })

export const PUSH_FAMILIES: Readonly<Record<string, PushFamily>> = {
  'vzenith-http': {
    plate: (passage) => encodeVzenithPush(passage),
    heartbeat: (device) => encodeVzenithHeartbeat(device, CAMERA_OWN_PASSWORD),
    delivered: ({ status, body }) => status === 200 && body.includes('Response_AlarmInfoPlate'),
  },
  'vzenith-oem-http': {
    plate: (passage) => encodeVzenithPush(passage, 'oem'),
    heartbeat: (device) => encodeVzenithOldHeartbeat(device),
    delivered: ({ status, body }) => status === 200 && /"content":"retransfer_stop"/.test(body),
  },
  hikvision: {
    plate: (passage) => hikvisionPush(passage, { boundary: 'MIME_boundary', lengths: 'zero' }),
    heartbeat: (device, at) => ({ contentType: 'application/xml', body: utf8.encode(encodeHikvisionKeepAlive(device, at)) }),
    delivered: ok,
  },
  'dahua-itsapi': {
    plate: (passage) => json(encodeDahuaTollgate(passage), '/TollgateInfo'),
    heartbeat: (device) => json(encodeDahuaKeepAlive(device), '/KeepAlive'),
    delivered: ({ status, body }) => status === 200 && /"result":"true"/.test(body),
  },
  'dahua-itsapi-boolean': {
    plate: (passage) => json(encodeDahuaTollgate(passage), '/TollgateInfo'),
    heartbeat: (device) => json(encodeDahuaKeepAlive(device), '/KeepAlive'),
    delivered: ({ status, body }) => status === 200 && /"result":true/.test(body),
  },
  gat1400: {
    plate: (passage) => police(encodeGatVehicles(passage.device, [passage])),
    heartbeat: (device) => police(encodeGatKeepalive(device)),
    register: (device) => police(encodeGatRegister(device)),
    delivered: ({ status, body }) => status === 200 && /"StatusCode":"?0"?/.test(body),
  },
  openalpr: {
    plate: encodeOpenAlprGroup,
    heartbeat: (device, at) => encodeOpenAlprHeartbeat(device, at),
    delivered: ok,
  },
  'plate-recognizer': webhook(encodePlateRecognizer),
  'unifi-protect': webhook(encodeUnifiAlarm),
  survision: webhook(encodeSurvision),
  'axis-verifier': webhook((passage) => encodeAxisVerifier(passage, 'lost')),
  milesight: webhook(encodeMilesight),
  // A make nobody wrote a dialect for; a mapping profile reads it.
  'mapped-json': {
    plate: ({ device, at, record, text, confidence }) =>
      json(
        utf8.encode(JSON.stringify({ unit: device, kind: 'lpr', data: [{ no: text ?? 'NONE', score: confidence, t: at, id: record }] })),
        '',
      ),
    heartbeat: (device) => json(utf8.encode(JSON.stringify({ unit: device, kind: 'alive' })), ''),
    delivered: ok,
  },
}
