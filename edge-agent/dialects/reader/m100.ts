import { byteAt, type Framing, type Judgement, scanner } from '../framing.ts'
import { bytesOfHex, hexText, type TagDialect, type TagSaid } from './tag.ts'

/**
 * M100 modules and their kin (R200, QM100), 115200 8N1:
 *
 *   BB │ kind │ command │ length 2, high byte first │ parameters │ sum of everything from the kind on, low byte │ 7E
 *
 * Question `BB 00 22 00 00 22 7E`. A tag: kind 02, command 22, parameters signal, PC 2, EPC, the tag's own CRC 2. No tag: kind 01,
 * command FF, parameter 15; another parameter refuses. Answers to other commands (kind 01) say nothing about tags.
 */
const START = 0xbb
const END = 0x7e
const QUESTION = 0x00
const ANSWER = 0x01
const NOTICE = 0x02
const INVENTORY = 0x22
const FAILED = 0xff
const NO_TAG = 0x15
const BEFORE_DATA = 5
const LONGEST_DATA = 128
/** Signal, PC and CRC around the EPC. */
const AROUND_EPC = 5

function framed(kind: number, command: number, data: readonly number[]): Uint8Array {
  const body = [kind, command, data.length >> 8, data.length & 0xff, ...data]
  return Uint8Array.of(START, ...body, body.reduce((sum, byte) => sum + byte, 0) & 0xff, END)
}

function judge(bytes: Uint8Array, from: number, to: number): Judgement<TagSaid> {
  const kind = byteAt(bytes, from + 1)
  if (kind !== ANSWER && kind !== NOTICE) return 'noise'
  const length = (byteAt(bytes, from + 3) << 8) | byteAt(bytes, from + 4)
  if (length > LONGEST_DATA) return 'bad-length'
  const end = from + BEFORE_DATA + length + 2
  if (to < end) return 'need-more'
  let sum = 0
  for (let at = from + 1; at < end - 2; at++) sum += byteAt(bytes, at)
  if (byteAt(bytes, end - 1) !== END) return 'bad-frame'
  if ((sum & 0xff) !== byteAt(bytes, end - 2)) return 'bad-checksum'
  const command = byteAt(bytes, from + 2)
  const data = bytes.subarray(from + BEFORE_DATA, end - 2)
  const used = { length: end - from }
  if (kind === NOTICE && command === INVENTORY) {
    if (length <= AROUND_EPC) return 'bad-length'
    return { ...used, said: { kind: 'tags', tags: [hexText(data.subarray(3, length - 2))] } }
  }
  if (command !== FAILED) return { ...used, said: { kind: 'tags', tags: [] } }
  const code = byteAt(data, 0)
  return { ...used, said: code === NO_TAG ? { kind: 'tags', tags: [] } : { kind: 'refused', code } }
}

/** CRC-16 of the air interface (polynomial 1021, begins FFFF, inverted) over PC and EPC, as a tag sends it. */
function tagCrc(bytes: readonly number[]): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  }
  return ~crc & 0xffff
}

function notice(tag: string): Uint8Array {
  const epc = bytesOfHex(tag)
  const named = [(epc.length / 2) << 3, 0x00, ...epc]
  const crc = tagCrc(named)
  return framed(NOTICE, INVENTORY, [0xc9, ...named, crc >> 8, crc & 0xff])
}

const framing: Framing<TagSaid> = { starts: [START], shortest: BEFORE_DATA + 2, longest: BEFORE_DATA + LONGEST_DATA + 2, judge }

export const m100: TagDialect = {
  name: 'm100',
  about: 'M100 类超高频模块（BB…7E） / M100 UHF modules and their kin',
  evidence: 'solid',
  by: 'tag',
  usual: { baud: 115_200 },
  ask: () => framed(QUESTION, INVENTORY, []),
  decoder: () => scanner(framing),
  encode: (tags) => (tags.length === 0 ? framed(ANSWER, FAILED, [NO_TAG]) : Uint8Array.from(tags.flatMap((tag) => [...notice(tag)]))),
}
