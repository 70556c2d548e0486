import { localDigits } from './device-clock.ts'
import { gat1400Vehicle } from './gat1400-vehicle.ts'
import { firstOf, member, readJsonBody, shortText } from './json-body.ts'
import type { CameraDialect, CameraMessage, CameraMistake, CameraReply, Envelope } from './sighting.ts'
import { LONGEST_MESSAGE } from './vzenith-mqtt.ts'

/**
 * GA/T 1400 (视图库), the side of the view library: cameras and platforms post to us under /VIID, JSON as `application/VIID+JSON`.
 *
 *   POST System/Register, System/Keepalive, System/UnRegister     {RegisterObject|KeepaliveObject|UnRegisterObject: {DeviceID}}
 *   GET  System/Time                                              answered with our time
 *   POST MotorVehicles                                            {MotorVehicleListObject: {MotorVehicleObject: [...]}}
 *   POST SubscribeNotifications                                   the same list inside {SubscribeNotificationListObject: ...}
 *
 * Every request waits for a status of its own form, or comes again. HTTP digest at Register is the listener's; later requests name
 * their device in the header `User-Identify`. Sources: implementations of the standard (haoxianrui/gat1400, xiezhihui98/GAT1400).
 */
export const gat1400: CameraDialect = {
  name: 'gat1400',
  about: 'GA/T 1400 police view library (视图库): we are the server that is posted to',
  carriedBy: 'http-push',
  decode: (envelope) => {
    const path = envelope.place.split('?')[0] ?? ''
    const service = /\/VIID\/(.*?)\/?$/i.exec(path)?.[1]?.toLowerCase()
    const request: Request = { path, identity: shortText(envelope.headers['user-identify'], 64), envelope }
    switch (service) {
      case 'system/time':
        return [{ kind: 'heartbeat', device: request.identity, reply: timeReply(envelope.receivedAt) }]
      case 'system/register':
      case 'system/unregister':
      case 'system/keepalive':
        return [signOfLife(request)]
      default:
        return vehicles(request, service)
    }
  },
}

interface Request {
  readonly path: string
  /** What the header calls the sender. */
  readonly identity: string | null
  readonly envelope: Envelope
}

const MOST_VEHICLES = 100
const LATEST_TIME = 8.64e15

/** As the standard's appendix numbers them. */
type StatusCode = '0' | '4' | '7' | '8'
const STATUS: Readonly<Record<StatusCode, string>> = {
  0: 'OK',
  4: 'Invalid Operation',
  7: 'Invalid JSON Format',
  8: 'Invalid JSON Content',
}

const now = (receivedAt: number): string => localDigits(Math.min(Math.max(0, receivedAt), LATEST_TIME / 2))
const status = (id: string, request: Request, code: StatusCode = '0') => ({
  Id: id,
  RequestURL: request.path,
  StatusCode: code,
  StatusString: STATUS[code],
  LocalTime: now(request.envelope.receivedAt),
})
const one = (id: string, request: Request, code: StatusCode = '0'): CameraReply => ({
  as: 'json',
  status: 200,
  body: { ResponseStatusObject: status(id, request, code) },
})
const many = (ids: readonly string[], request: Request): CameraReply => ({
  as: 'json',
  status: 200,
  body: { ResponseStatusListObject: { ResponseStatusObject: ids.map((id) => status(id, request)) } },
})
const timeReply = (receivedAt: number): CameraReply => ({
  as: 'json',
  status: 200,
  body: { SystemTimeObject: { VIIDServerID: '', TimeMode: '1', LocalTime: now(receivedAt), TimeZone: 'Asia/Shanghai' } },
})

/** Answered whatever its body is: a device that is not answered registers again without end. */
function signOfLife(request: Request): CameraMessage {
  const body = readJsonBody(request.envelope.body, LONGEST_MESSAGE)
  const said = body.ok
    ? firstOf(
        ...['RegisterObject', 'UnRegisterObject', 'KeepaliveObject', 'KeepAliveObject'].map((name) => member(body.value, name, 'DeviceID')),
        member(body.value, 'DeviceID'),
      )
    : null
  const device = shortText(said, 64) ?? request.identity
  return { kind: 'heartbeat', device, reply: one(device ?? '', request) }
}

function vehicles(request: Request, service: string | undefined): readonly CameraMessage[] {
  const { body, receivedAt } = request.envelope
  const refused = (why: CameraMistake, code: StatusCode): readonly CameraMessage[] => [
    { kind: 'error', device: request.identity, why, reply: one('', request, code) },
  ]
  if (body.every((byte) => byte <= 0x20)) return refused('empty-body', '7')
  const json = readJsonBody(body, LONGEST_MESSAGE)
  if (!json.ok) return refused(json.why, '7')
  const notifications = listOf(member(json.value, 'SubscribeNotificationListObject', 'SubscribeNotificationObject'))
  const told = vehiclesIn(json.value, notifications)
  if (told === null) {
    if (service === undefined) return refused('bad-path', '4')
    if (service === 'motorvehicles') return refused('missing-plate-result', '8')
    // Faces, persons and pictures are not ours; unanswered, they would come again for ever.
    const reply = notifications.length > 0 ? many(notifications.map(idOf), request) : many([''], request)
    return [{ kind: 'ignored', device: request.identity, why: `objects of kind ${shortText(service, 40) ?? ''}`, reply }]
  }
  const sightings = told.slice(0, MOST_VEHICLES).map((vehicle) => gat1400Vehicle(vehicle, receivedAt))
  const ids = notifications.length > 0 ? notifications.map(idOf) : sightings.map(({ record }) => record ?? '')
  const reply = many(ids, request)
  const [first, ...others] = sightings.map((sighting) => ({ ...sighting, device: sighting.device ?? request.identity }))
  if (first === undefined) return [{ kind: 'ignored', device: request.identity, why: 'a list of no vehicles', reply }]
  return [{ ...first, reply }, ...others]
}

const idOf = (notification: unknown): string => shortText(member(notification, 'NotificationID'), 64) ?? ''
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value.slice(0, MOST_VEHICLES) : typeof value === 'object' && value !== null ? [value] : []

const arrayOr = (value: unknown): unknown => (Array.isArray(value) ? value : undefined)

/** Every vehicle of a list, in a request or in a subscription's notifications; null where there is no list of vehicles. */
function vehiclesIn(body: unknown, notifications: readonly unknown[]): readonly unknown[] | null {
  const lists = [
    member(body, 'MotorVehicleListObject', 'MotorVehicleObject'),
    arrayOr(member(body, 'MotorVehicleListObject')),
    member(body, 'MotorVehicleObjectList', 'MotorVehicleObject'),
    member(body, 'SubscribeNotificationListObject', 'MotorVehicleObjectList', 'MotorVehicleObject'),
    ...notifications.flatMap((notification) => [
      member(notification, 'MotorVehicleObjectList', 'MotorVehicleObject'),
      member(notification, 'MotorVehicleObjectList', 'MotorVehicleListObject', 'MotorVehicleObject'),
      // Some vendors leave the inner name out.
      arrayOr(member(notification, 'MotorVehicleObjectList')),
    ]),
    member(body, 'MotorVehicleObject'),
  ].filter((list) => typeof list === 'object' && list !== null)
  return lists.length === 0 ? null : lists.flatMap(listOf)
}
