import type { DialectSettings, ScaleDecoder, ScaleDialect } from './reading.ts'

/**
 * The parity trap: an indicator set to seven bits and even parity (7E1), read with 8N1, gives bytes with bit 7 set wherever the other
 * seven hold an odd number of ones (02 → 82, 0D → 8D). Terminal servers are often left at 8N1. The parity bit is then in our hands:
 * it is checked like a UART would, and taken off.
 */
export type SevenBit = 'auto' | 'always' | 'never'

/** So many bytes are needed for a judgement, and so many of the newest are judged. */
const LEAST = 16
const WINDOW = 64
/** Noise turns single bits: a line once known as seven bits stays it while four of five bytes are even. */
const STAYS = 0.8
const BEGINS = 0.95

const EVEN = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1
  return ones % 2 === 0 ? 1 : 0
})
const isEven = (byte: number): boolean => EVEN[byte & 0xff] === 1

/** Sixteen bytes or more, at least 95 of 100 even over all eight bits, and some with bit 7. Never ask it of an `eightBit` dialect. */
export function looksSevenBit(bytes: Uint8Array): boolean {
  let even = 0
  let high = 0
  for (const byte of bytes) {
    if (isEven(byte)) even++
    if (byte > 0x7f) high++
  }
  return bytes.length >= LEAST && high > 0 && even >= BEGINS * bytes.length
}

export const clearBit7 = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte & 0x7f)

/**
 * A decoder behind the parity bit. `always` clears bit 7 of every byte, whatever the parity. `auto` judges each byte by the newest
 * ones, so any chunking gives the same: bytes without bit 7 pass at once; a first byte with it waits until sixteen are there (or the
 * line is quiet) and is then cleared or left as it is, with all that waited. On a line known as 7E1 a byte of odd parity was
 * spoiled on its way: it is passed on with bit 7 set, which no text format takes.
 */
export function sevenBitDecoder(decoder: ScaleDecoder, sevenBit: SevenBit): ScaleDecoder {
  if (sevenBit === 'never') return decoder
  const take = sevenBit === 'always' ? { push: clearBit7, quiet: () => NOTHING } : parityTaker()
  return {
    push(bytes, onReading, onRejected, onRemark) {
      const ready = take.push(bytes)
      if (ready.length > 0) decoder.push(ready, onReading, onRejected, onRemark)
    },
    quiet(onRejected, onReading = () => {}, onRemark) {
      const rest = take.quiet()
      if (rest.length > 0) decoder.push(rest, onReading, onRejected, onRemark)
      decoder.quiet(onRejected, onReading, onRemark)
    },
  }
}

/** A dialect's decoder as a profile sets it. A dialect that uses all eight bits never loses one. */
export const dialectDecoder = (
  dialect: Pick<ScaleDialect, 'decoder' | 'eightBit'>,
  { settings, sevenBit }: { readonly settings?: DialectSettings; readonly sevenBit: SevenBit },
): ScaleDecoder => sevenBitDecoder(dialect.decoder(settings), dialect.eightBit ? 'never' : sevenBit)

const NOTHING = new Uint8Array(0)

function parityTaker(): { push(bytes: Uint8Array): Uint8Array; quiet(): Uint8Array } {
  const newest = new Uint8Array(WINDOW)
  let seen = 0
  let even = 0
  let seven = false
  /** Bytes from the first one with bit 7 on, while too few were seen to judge it. */
  let waiting: number[] = []

  const count = (byte: number): void => {
    if (seen >= WINDOW && isEven(newest[seen % WINDOW] ?? 0)) even--
    newest[seen % WINDOW] = byte
    if (isEven(byte)) even++
    seen++
  }
  const judge = (): void => {
    seven = even >= (seven ? STAYS : BEGINS) * Math.min(seen, WINDOW)
  }
  const taken = (byte: number): number => (!seven ? byte : isEven(byte) ? byte & 0x7f : byte | 0x80)

  return {
    push(bytes) {
      const out = new Uint8Array(waiting.length + bytes.length)
      let filled = 0
      for (const byte of bytes) {
        count(byte)
        if (seen < LEAST && (byte > 0x7f || waiting.length > 0)) {
          waiting.push(byte)
          continue
        }
        if (byte > 0x7f || waiting.length > 0 || seven) judge()
        for (const held of waiting) out[filled++] = taken(held)
        waiting = []
        out[filled++] = taken(byte)
      }
      return out.subarray(0, filled)
    },
    quiet() {
      // Too few to judge: eight bits are the rule.
      const rest = Uint8Array.from(waiting)
      waiting = []
      return rest
    },
  }
}
