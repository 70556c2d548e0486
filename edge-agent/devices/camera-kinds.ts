import { CAMERA_DIALECTS } from '#dialects/camera/camera-dialects'
import { DAHUA_EVENT_PATH, dahuaEventStream } from '#dialects/camera/dahua-event'
import { dahuaItsapi } from '#dialects/camera/dahua-itsapi'
import { DAHUA_SNAP_PATH, dahuaSnapStream } from '#dialects/camera/dahua-snap'
import { momentIn } from '#dialects/camera/device-clock'
import { HIKVISION_STREAM_PATH, hikvision, hikvisionStream } from '#dialects/camera/hikvision'
import { HIKVISION_POLL_PATH, hikvisionPlatesAfter } from '#dialects/camera/hikvision-poll'
import type { JsonMapping } from '#dialects/camera/json-mapping'
import { lilin, lilinPoll } from '#dialects/camera/lilin'
import { mappedJson } from '#dialects/camera/mapped-json'
import { serial8a7fStream } from '#dialects/camera/serial-8a7f'
import type { CameraDialect, CameraStream } from '#dialects/camera/sighting'
import { readXml, xmlText } from '#dialects/camera/xml'
import type { PollPlan } from './camera-poll.ts'

/** What a kind may want to know of one camera beyond its bytes. */
export interface KindSettings {
  /** By how much its times are ahead of UTC where they should not be, or where they name no zone. */
  readonly minutesAhead?: number
  /** `mapped-json` only. */
  readonly mapping?: JsonMapping
}

/** One kind of camera, as a configuration names it: its language and its way in. */
export type CameraKind =
  | {
      readonly by: 'mqtt' | 'http-push'
      dialect(settings: KindSettings): CameraDialect
      /** Without one a dead camera cannot be told from a quiet night. */
      heartbeat(settings: KindSettings): boolean
      /** Where its firmware posts, whatever one would like; null where it can be set. */
      readonly path: string | null
      /** The settings it looks at. */
      readonly looksAt?: readonly (keyof KindSettings)[]
    }
  | {
      readonly by: 'http-stream'
      readonly path: string
      stream(settings: KindSettings): CameraStream
      readonly looksAt?: readonly (keyof KindSettings)[]
    }
  | { readonly by: 'http-poll'; readonly dialect: CameraDialect; readonly plan: PollPlan }
  | { readonly by: 'serial'; stream(): CameraStream }

/**
 * Where a maker's camera answers with a picture of this moment: Hikvision ISAPI (channel 1, main stream), Dahua CGI. Other kinds are asked in
 * their own language (Vzenith over MQTT), or at the address a configuration gives, or not at all: then the newest one it pushed counts.
 */
export const SNAPSHOT_PATHS: Readonly<Record<string, string>> = {
  'hikvision-stream': '/ISAPI/Streaming/channels/101/picture',
  'hikvision-poll': '/ISAPI/Streaming/channels/101/picture',
  'dahua-event': '/cgi-bin/snapshot.cgi?channel=1',
  'dahua-snap': '/cgi-bin/snapshot.cgi?channel=1',
}

/** Where the maker's firmware posts, whatever one would like. */
const FIXED_PATHS: Readonly<Record<string, string>> = { gat1400: '/VIID' }
const WITHOUT_HEARTBEAT = new Set(['hikvision', 'plate-recognizer', 'unifi-protect', 'survision', 'axis-verifier', 'milesight'])

const PUSHED: Readonly<Record<string, CameraKind>> = Object.fromEntries(
  Object.values(CAMERA_DIALECTS).flatMap((dialect): [string, CameraKind][] =>
    dialect.carriedBy === 'mqtt' || dialect.carriedBy === 'http-push'
      ? [
          [
            dialect.name,
            {
              by: dialect.carriedBy,
              dialect: () => dialect,
              heartbeat: () => !WITHOUT_HEARTBEAT.has(dialect.name),
              path: FIXED_PATHS[dialect.name] ?? null,
            },
          ],
        ]
      : [],
  ),
)

const hikvisionTime = (body: Uint8Array): number | null => {
  const reading = readXml(body)
  return reading.ok ? momentIn(xmlText(reading.root, 'localTime')) : null
}

const itsapi = (resultAs: 'text' | 'boolean'): CameraKind => ({
  by: 'http-push',
  dialect: (settings) => dahuaItsapi({ ...settings, resultAs }),
  heartbeat: () => true,
  path: '/NotificationInfo',
  looksAt: ['minutesAhead'],
})

/** Used where a configuration was checked without its mapping file, which is a mistake already told. */
const NO_MAPPING: JsonMapping = { plate: 'plate' }

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
  'dahua-event': { by: 'http-stream', path: DAHUA_EVENT_PATH, stream: dahuaEventStream, looksAt: ['minutesAhead'] },
  'dahua-snap': { by: 'http-stream', path: DAHUA_SNAP_PATH, stream: dahuaSnapStream, looksAt: ['minutesAhead'] },
  'dahua-itsapi': itsapi('text'),
  'dahua-itsapi-boolean': itsapi('boolean'),
  lilin: { by: 'http-poll', dialect: lilin, plan: { clock: null, ask: () => ({ method: 'GET', path: lilinPoll(20) }) } },
  'serial-8a7f': { by: 'serial', stream: serial8a7fStream },
  'mapped-json': {
    by: 'http-push',
    dialect: ({ mapping }) => mappedJson(mapping ?? NO_MAPPING),
    heartbeat: ({ mapping }) => mapping?.heartbeatWhen !== undefined,
    path: null,
    looksAt: ['mapping'],
  },
}

/** What a camera is that does not say: the kind most mines have. */
export const DEFAULT_CAMERA_KIND = 'vzenith-mqtt'

/** The kind of that name, or null: the caller says which names there are. */
export const cameraKind = (name: string): CameraKind | null => (Object.hasOwn(CAMERA_KINDS, name) ? (CAMERA_KINDS[name] ?? null) : null)
