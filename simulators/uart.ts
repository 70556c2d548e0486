/** How the two ends of a serial line are set. */
export interface LineSettings {
  readonly baud: number
  readonly dataBits: 7 | 8
  readonly parity: 'none' | 'even' | 'odd'
  readonly stopBits: 1 | 2
}
export const EIGHT_N_ONE: LineSettings = {
  baud: 9_600,
  dataBits: 8,
  parity: 'none',
  stopBits: 1,
}

/** Start bit, data bits, parity bit, stop bits. */
export const bitsPerByte = (of: LineSettings): number => 1 + of.dataBits + (of.parity === 'none' ? 0 : 1) + of.stopBits
/** Milliseconds one byte keeps the line busy. */
export const byteTime = (of: LineSettings): number => (bitsPerByte(of) * 1_000) / of.baud

export const sameSettings = (a: LineSettings, b: LineSettings): boolean =>
  a.baud === b.baud && a.dataBits === b.dataBits && a.parity === b.parity && a.stopBits === b.stopBits

/**
 * What a receiver set to `to` makes of bytes sent back to back at `from`: the wire's level is rebuilt bit by bit and sampled in the
 * middle of the receiver's bits, as a real UART does. A byte with a parity or framing error is handed on as 0 (POSIX termios, INPCK).
 */
export function heardAs(bytes: Uint8Array, from: LineSettings, to: LineSettings): Uint8Array {
  if (sameSettings(from, to)) return bytes
  const wire = levels(bytes, from)
  const level = (at: number): 0 | 1 => wire[Math.floor(at * from.baud)] ?? 1
  const bit = 1 / to.baud
  const end = wire.length / from.baud
  const heard: number[] = []
  let at = 0
  while (at < end) {
    if (level(at) === 1 || level(at + bit / 2) === 1) {
      at += bit / 16
      continue
    }
    const { byte, good, next } = sample(level, at, bit, to)
    heard.push(good ? byte : 0)
    at = next
    // After a framing error the line may still be low: a new byte begins only with a falling edge.
    while (!good && at < end && level(at) === 0) at += bit / 16
  }
  return Uint8Array.from(heard)
}

function sample(level: (at: number) => 0 | 1, start: number, bit: number, to: LineSettings) {
  let byte = 0
  let ones = 0
  for (let n = 0; n < to.dataBits; n += 1) {
    const one = level(start + (1.5 + n) * bit)
    ones += one
    byte |= one << n
  }
  let after = 1.5 + to.dataBits
  let good = true
  if (to.parity !== 'none') {
    const even = (ones + level(start + after * bit)) % 2 === 0
    good = even === (to.parity === 'even')
    after += 1
  }
  // Receivers look at the first stop bit only.
  if (level(start + after * bit) === 0) good = false
  return { byte, good, next: start + after * bit }
}

function levels(bytes: Uint8Array, from: LineSettings): (0 | 1)[] {
  const wire: (0 | 1)[] = []
  for (const byte of bytes) {
    wire.push(0)
    let ones = 0
    for (let n = 0; n < from.dataBits; n += 1) {
      const one = ((byte >> n) & 1) as 0 | 1
      ones += one
      wire.push(one)
    }
    if (from.parity !== 'none') wire.push(((ones + (from.parity === 'odd' ? 1 : 0)) % 2) as 0 | 1)
    for (let n = 0; n < from.stopBits; n += 1) wire.push(1)
  }
  return wire
}
