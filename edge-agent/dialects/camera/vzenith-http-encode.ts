import { toBase64 } from './base64.ts'
import { encodeMultipart } from './multipart-encode.ts'
import type { Passage } from './passage.ts'
import { COLOURS, DIRECTIONS } from './vzenith-tables.ts'

/** One POST of a simulated camera. */
export interface Push {
  readonly contentType: string
  readonly body: Uint8Array
  /** Lower-case names, beside the content type. */
  readonly headers?: Readonly<Record<string, string>>
}

const utf8 = new TextEncoder()
export const jsonPush = (said: unknown): Push => ({ contentType: 'application/json', body: utf8.encode(JSON.stringify(said)) })

/** `plateid` is the record where that is a number. Type 11 of the OEM numbers is a small new-energy vehicle, Vzenith's is 19. */
export function encodeVzenithPush(passage: Passage, maker: 'vzenith' | 'oem' = 'vzenith'): Push {
  const { device, at, record, text, colour, confidence, backfill, openedByCamera, pictures } = passage
  const local = new Date(at + 8 * 3_600_000)
  const direction = (DIRECTIONS as readonly string[]).indexOf(passage.direction ?? 'down')
  const result = {
    license: text ?? '_无_',
    confidence,
    colorType: COLOURS.indexOf(colour),
    type: typeNumber(passage, maker),
    direction: direction < 0 ? 4 : direction,
    triggerType: 1,
    plateid: /^\d{1,15}$/.test(record) ? Number(record) : record,
    isoffline: backfill === true ? 1 : 0,
    is_fake_plate: 0,
    timeStamp: {
      Timeval: {
        sec: Math.floor(at / 1_000),
        usec: (at % 1_000) * 1_000,
        decyear: local.getUTCFullYear(),
        decmon: local.getUTCMonth() + 1,
        decday: local.getUTCDate(),
        dechour: local.getUTCHours(),
        decmin: local.getUTCMinutes(),
        decsec: local.getUTCSeconds(),
      },
    },
    gioouts: [{ ionum: 0, ctrltype: openedByCamera === true ? 2 : 0 }],
    ...(pictures && {
      imageFile: toBase64(pictures.full),
      imageFileLen: pictures.full.length,
      imageFragmentFile: toBase64(pictures.plate),
      imageFragmentFileLen: pictures.plate.length,
    }),
  }
  return jsonPush({
    AlarmInfoPlate: { channel: 0, deviceName: 'ivs', ipaddr: '192.168.1.100', serialno: device, result: { PlateResult: result } },
  })
}

function typeNumber({ text, colour }: Passage, maker: 'vzenith' | 'oem'): number {
  if (text === null) return maker === 'vzenith' ? 31 : 0
  const [green, yellowGreen] = maker === 'vzenith' ? [19, 20] : [11, 12]
  return { unknown: 0, blue: 1, yellow: 3, white: 5, black: 0, green, 'yellow-green': yellowGreen }[colour]
}

/** The ordinary heartbeat, a form; it carries the camera's own password in clear. */
export function encodeVzenithHeartbeat(device: string, password: string): Push {
  const boundary = '--------------------------caa771fe4a61f3d9'
  const fields = {
    device_name: 'ivs',
    ipaddr: '192.168.1.100',
    port: '80',
    user_name: 'admin',
    pass_wd: password,
    serialno: device,
    channel_num: '0',
  }
  const parts = Object.entries(fields).map(([name, value]) => ({
    headers: { 'Content-Disposition': `form-data; name="${name}"` },
    body: utf8.encode(value),
  }))
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: encodeMultipart(parts, boundary, 'none') }
}

/** The heartbeat of old firmware, under the key of a plate. */
export const encodeVzenithOldHeartbeat = (device: string): Push =>
  jsonPush({ AlarmInfoPlate: { channel: 0, deviceName: '', ipaddr: '192.168.1.100', serialno: device, heartbeat: 1 } })

/** A contact on terminal 1–4. */
export const encodeVzenithInput = (device: string, terminal: number, on: boolean): Push =>
  jsonPush({ AlarmGioIn: { deviceName: 'ivs', serialno: device, result: { TriggerResult: { source: terminal - 1, value: on ? 1 : 0 } } } })

export const encodeVzenithSerial = (device: string, bytes: Uint8Array): Push =>
  jsonPush({
    SerialData: { channel: 0, serialno: device, deviceName: 'ivs', serialChannel: 0, data: toBase64(bytes), dataLen: bytes.length },
  })
