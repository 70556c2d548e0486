/** Bytes as text and back, for every room and the browser: base64url (RFC 4648 section 5, no padding) and base45 (RFC 9285). */
const URL_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export function toBase64url(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    const letters = Math.min(bytes.length - at, 3) + 1
    for (let one = 0; one < letters; one += 1) text += URL_LETTERS[(three >> (18 - 6 * one)) & 63]
  }
  return text
}

/** `null` for anything that is not exactly what `toBase64url` writes. */
export function fromBase64url(text: string): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let held = 0
  let bits = 0
  let at = 0
  for (const letter of text) {
    const value = URL_LETTERS.indexOf(letter)
    if (value < 0) return null
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at] = (held >> bits) & 255
      at += 1
    }
  }
  return toBase64url(bytes) === text ? bytes : null
}

const B45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'

/** Two bytes become three letters of the QR code's own alphanumeric set, which is why a QR with it is smaller than one with base64. */
export function toBase45(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 2) {
    const one = bytes[at] as number
    const two = bytes[at + 1]
    const value = two === undefined ? one : one * 256 + two
    text += `${B45[value % 45]}${B45[Math.floor(value / 45) % 45]}${two === undefined ? '' : B45[Math.floor(value / 2_025)]}`
  }
  return text
}

/** `null` for letters outside the set, a lone last letter, or a group above its range. */
export function fromBase45(text: string): Uint8Array | null {
  if (text.length % 3 === 1) return null
  const bytes: number[] = []
  for (let at = 0; at < text.length; at += 3) {
    const letters = [...text.slice(at, at + 3)].map((letter) => B45.indexOf(letter))
    if (letters.some((value) => value < 0)) return null
    const value = letters.reduce((sum, letter, place) => sum + letter * 45 ** place, 0)
    if (letters.length === 3) {
      if (value > 0xffff) return null
      bytes.push(value >> 8, value & 255)
    } else {
      if (value > 0xff) return null
      bytes.push(value)
    }
  }
  return Uint8Array.from(bytes)
}
