import { toBase64 } from './base64.ts'
import { localDigits } from './device-clock.ts'
import { GAT_COLOURS } from './gat1400-tables.ts'
import type { Passage } from './passage.ts'

/** The device's side of GA/T 1400, for simulators: what to send where. `device` has 20 digits. */
export interface GatRequest {
  readonly method: 'POST' | 'GET'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** A trailer's plate beside the tractor's. */
export interface GatPassage extends Passage {
  readonly attachedText?: string
}

export const encodeGatRegister = (device: string): GatRequest =>
  post('/VIID/System/Register', device, { RegisterObject: { DeviceID: device } })
export const encodeGatUnRegister = (device: string): GatRequest =>
  post('/VIID/System/UnRegister', device, { UnRegisterObject: { DeviceID: device } })
export const encodeGatKeepalive = (device: string): GatRequest =>
  post('/VIID/System/Keepalive', device, { KeepaliveObject: { DeviceID: device } })
export const encodeGatTime = (device: string): GatRequest => ({
  ...post('/VIID/System/Time', device, ''),
  method: 'GET',
  body: new Uint8Array(),
})

export const encodeGatVehicles = (device: string, passages: readonly GatPassage[]): GatRequest =>
  post('/VIID/MotorVehicles', device, { MotorVehicleListObject: { MotorVehicleObject: passages.map(vehicle) } })

/** The same as a subscription's notification. */
export const encodeGatNotification = (device: string, id: string, passages: readonly GatPassage[]): GatRequest =>
  post('/VIID/SubscribeNotifications', device, {
    SubscribeNotificationListObject: {
      SubscribeNotificationObject: [
        { NotificationID: id, SubscribeID: device, MotorVehicleObjectList: { MotorVehicleObject: passages.map(vehicle) } },
      ],
    },
  })

const utf8 = new TextEncoder()
const post = (path: string, device: string, body: unknown): GatRequest => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/VIID+JSON;charset=UTF-8', 'user-identify': device },
  body: utf8.encode(JSON.stringify(body)),
})

function vehicle(passage: GatPassage): object {
  const colour = passage.colour === 'yellow-green' ? 'green' : passage.colour
  const image = (data: Uint8Array, type: string): object => ({
    ImageID: `${passage.record}${type}`,
    DeviceID: passage.device,
    Type: type,
    FileFormat: 'Jpeg',
    Data: toBase64(data),
  })
  return {
    MotorVehicleID: passage.record,
    InfoKind: 1,
    SourceID: passage.record.slice(0, 41),
    DeviceID: passage.device,
    HasPlate: passage.text === null ? '0' : '1',
    PlateClass: passage.text === null ? '99' : passage.colour === 'yellow-green' ? '51' : passage.colour === 'green' ? '52' : '01',
    PlateColor: Object.keys(GAT_COLOURS).find((number) => GAT_COLOURS[number] === colour) ?? '99',
    PlateNo: passage.text ?? '',
    ...(passage.attachedText !== undefined && { PlateNoAttach: passage.attachedText }),
    PlateReliability: String(passage.confidence),
    PassTime: localDigits(passage.at),
    LaneNo: passage.lane ?? 1,
    Direction: passage.direction ?? '',
    DirvingStatusCode: '',
    ...(passage.pictures && {
      SubImageList: { SubImageInfoObject: [image(passage.pictures.full, '01'), image(passage.pictures.plate, '02')] },
    }),
  }
}
