import { crc16 } from '../board/modbus-frame.ts'
import { byteAt, type Framing, type Judgement } from '../framing.ts'
import { fromGbk, gbkBytes, padColumns } from '../gbk.ts'
import { linesFor, type SignDialect, type SignLook, type SignOrder } from './sign.ts'

/**
 * Onbon BX-5 (仰邦), dynamic area: text in the card's RAM, never a program (programs are flash, good for some 100,000 writes). TCP
 * 5005 or a line.
 *
 *   8 × A5 │ target 2 │ source 00 80 │ 6 × 00 │ FE 02 │ length 2 │ A3 06 │ answer 02 = none │ 00 00 │ areas │ CRC 2 │ 5A
 *   areas: to delete 00 │ count 01 │ area length 2 │ type 00 │ x 2, y 2, width 2, height 2 │ place, line gap, run mode │ timeout 2
 *          │ 3 × 00 │ line mode 02 │ wrap 02 │ enter, leave, speed, stay │ text length 4 │ GBK
 *
 * All numbers low byte first; x and width count columns of 8 dots. CRC: polynomial A001, begins with 0000, over everything between the
 * A5s and itself. Lengths and CRC are taken before escaping; then, between A5s and 5A, A5 → A6 02, A6 → A6 01, 5A → 5B 02, 5B → 5B 01.
 * The published program this was read from escapes its text twice; the card takes it once. A text wraps at the area's width, so each
 * line is filled up to it, and no line-end code is needed.
 */
const EDGE = 0xa5
const END = 0x5a
const ESCAPES: ReadonlyMap<number, readonly number[]> = new Map([
  [0xa5, [0xa6, 0x02]],
  [0xa6, [0xa6, 0x01]],
  [0x5a, [0x5b, 0x02]],
  [0x5b, [0x5b, 0x01]],
])
const LINE_DOTS = 16
const HEAD_BYTES = 14
const TEXT_AT = HEAD_BYTES + 5 + 2 + 2 + 27
const LONGEST_TEXT = 256
const LONGEST = 8 + 2 * (TEXT_AT + LONGEST_TEXT + 2) + 1

const low = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff]

const crcFromZero = (bytes: Iterable<number>): number => crc16(bytes, 0)

/** `target` is the card's address; 0001 is the factory's. */
export function dynamicArea(text: Uint8Array, target: number, area: { readonly width: number; readonly height: number }): Uint8Array {
  const content = [
    ...[0x00, ...low(0), ...low(0), ...low(area.width), ...low(area.height), 0x00, 0x00, 0x00, ...low(2), 0, 0, 0],
    ...[0x02, 0x02, 0x01, 0x00, 0x04, 0x05, ...low(text.length), 0, 0, ...text],
  ]
  const data = [0xa3, 0x06, 0x02, 0x00, 0x00, 0x00, 0x01, ...low(content.length), ...content]
  const body = [...low(target), 0x00, 0x80, 0, 0, 0, 0, 0, 0, 0xfe, 0x02, ...low(data.length), ...data]
  const checked = [...body, ...low(crcFromZero(body))]
  return Uint8Array.of(...Array.from({ length: 8 }, () => EDGE), ...checked.flatMap((byte) => ESCAPES.get(byte) ?? [byte]), END)
}

/** Null where an escape is none. */
function unescaped(bytes: Uint8Array): Uint8Array | null {
  const plain: number[] = []
  for (let at = 0; at < bytes.length; at++) {
    const byte = byteAt(bytes, at)
    if (byte !== 0xa6 && byte !== 0x5b) {
      plain.push(byte)
      continue
    }
    const second = byteAt(bytes, ++at)
    if (second !== 0x01 && second !== 0x02) return null
    plain.push(byte === 0xa6 ? (second === 0x02 ? 0xa5 : 0xa6) : second === 0x02 ? 0x5a : 0x5b)
  }
  return Uint8Array.from(plain)
}

function judge(bytes: Uint8Array, from: number, to: number): Judgement<SignOrder> {
  let at = from
  while (at < to && byteAt(bytes, at) === EDGE) at++
  if (at === to) return 'need-more'
  if (at === from) return 'noise'
  const start = at
  for (; at < to; at++) {
    if (byteAt(bytes, at) === EDGE) return 'bad-length'
    if (byteAt(bytes, at) !== END) continue
    const body = unescaped(bytes.subarray(start, at))
    if (body === null) return 'bad-frame'
    if (body.length < HEAD_BYTES + 2 || crcFromZero(body) !== 0) return 'bad-checksum'
    return { length: at + 1 - from, said: order(body) }
  }
  return 'need-more'
}

function order(body: Uint8Array): SignOrder {
  const [group, command] = [byteAt(body, HEAD_BYTES), byteAt(body, HEAD_BYTES + 1)]
  if (group !== 0xa3 || command !== 0x06 || body.length < TEXT_AT + 2) return { kind: 'other', command: (group << 8) | command }
  return { kind: 'show', line: null, text: fromGbk(body.subarray(TEXT_AT, body.length - 2)) }
}

const framing: Framing<SignOrder> = { starts: [EDGE], shortest: 1, longest: LONGEST, judge }

function show(lines: readonly string[], look: SignLook): Uint8Array[] {
  const text = linesFor(lines, look)
    .map((line) => padColumns(line, look.columns))
    .join('')
  return [dynamicArea(gbkBytes(text).subarray(0, LONGEST_TEXT), look.unit, { width: look.columns, height: look.lines * LINE_DOTS })]
}

export const onbonBx5Sign: SignDialect = {
  name: 'onbon-bx5',
  about: '仰邦 BX-5 动态区（只写内存） / Onbon BX-5 dynamic area (RAM only)',
  evidence: 'fair',
  usual: { tcpPort: 5005 },
  show,
  speak: null,
  setUp: null,
  answers: null,
  hears: framing,
}
