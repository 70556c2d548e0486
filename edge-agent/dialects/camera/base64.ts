/** Base64 (RFC 4648) for messages with pictures inside: web standards only, and exact about what is no base64. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const NONE = 255
const VALUE = new Uint8Array(128).fill(NONE)
for (let i = 0; i < 64; i++) VALUE[ALPHABET.charCodeAt(i)] = i

/** The bytes, or null where the text is no padded base64; line breaks are skipped. */
export function fromBase64(text: string): Uint8Array | null {
  const plain = text.replace(/[\r\n]/g, '')
  if (plain.length % 4 !== 0) return null
  const padding = plain.endsWith('==') ? 2 : plain.endsWith('=') ? 1 : 0
  const letters = plain.length - padding
  const bytes = new Uint8Array((plain.length / 4) * 3 - padding)
  let held = 0
  let bits = 0
  let at = 0
  for (let i = 0; i < letters; i++) {
    const value = VALUE[plain.charCodeAt(i)] ?? NONE
    if (value === NONE) return null
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (held >> bits) & 0xff
    }
  }
  return bytes
}

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
