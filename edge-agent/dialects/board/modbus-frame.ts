/** Modbus RTU: unit, function, data, CRC-16 (polynomial A001, begins FFFF, low byte first). A frame has no start byte. */
export const READ_OUTPUTS = 0x01
export const READ_INPUTS = 0x02
export const READ_REGISTERS = 0x03
export const WRITE_OUTPUT = 0x05
export const WRITE_OUTPUTS = 0x0f
export const WRITE_REGISTERS = 0x10
/** Set in the function of an answer that refuses. */
export const REFUSED = 0x80

/** The CRC of polynomial A001, low bit first. Modbus begins at FFFF; other makers take the same one from 0000. */
export function crc16(bytes: Iterable<number>, from = 0xffff): number {
  let crc = from
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}

/** The frame of these bytes, with its CRC. */
export function framed(...bytes: readonly number[]): Uint8Array {
  const crc = crc16(Uint8Array.from(bytes))
  return Uint8Array.of(...bytes, crc & 0xff, crc >> 8)
}

/** Whether the first `length` bytes are a frame; they must be there. */
export function isFrame(bytes: Uint8Array, length: number): boolean {
  // Over data and its own CRC, low byte first, the sum is zero.
  return crc16(bytes.subarray(0, length)) === 0
}

/** How many bytes to drop so that the next byte could be this unit's: at least one. */
export function nextStart(bytes: Uint8Array, unit: number): number {
  const at = bytes.indexOf(unit, 1)
  return at < 0 ? bytes.length : at
}

/** Bits in Modbus order: the first one is the lowest of the first byte. */
export const bitsOf = (bytes: Uint8Array, count: number): boolean[] =>
  Array.from({ length: count }, (_, i) => (((bytes[i >> 3] ?? 0) >> (i & 7)) & 1) === 1)

export const bytesOfBits = (bits: readonly boolean[]): number[] =>
  Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    bits.slice(8 * i, 8 * i + 8).reduce((byte, on, bit) => (on ? byte | (1 << bit) : byte), 0),
  )
