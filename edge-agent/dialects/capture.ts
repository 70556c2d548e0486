/**
 * A capture of a line as text, for people to read, cut and send by mail: one piece of bytes a line, `@<milliseconds> <hexadecimal>`,
 * the time counted from the beginning and left out where nobody noted it; `#` begins a remark.
 *
 *     # serial:///dev/ttyS0?baud=9600
 *     @0 02 2B 30 30 30 30 30 30
 *     @12 30 31 42 03
 *
 * A file of anything but text is taken as the bytes themselves.
 */
export interface Capture {
  readonly pieces: readonly Piece[]
  /** The remarks at the beginning, without their `#`. */
  readonly notes: readonly string[]
}
export interface Piece {
  readonly atMs: number | null
  readonly bytes: Uint8Array
}

/** Throws an Error with a sentence that names the line, for text that is no capture. */
export function readCapture(file: Uint8Array): Capture {
  const text = asText(file)
  if (text === null) return { pieces: [{ atMs: null, bytes: file }], notes: [] }
  const notes: string[] = []
  const pieces = text.split(/\r?\n/).flatMap((line, index): Piece[] => {
    const [, at, hex = '', note] = /^\s*(?:@(\d{1,12})\s+)?([^#]*)(?:#(.*))?$/.exec(line) ?? []
    if (hex.trim() === '') {
      if (note !== undefined && index === notes.length) notes.push(note.trim())
      return []
    }
    return [{ atMs: at === undefined ? null : Number(at), bytes: bytesOfHex(hex, `line ${index + 1}`) }]
  })
  return { pieces, notes }
}

export const captureText = ({ pieces, notes }: Capture): string =>
  [
    ...notes.map((note) => `# ${note}`),
    ...pieces.map(({ atMs, bytes }) => `${atMs === null ? '' : `@${atMs} `}${hexOfBytes(bytes)}`),
    '',
  ].join('\n')

/** All pieces in one. */
export function bytesOfCapture({ pieces }: Capture): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, { bytes }) => length + bytes.length, 0))
  let at = 0
  for (const { bytes } of pieces) {
    whole.set(bytes, at)
    at += bytes.length
  }
  return whole
}

/** Pairs of hexadecimal digits, with `0x`, blanks and commas between as people write them; throws an Error that says where else. */
export function bytesOfHex(text: string, where = 'this'): Uint8Array {
  const digits = text.replace(/0x|[\s,]/gi, '')
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits))
    throw new Error(`${where} is not hexadecimal bytes: "${text.trim().slice(0, 40)}"`)
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) => Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16))
}

/** `02 2B 30`. */
export const hexOfBytes = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ')

/** The text of the file, or null when it holds control bytes as a raw capture does. */
function asText(file: Uint8Array): string | null {
  if (file.some((byte) => byte < 0x09 || byte === 0x0b || (byte > 0x0d && byte < 0x20))) return null
  const text = new TextDecoder().decode(file)
  // Lines of an indicator in plain ASCII are text as well, but no capture's: their first line is neither bytes in hexadecimal nor a remark.
  const first = text.split(/\r?\n/).find((line) => line.trim() !== '') ?? ''
  return /^\s*(?:@\d{1,12}\s+)?(?:(?:0x)?[0-9a-f]{2}[\s,]*)*(?:#.*)?$/i.test(first) ? text : null
}
