import type { Random } from '../../simulators/random.ts'

/** Bytes with a meaning in lines and payloads: ends of frames and texts, limits of numbers. */
const TELLING = [
  0x00, 0x01, 0x02, 0x03, 0x0a, 0x0d, 0x20, 0x22, 0x2b, 0x2d, 0x2e, 0x30, 0x39, 0x3c, 0x3d, 0x3e, 0x5b, 0x5c, 0x7b, 0x7d, 0x7f, 0x80, 0xfe,
  0xff,
]
const LONGEST = 8_192

/** One child of an input: a few small changes, now and then a piece of another input. */
export function mutate(parent: Uint8Array, others: readonly Uint8Array[], words: readonly Uint8Array[], random: Random): Uint8Array {
  let child: Uint8Array = parent
  for (let changes = random.whole(1, 4); changes > 0; changes--) child = change(child, others, words, random)
  return child.subarray(0, LONGEST)
}

function change(bytes: Uint8Array, others: readonly Uint8Array[], words: readonly Uint8Array[], random: Random): Uint8Array {
  const at = bytes.length === 0 ? 0 : random.whole(0, bytes.length - 1)
  const to = Math.min(bytes.length, at + random.whole(1, 16))
  const spliced = (from: number, until: number, piece: Uint8Array): Uint8Array =>
    Uint8Array.from([...bytes.subarray(0, from), ...piece, ...bytes.subarray(until)])
  switch (random.whole(0, 8)) {
    case 0:
      return bytes.map((byte, index) => (index === at ? byte ^ (1 << random.whole(0, 7)) : byte))
    case 1:
      return bytes.map((byte, index) => (index === at ? random.pick(TELLING) : byte))
    case 2:
      return spliced(at, to, new Uint8Array())
    case 3:
      return spliced(at, at, Uint8Array.of(random.pick(TELLING)))
    case 4:
      return spliced(to, to, bytes.slice(at, to))
    case 5:
      return bytes.slice(0, at)
    case 6: {
      const other = others.length === 0 ? bytes : random.pick(others)
      const from = other.length === 0 ? 0 : random.whole(0, other.length - 1)
      return spliced(at, to, other.slice(from, from + random.whole(1, 64)))
    }
    case 7:
      return words.length === 0 ? bytes : spliced(at, random.chance(0.5) ? at : to, random.pick(words))
    default:
      return bytes.map((byte, index) => (index === at ? (byte + random.whole(-3, 3)) & 0xff : byte))
  }
}
