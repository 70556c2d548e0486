import { toBase64 } from './base64.ts'
import { DAHUA_COLOURS } from './dahua-tables.ts'
import { localIso } from './device-clock.ts'
import { concat, encodePart, type Lengths } from './multipart-encode.ts'
import type { Passage } from './passage.ts'

/** The camera's side of Dahua's three ways, for simulators. */
export interface DahuaPassage extends Passage {
  /** Newer firmware tells the plate of the other end too. */
  readonly backText?: string
  readonly axles?: number
}

const BOUNDARY = 'myboundary'
const utf8 = new TextEncoder()
const text = (body: string, lengths: Lengths): Uint8Array =>
  encodePart({ headers: { 'Content-Type': 'text/plain' }, body: utf8.encode(body) }, BOUNDARY, lengths)
const colourOf = (passage: Passage): string =>
  passage.text === null ? 'Unknown' : (Object.keys(DAHUA_COLOURS).find((word) => DAHUA_COLOURS[word] === passage.colour) ?? 'Unknown')
const eventNumber = (record: string): number => Number(/\d{1,9}/.exec(record)?.[0] ?? 0)

/** `Heartbeat`, of either stream. */
export const encodeDahuaHeartbeat = (lengths: Lengths = 'right'): Uint8Array => text('Heartbeat', lengths)

/** An event of the eventManager stream: JSON over several lines. */
export function encodeDahuaEvent(passage: DahuaPassage, lengths: Lengths = 'zero'): Uint8Array {
  const data = {
    EventID: eventNumber(passage.record),
    Lane: passage.lane ?? 1,
    Object: { ObjectType: 'Vehicle', Text: 'Audi}' },
    ...(passage.openedByCamera !== undefined && { OpenStrobeState: passage.openedByCamera ? 'Auto' : 'Close' }),
    ...(passage.backText !== undefined && { PlateInfo: { FrontPlateNumber: passage.text ?? '', BackPlateNumber: passage.backText } }),
    ...(passage.axles !== undefined && { CarWeightInfo: { AxleNum: passage.axles } }),
    TrafficCar: {
      MachineName: passage.device,
      Lane: passage.lane ?? 1,
      PlateNumber: passage.text ?? 'unlicensed',
      PlateColor: colourOf(passage),
      DrivingDirection: [passage.direction ?? 'Approach'],
    },
    UTC: Math.floor(passage.at / 1_000),
    UTCMS: passage.at % 1_000,
  }
  return text(`Code=TrafficJunction;action=Pulse;index=0;data=${JSON.stringify(data, null, 3)}\r\n`, lengths)
}

/** An event of the snapManager stream: its lines and, where there is one, its picture. */
export function encodeDahuaSnap(passage: DahuaPassage, lengths: Lengths = 'right'): Uint8Array {
  const fields: Readonly<Record<string, string | number | undefined>> = {
    'EventBaseInfo.Code': 'TrafficJunction',
    'EventBaseInfo.Action': 'Pulse',
    EventID: eventNumber(passage.record),
    Lane: passage.lane ?? 1,
    'Object.Text': 'Audi',
    OpenStrobeState: passage.openedByCamera === undefined ? undefined : passage.openedByCamera ? 'Auto' : 'Close',
    'PlateInfo.FrontPlateNumber': passage.backText === undefined ? undefined : (passage.text ?? ''),
    'PlateInfo.BackPlateNumber': passage.backText,
    'CarWeightInfo.AxleNum': passage.axles,
    'TrafficCar.DrivingDirection[0]': passage.direction ?? 'Approach',
    'TrafficCar.MachineName': passage.device,
    'TrafficCar.PlateColor': colourOf(passage),
    'TrafficCar.PlateNumber': passage.text ?? 'unlicensed',
    UTC: Math.floor(passage.at / 1_000),
    UTCMS: passage.at % 1_000,
  }
  const lines = Object.entries(fields).flatMap(([path, value]) => (value === undefined ? [] : [`Events[0].${path}=${value}\r\n`]))
  const event = text(lines.join(''), lengths)
  if (passage.pictures === undefined) return event
  return concat([event, encodePart({ headers: { 'Content-Type': 'image/jpeg' }, body: passage.pictures.full }, BOUNDARY, lengths)])
}

/** The body of POST /NotificationInfo/TollgateInfo. */
export function encodeDahuaTollgate(passage: Passage): Uint8Array {
  const [date = '', time = ''] = localIso(passage.at).split('T')
  const picture = (content: Uint8Array, name: string): object => ({ Content: toBase64(content), PicName: name })
  return utf8.encode(
    JSON.stringify({
      Picture: {
        Plate: {
          Confidence: passage.confidence,
          IsExist: passage.text !== null,
          PlateColor: colourOf(passage),
          PlateNumber: passage.text ?? 'unlicensed',
        },
        SnapInfo: {
          AccurateTime: `${date} ${time}.${String(passage.at % 1_000).padStart(3, '0')}`,
          DeviceID: passage.device,
          Direction: passage.direction ?? 'Obverse',
          LanNo: passage.lane ?? 1,
          OpenStrobe: passage.openedByCamera ?? false,
          TimeZone: 8,
        },
        ...(passage.pictures && {
          NormalPic: picture(passage.pictures.full, 'normal.jpg'),
          CutoutPic: picture(passage.pictures.plate, 'cutout.jpg'),
        }),
      },
    }),
  )
}

/** The body of POST /NotificationInfo/KeepAlive. */
export const encodeDahuaKeepAlive = (device: string): Uint8Array => utf8.encode(JSON.stringify({ Active: 'keepAlive', DeviceID: device }))
