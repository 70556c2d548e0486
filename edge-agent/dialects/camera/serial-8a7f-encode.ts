import { toGbk } from '../gbk.ts'
import { encodeSerial8a7f, SERIAL_8A7F } from './serial-8a7f.ts'

/** The camera's side of the 8A…7F line, for simulators. */
const HOST = new Uint8Array(4)
/** As in the published frame. */
const CAMERA = Uint8Array.of(0x64, 0x00, 0xf3, 0x02)
const PLATE_BYTES = 16

/** A plate; null for a vehicle without one. Throws a RangeError where it does not fit into 16 bytes of GBK. */
export function encodeSerialPlate(text: string | null, seq: number): Uint8Array {
  const { bytes, unknown } = toGbk(text ?? '')
  if (unknown > 0 || bytes.length > PLATE_BYTES) throw new RangeError(`"${text}" is no ${PLATE_BYTES} bytes of GBK`)
  const data = new Uint8Array(PLATE_BYTES)
  data.set(bytes)
  return encodeSerial8a7f({ target: HOST, source: CAMERA, command: SERIAL_8A7F.plate, seq, data })
}

export const encodeSerialHeartbeat = (seq: number): Uint8Array =>
  encodeSerial8a7f({ target: HOST, source: CAMERA, command: SERIAL_8A7F.heartbeat, seq, data: new Uint8Array(4) })

export const encodeSerialPowerOn = (seq = 0): Uint8Array =>
  encodeSerial8a7f({ target: HOST, source: CAMERA, command: SERIAL_8A7F.powerOn, seq, data: new Uint8Array() })
