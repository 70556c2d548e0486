import { readPlate } from '#edge/plate'
import { byteAt, type Framing, type Judgement, scanner } from '../framing.ts'
import { shortText } from './json-body.ts'
import { noPlateSpelling } from './no-plate.ts'
import { NOTHING_ELSE } from './plain-sighting.ts'
import type { CameraDialect, CameraMessage, CameraStream, SightingBeside } from './sighting.ts'
import { LONGEST_PLATE_TEXT } from './vzenith-plate-result.ts'

/**
 * A plate camera on a serial line (frame layout: smart-weighing, vlpr.c):
 *
 *   8A | target 4 | source 4 | command | sequence | length 2, low byte first | data | XOR of all bytes before | 7F
 *
 *   01 plate, 16 bytes filled with zeros       answered by 02 with the same sequence, or it comes again
 *   03 heartbeat, 4 bytes                      answered by 04
 *   07 power-on                                waits for nothing
 *
 * A frame is split by its length, since 8A and 7F also stand in sequence, length and data. Frames are 100 ms apart; after 71 s of
 * silence the camera is gone. That the answer swaps the addresses and the plate is GBK, no published text confirms.
 */
export const SERIAL_8A7F = {
  start: 0x8a,
  end: 0x7f,
  plate: 0x01,
  plateAnswer: 0x02,
  heartbeat: 0x03,
  heartbeatAnswer: 0x04,
  powerOn: 0x07,
} as const

/** Bytes around the data, and the most data any command of this camera has by far. */
const AROUND = 15
const LONGEST_DATA = 256
const [TARGET, SOURCE, COMMAND, SEQUENCE, LENGTH, DATA] = [1, 5, 9, 10, 11, 13]

export interface SerialFrame {
  readonly target: Uint8Array
  readonly source: Uint8Array
  readonly command: number
  readonly seq: number
  readonly data: Uint8Array
}

const framing: Framing<SerialFrame> = {
  starts: [SERIAL_8A7F.start],
  shortest: AROUND,
  longest: AROUND + LONGEST_DATA,
  judge: (bytes, from, to): Judgement<SerialFrame> => {
    const data = byteAt(bytes, from + LENGTH) | (byteAt(bytes, from + LENGTH + 1) << 8)
    const length = AROUND + data
    // No command of this camera is that long: the byte was no start, and a line of 8A alone is not one failed frame per byte.
    if (data > LONGEST_DATA) return 'noise'
    if (from + length > to) return 'need-more'
    if (byteAt(bytes, from + length - 1) !== SERIAL_8A7F.end) return 'bad-length'
    if (xorOf(bytes, from, from + length - 2) !== byteAt(bytes, from + length - 2)) return 'bad-checksum'
    const part = (at: number, size: number): Uint8Array => bytes.slice(from + at, from + at + size)
    return {
      length,
      said: {
        target: part(TARGET, 4),
        source: part(SOURCE, 4),
        command: byteAt(bytes, from + COMMAND),
        seq: byteAt(bytes, from + SEQUENCE),
        data: part(DATA, data),
      },
    }
  },
}

function xorOf(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0
  for (let at = from; at < to; at++) sum ^= byteAt(bytes, at)
  return sum
}

/** Any bytes as messages; a spoilt frame is an error with its reason, noise between frames too. */
export function serial8a7fStream(): CameraStream {
  const scan = scanner(framing)
  const rejected = (onMessage: (message: CameraMessage) => void) => (span: { readonly reason: string }) =>
    onMessage({ kind: 'error', device: null, why: span.reason === 'bad-checksum' ? 'checksum' : 'bad-frame' })
  return {
    push: (bytes, onMessage) => scan.push(bytes, (frame) => onMessage(said(frame)), rejected(onMessage)),
    reset: (onMessage) => scan.quiet(rejected(onMessage), (frame) => onMessage(said(frame))),
  }
}

/** Recorded bytes as a whole. */
export const serial8a7f: CameraDialect = {
  name: 'serial-8a7f',
  about: 'plate camera on a serial line, frames 8A…7F',
  carriedBy: 'serial',
  decode: ({ body }) => {
    const messages: CameraMessage[] = []
    const stream = serial8a7fStream()
    stream.push(body, (message) => messages.push(message))
    stream.reset((message) => messages.push(message))
    return messages.length > 0 ? messages : [{ kind: 'error', device: null, why: 'empty-body' }]
  },
}

function said(frame: SerialFrame): CameraMessage {
  switch (frame.command) {
    case SERIAL_8A7F.plate:
      return plate(frame)
    case SERIAL_8A7F.heartbeat:
      return { kind: 'heartbeat', device: null, seq: frame.seq, reply: { as: 'bytes', bytes: answer(frame, SERIAL_8A7F.heartbeatAnswer) } }
    case SERIAL_8A7F.powerOn:
      return { kind: 'ignored', device: null, why: 'power-on' }
    default:
      return { kind: 'ignored', device: null, why: `command ${frame.command.toString(16).padStart(2, '0')}` }
  }
}

function plate(frame: SerialFrame): CameraMessage {
  const text = textIn(frame.data)
  const noPlate = noPlateSpelling(text)
  const beside: SightingBeside = { seq: frame.seq, ...(noPlate !== null && noPlate !== 'nothing-said' && { noPlate }) }
  return {
    ...NOTHING_ELSE,
    device: null,
    // The sequence counts to 255 and begins anew, so it is no record number: it tells a repeat only together with the text.
    text,
    beside,
    reply: { as: 'bytes', bytes: answer(frame, SERIAL_8A7F.plateAnswer) },
  }
}

const gb18030 = new TextDecoder('gb18030')
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** GBK up to the first zero. UTF-8 only where that makes a plate and GBK does not: many GBK plates pass for UTF-8. */
function textIn(data: Uint8Array): string {
  const zero = data.indexOf(0)
  const bytes = zero < 0 ? data : data.subarray(0, zero)
  const text = gb18030.decode(bytes)
  if (readPlate(text).kind === 'unreadable') {
    try {
      const other = utf8.decode(bytes)
      if (readPlate(other).kind === 'plate') return other
    } catch {
      // Not UTF-8 either: the text stays what GBK makes of it.
    }
  }
  return shortText(text, LONGEST_PLATE_TEXT)?.trim() ?? ''
}

/** The same sequence back to where it came from, without data. */
const answer = ({ target, source, seq }: SerialFrame, command: number): Uint8Array =>
  encodeSerial8a7f({ target: source, source: target, command, seq, data: new Uint8Array() })

/** Any frame as it goes over the line. Throws a RangeError for what the format cannot say. */
export function encodeSerial8a7f({ target, source, command, seq, data }: SerialFrame): Uint8Array {
  if (target.length !== 4 || source.length !== 4) throw new RangeError('an address has four bytes')
  if (data.length > LONGEST_DATA) throw new RangeError(`${data.length} bytes of data are more than ${LONGEST_DATA}`)
  const bytes = Uint8Array.of(
    SERIAL_8A7F.start,
    ...target,
    ...source,
    command,
    seq,
    data.length & 0xff,
    data.length >> 8,
    ...data,
    0,
    SERIAL_8A7F.end,
  )
  bytes[bytes.length - 2] = xorOf(bytes, 0, bytes.length - 2)
  return bytes
}
