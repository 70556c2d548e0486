import { CAMERA_DIALECTS } from '#dialects/camera/camera-dialects'
import { momentIn } from '#dialects/camera/device-clock'
import { HIKVISION_STREAM_PATH, hikvision, hikvisionStream } from '#dialects/camera/hikvision'
import { HIKVISION_POLL_PATH, hikvisionPlatesAfter } from '#dialects/camera/hikvision-poll'
import type { CameraDialect, CameraStream } from '#dialects/camera/sighting'
import { readXml, xmlText } from '#dialects/camera/xml'
import type { PollPlan } from './camera-poll.ts'

/** What a stream or a line is to know of its camera beyond its bytes. */
export interface StreamSettings {
  /** For firmware that counts local time as if it were UTC. */
  readonly utcOffsetMinutes: number | null
}

/** One kind of camera, as a configuration names it: its language and its way in. */
export type CameraKind =
  | { readonly by: 'mqtt' | 'http-push'; readonly dialect: CameraDialect; readonly heartbeat: boolean; readonly path: string | null }
  | { readonly by: 'http-stream'; readonly path: string; stream(settings: StreamSettings): CameraStream }
  | { readonly by: 'http-poll'; readonly dialect: CameraDialect; readonly plan: PollPlan }
  | { readonly by: 'serial'; stream(settings: StreamSettings): CameraStream }

/** They tell of vehicles and of nothing else: a dead one cannot be told from a quiet night. */
const WITHOUT_HEARTBEAT = new Set([
  'hikvision',
  'plate-recognizer',
  'unifi-protect',
  'survision',
  'axis-verifier',
  'milesight',
  'mapped-json',
])
/** Where the maker's firmware posts, whatever one would like. */
const FIXED_PATHS: Readonly<Record<string, string>> = { 'dahua-itsapi': '/NotificationInfo', gat1400: '/VIID' }

const hikvisionTime = (body: Uint8Array): number | null => {
  const reading = readXml(body)
  return reading.ok ? momentIn(xmlText(reading.root, 'localTime')) : null
}

const kindOf = (dialect: CameraDialect): CameraKind[] =>
  dialect.carriedBy === 'mqtt' || dialect.carriedBy === 'http-push'
    ? [{ by: dialect.carriedBy, dialect, heartbeat: !WITHOUT_HEARTBEAT.has(dialect.name), path: FIXED_PATHS[dialect.name] ?? null }]
    : []

const PUSHED = Object.fromEntries(Object.values(CAMERA_DIALECTS).flatMap((dialect) => kindOf(dialect).map((kind) => [dialect.name, kind])))

export const CAMERA_KINDS: Readonly<Record<string, CameraKind>> = {
  ...PUSHED,
  'hikvision-stream': { by: 'http-stream', path: HIKVISION_STREAM_PATH, stream: hikvisionStream },
  'hikvision-poll': {
    by: 'http-poll',
    dialect: hikvision,
    plan: {
      clock: { path: '/ISAPI/System/time', read: hikvisionTime },
      ask: (after) => ({
        method: 'POST',
        path: HIKVISION_POLL_PATH,
        headers: { 'content-type': 'application/xml' },
        body: hikvisionPlatesAfter(after),
      }),
    },
  },
}

/** What a camera is that does not say: the kind most mines have. */
export const DEFAULT_CAMERA_KIND = 'vzenith-mqtt'

/** The kind of that name, or null: the caller says which names there are. */
export const cameraKind = (name: string): CameraKind | null => (Object.hasOwn(CAMERA_KINDS, name) ? (CAMERA_KINDS[name] ?? null) : null)
