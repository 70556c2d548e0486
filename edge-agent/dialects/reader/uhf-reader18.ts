import { byteAt, type Judgement, scanner } from '../framing.ts'
import { bytesOfHex, hexText, type TagDialect, type TagSaid, type TagSettings } from './tag.ts'

/**
 * UHFReader18 family, asked over a line (57600 or 9600 8N1):
 *
 *   question  length │ address │ 01 inventory │ CRC                  answer  length │ address │ 01 │ status │ count │ {EPC length, EPC} │ CRC
 *
 * Length counts what follows it. CRC: polynomial 8408, begins with FFFF, low byte first. Status 01–04 brings tags (done, out of time, more
 * to come, its memory is full), FB says that there are none; others refuse. The address FF asks any reader, which answers with its own.
 */
const INVENTORY = 0x01
const ANY = 0xff
const SUCCESS_LAST = 0x04
const NO_TAG = 0xfb
const SHORTEST = 6
const LONGEST = 256

export function crc8408(bytes: Iterable<number>): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1
  }
  return crc
}

function framed(...body: readonly number[]): Uint8Array {
  const checked = [body.length + 2, ...body]
  const crc = crc8408(checked)
  return Uint8Array.of(...checked, crc & 0xff, crc >> 8)
}

function judge(bytes: Uint8Array, from: number, to: number, unit: number): Judgement<TagSaid> {
  const length = byteAt(bytes, from)
  if (length < SHORTEST - 1) return 'noise'
  // No start byte: what is not this reader's answer to this question cannot begin here.
  if (unit !== ANY && byteAt(bytes, from + 1) !== unit) return 'noise'
  if (byteAt(bytes, from + 2) !== INVENTORY) return 'noise'
  const end = from + 1 + length
  if (to < end) return 'need-more'
  if (crc8408(bytes.subarray(from, end)) !== 0) return 'bad-checksum'
  const status = byteAt(bytes, from + 3)
  if (status === NO_TAG) return { length: end - from, said: { kind: 'tags', tags: [] } }
  if (status === 0 || status > SUCCESS_LAST) return { length: end - from, said: { kind: 'refused', code: status } }
  const tags = tagsIn(bytes.subarray(from + 4, end - 2))
  return tags === null ? 'bad-length' : { length: end - from, said: { kind: 'tags', tags } }
}

/** Null where count and lengths do not fill the answer exactly. */
function tagsIn(list: Uint8Array): string[] | null {
  const tags: string[] = []
  // "Out of time" with nothing found comes with a count of zero, or with nothing at all.
  let at = Math.min(1, list.length)
  for (let left = list[0] ?? 0; left > 0; left--) {
    const length = byteAt(list, at)
    if (length < 1 || at + 1 + length > list.length) return null
    tags.push(hexText(list.subarray(at + 1, at + 1 + length)))
    at += 1 + length
  }
  return at === list.length ? tags : null
}

export const uhfReader18: TagDialect = {
  name: 'uhf-reader18',
  about: 'UHFReader18 类超高频读写器，应答方式 / UHFReader18 and its kin, asked',
  evidence: 'solid',
  by: 'tag',
  usual: { baud: 57_600 },
  ask: (unit) => framed(unit, INVENTORY),
  decoder: ({ unit }) =>
    scanner({ starts: 'any', shortest: SHORTEST, longest: LONGEST, judge: (bytes, from, to) => judge(bytes, from, to, unit) }),
  encode: (tags, { unit }: TagSettings) =>
    tags.length === 0
      ? framed(unit, INVENTORY, NO_TAG)
      : framed(unit, INVENTORY, 0x01, tags.length, ...tags.map(bytesOfHex).flatMap((epc) => [epc.length, ...epc])),
}
