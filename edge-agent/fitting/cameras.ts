import { milliseconds, type Span, seconds } from '#edge/units'
import { readMapping } from '../config/camera-mapping.ts'
import type { CameraConfig } from '../config/cameras.ts'
import { CAMERA_REPEAT_WITHIN, CAMERA_SILENT_AFTER, type Camera, type CameraParts, cameraDevice } from '../devices/camera.ts'
import { type CameraKind, cameraKind, DEFAULT_CAMERA_KIND, type KindSettings, SNAPSHOT_PATHS } from '../devices/camera-kinds.ts'
import { mqttWay } from '../devices/camera-mqtt.ts'
import { pollWay } from '../devices/camera-poll.ts'
import { pushWay } from '../devices/camera-push.ts'
import { serialWay } from '../devices/camera-serial.ts'
import { httpSnapshot, type Snapshot } from '../devices/camera-snapshot.ts'
import { streamWay } from '../devices/camera-stream.ts'
import type { OpenCameraWay } from '../devices/camera-way.ts'
import { type HttpDevice, httpDevice } from '../devices/http-device.ts'
import type { HttpListener } from '../devices/http-listener.ts'
import type { LanBroker } from '../devices/lan-broker.ts'
import type { SignInRule } from '../devices/sign-in.ts'
import { EdgeError } from '../errors.ts'
import { common, type Fitting } from './fitting.ts'

export interface CameraHouses {
  readonly broker: LanBroker
  /** Null where the configuration has none: no camera then needs it. */
  readonly listener: HttpListener | null
}

/** `camera-front`, and `camera-front-2` for the second of one side. */
export const cameraNames = (cameras: readonly Pick<CameraConfig, 'side'>[]): string[] =>
  cameras.map(({ side }, at) => {
    const nth = cameras.slice(0, at + 1).filter((camera) => camera.side === side).length
    return nth === 1 ? `camera-${side}` : `camera-${side}-${nth}`
  })

export const fitCameras = (fitting: Fitting, cameras: readonly CameraConfig[], houses: CameraHouses): Camera[] => {
  const names = cameraNames(cameras)
  return cameras.map((config, at) => {
    const parts = common(fitting, names[at] ?? `camera-${config.side}`)
    return cameraDevice({ ...parts, ...fittedCamera(config, houses, parts), onPicture: fitting.lane.picture })
  })
}

type FittingParts = Pick<ReturnType<typeof common>, 'clock' | 'log' | 'schedule'>

/** What the device needs that depends on its kind: the way its messages come in, and how long it may be quiet. */
export function fittedCamera(
  config: CameraConfig,
  houses: CameraHouses,
  parts: FittingParts,
): Pick<CameraParts, 'side' | 'way' | 'silentAfter' | 'repeatWithin' | 'snapshot'> {
  const kind = cameraKind(config.kind ?? DEFAULT_CAMERA_KIND)
  if (kind === null) throw new EdgeError('config-wrong', { camera: config.kind })
  const settings = settingsOf(config)
  const server = serverOf(kind, config, parts)
  return {
    side: config.side,
    way: wayOf(kind, config, settings, houses, { ...parts, server }),
    silentAfter: silentAfter(kind, config, settings),
    repeatWithin: CAMERA_REPEAT_WITHIN,
    snapshot: snapshotOf(config, server, parts),
  }
}

function silentAfter(kind: CameraKind, { silentAfterSeconds }: CameraConfig, settings: KindSettings): Span | null {
  if (silentAfterSeconds !== undefined) return milliseconds(Math.round(silentAfterSeconds * 1_000))
  return 'heartbeat' in kind && !kind.heartbeat(settings) ? null : CAMERA_SILENT_AFTER
}

function settingsOf({ utcOffsetMinutes, mapping }: CameraConfig): KindSettings {
  const reading = mapping === undefined ? null : readMapping(mapping)
  if (reading?.ok === false) throw new EdgeError('config-wrong', { mapping, why: reading.mistakes[0]?.en })
  return {
    ...(utcOffsetMinutes === undefined ? {} : { minutesAhead: utcOffsetMinutes }),
    ...(reading === null ? {} : { mapping: reading.mapping }),
  }
}

function wayOf(
  kind: CameraKind,
  config: CameraConfig,
  settings: KindSettings,
  houses: CameraHouses,
  { clock, log, schedule, server }: FittingParts & { readonly server: HttpDevice | null },
): OpenCameraWay {
  const { address = '', serialNumber, path, from } = config
  switch (kind.by) {
    case 'mqtt':
      return mqttWay({ dialect: kind.dialect(settings), serialNumber: serialNumber ?? '', broker: houses.broker, clock, log })
    case 'http-push': {
      if (houses.listener === null) throw new EdgeError('config-wrong', { why: 'no cameraListener' })
      const dialect = kind.dialect(settings)
      return pushWay({
        dialect,
        listener: houses.listener,
        path: path ?? kind.path ?? '',
        ...(from === undefined ? {} : { from }),
        ...(serialNumber === undefined ? {} : { serialNumber }),
        signIn: signInRule(dialect.name, config),
        clock,
      })
    }
    case 'http-stream':
      return streamWay({ device: listenedTo(server), path: kind.path, decoder: kind.stream(settings), schedule, clock, log })
    case 'http-poll': {
      const every = config.pollSeconds === undefined ? seconds(1) : milliseconds(Math.round(config.pollSeconds * 1_000))
      return pollWay({ device: listenedTo(server), dialect: kind.dialect, plan: kind.plan, every, schedule, clock, log })
    }
    case 'serial':
      return serialWay({ address, decoder: kind.stream(), schedule, clock, log })
  }
}

function listenedTo(server: HttpDevice | null): HttpDevice {
  if (server === null) throw new Error('a camera that is listened to or asked has a web server')
  return server
}

/** The camera's own web server, where it is listened to or asked: one sign-in for its plates and its pictures, because some count their nonces. */
function serverOf(kind: CameraKind, { address = '', ...signIn }: CameraConfig, { clock, log }: FittingParts): HttpDevice | null {
  if (kind.by !== 'http-stream' && kind.by !== 'http-poll') return null
  return httpDevice({ baseUrl: address, clock, log, ...signInOf(signIn) })
}

/** Where it is configured, there; else where cameras of its kind have it. */
function snapshotOf({ snapshot, kind }: CameraConfig, server: HttpDevice | null, { clock, log }: FittingParts): Snapshot | null {
  if (snapshot !== undefined) {
    const { origin, pathname, search } = new URL(snapshot.url)
    return httpSnapshot(httpDevice({ baseUrl: origin, clock, log, ...signInOf(snapshot) }), `${pathname}${search}`)
  }
  const path = SNAPSHOT_PATHS[kind ?? DEFAULT_CAMERA_KIND]
  return server === null || path === undefined ? null : httpSnapshot(server, path)
}

const signInOf = ({ user, password }: Pick<CameraConfig, 'user' | 'password'>) =>
  user === undefined ? {} : { user, password: password ?? '' }

function signInRule(dialect: string, { user, password = '', signIn }: CameraConfig): SignInRule {
  if (signIn === 'token') return { kind: 'token', token: password }
  if (user === undefined) return { kind: 'none' }
  if (signIn === 'basic') return { kind: 'basic', user, password }
  if (dialect === 'gat1400') return { kind: 'registered', user, password }
  return { kind: 'digest', user, password, emptyNonce: dialect.startsWith('dahua-itsapi') }
}
