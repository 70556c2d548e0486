/** Base64 (RFC 4648) for messages with pictures inside: web standards only, and exact about what is no base64. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const NONE = 255
const VALUE = new Uint8Array(128).fill(NONE)
for (let i = 0; i < 64; i++) VALUE[ALPHABET.charCodeAt(i)] = i

/** The bytes, or null where the text is no padded base64; line breaks are skipped. */
export function fromBase64(text: string): Uint8Array | null {
  const plain = /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, '') : text
  if (plain.length % 4 !== 0) return null
  const padding = plain.endsWith('==') ? 2 : plain.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((plain.length / 4) * 3 - padding)
  const last = plain.length - (padding > 0 ? 4 : 0)
  let at = 0
  // Pictures are megabytes, and a gate waits for nobody: four letters at a time, and what is no letter shows in bit 7 of its value.
  for (let i = 0; i < last; i += 4) {
    const [a, b, c, d] = [value(plain, i), value(plain, i + 1), value(plain, i + 2), value(plain, i + 3)]
    if ((a | b | c | d) & 0x80) return null
    bytes[at++] = (a << 2) | (b >> 4)
    bytes[at++] = (b << 4) | (c >> 2)
    bytes[at++] = (c << 6) | d
  }
  if (padding === 0) return bytes
  const [a, b, c] = [value(plain, last), value(plain, last + 1), padding === 1 ? value(plain, last + 2) : 0]
  if ((a | b | c) & 0x80) return null
  bytes[at++] = (a << 2) | (b >> 4)
  if (padding === 1) bytes[at++] = (b << 4) | (c >> 2)
  return bytes
}

const value = (text: string, at: number): number => VALUE[text.charCodeAt(at)] ?? NONE

export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3)
    const group = (a << 16) | (b << 8) | c
    const there = Math.min(3, bytes.length - i)
    for (let letter = 0; letter < 4; letter++) text += letter <= there ? ALPHABET[(group >> (18 - 6 * letter)) & 63] : '='
  }
  return text
}
