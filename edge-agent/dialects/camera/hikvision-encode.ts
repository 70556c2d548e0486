import { localIso } from './device-clock.ts'
import { COLOUR_PREFIXES, HIKVISION_COLOURS } from './hikvision-tables.ts'
import { encodeMultipart, encodePart, type Lengths, type PartToSend } from './multipart-encode.ts'
import type { Passage } from './passage.ts'
import { asXmlText } from './xml.ts'

/** The camera's side of Hikvision's ISAPI, for simulators: the events of `hikvision.ts` as a camera at +08:00 writes them. */
export function encodeHikvisionEvent(passage: Passage): string {
  const prefix = COLOUR_PREFIXES.find(([, colour]) => colour === passage.colour)?.[0] ?? ''
  const colour = Object.keys(HIKVISION_COLOURS).find((word) => HIKVISION_COLOURS[word] === passage.colour) ?? 'unknown'
  const anpr = element('ANPR', {
    country: 59,
    licensePlate: passage.text === null ? 'noPlate' : `${prefix}${passage.text}`,
    line: passage.lane ?? 1,
    direction: passage.direction ?? 'unknown',
    confidenceLevel: passage.confidence,
    plateColor: passage.text === null ? 'unknown' : colour,
    barrierGateCtrlType: passage.openedByCamera === true ? 0 : 1,
    alarmDataType: passage.backfill === true ? 1 : 0,
  })
  return alert(
    passage,
    [`${fields({ eventType: 'ANPR', eventState: 'active', eventDescription: 'ANPR', activePostCount: 1 })}${anpr}`],
    fields({ UUID: passage.record, picNum: passage.pictures ? 2 : 0, isDataRetransmission: passage.backfill === true }),
  )
}

/** The stream's sign of life. */
export const encodeHikvisionKeepAlive = (device: string, at: number): string =>
  alert({ device, at }, [
    fields({ activePostCount: 0, eventType: 'videoloss', eventState: 'inactive', eventDescription: 'videoloss alarm' }),
  ])

/** A push (httpHosts): the document and, where there are any, its pictures. */
export function hikvisionPush(
  passage: Passage,
  { boundary = 'boundary', lengths = 'right' }: { readonly boundary?: string; readonly lengths?: Lengths } = {},
): { readonly contentType: string; readonly body: Uint8Array } {
  const named = (name: string, type: string, body: Uint8Array): PartToSend => ({
    headers: { 'Content-Disposition': `form-data; name="${name}"; filename="${name}"`, 'Content-Type': type },
    body,
  })
  const parts = [
    named('anpr.xml', 'text/xml', utf8.encode(encodeHikvisionEvent(passage))),
    ...(passage.pictures
      ? [
          named('licensePlatePicture.jpg', 'image/jpeg', passage.pictures.plate),
          named('detectionPicture.jpg', 'image/pjpeg', passage.pictures.full),
        ]
      : []),
  ]
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: encodeMultipart(parts, boundary, lengths) }
}

/** One part of the alert stream: a document or a JPEG. */
export const hikvisionPart = (what: string | Uint8Array, lengths: Lengths = 'right'): Uint8Array =>
  typeof what === 'string'
    ? encodePart({ headers: { 'Content-Type': 'application/xml; charset="UTF-8"' }, body: utf8.encode(what) }, 'boundary', lengths)
    : encodePart({ headers: { 'Content-Type': 'image/jpeg' }, body: what }, 'boundary', lengths)

/** The answer to a poll: what passed since. */
export const encodeHikvisionPlates = (passages: readonly Passage[]): string =>
  `${DECLARATION}<Plates version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema">${passages
    .map(({ at, text, record, lane, direction }) =>
      element('Plate', {
        captureTime: `${localIso(at).replace(/[-:]/g, '')}+0800`,
        plateNumber: text ?? 'noPlate',
        picName: record,
        country: 59,
        laneNo: lane ?? 1,
        direction: direction ?? 'unknown',
      }),
    )
    .join('')}</Plates>`

const utf8 = new TextEncoder()
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
const fields = (of: Readonly<Record<string, string | number | boolean>>): string =>
  Object.entries(of)
    .map(([name, value]) => `<${name}>${asXmlText(String(value))}</${name}>`)
    .join('')
const element = (name: string, of: Readonly<Record<string, string | number | boolean>>): string => `<${name}>${fields(of)}</${name}>`

function alert({ device, at }: { readonly device: string; readonly at: number }, inside: readonly string[], behind = ''): string {
  const head = fields({
    ipAddress: '192.168.1.64',
    portNo: 80,
    protocol: 'HTTP',
    macAddress: device,
    channelID: 1,
    dateTime: `${localIso(at)}+08:00`,
  })
  const open = '<EventNotificationAlert version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema">'
  return `${DECLARATION}${open}${head}${inside.join('')}${behind}</EventNotificationAlert>`
}
