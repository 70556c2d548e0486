/**
 * Text in GBK, the code page of nearly every sign, printer and voice module on Chinese lines. The platform decodes it and does not
 * encode it, so the table is the decoder turned round: every pair of bytes is decoded once, at first use (about 24,000 characters).
 */
export interface GbkText {
  readonly bytes: Uint8Array
  /** Characters GBK does not have; each stands as `?`. */
  readonly unknown: number
}

const LEAD_FIRST = 0x81
const LEAD_LAST = 0xfe
const TRAIL_FIRST = 0x40
const TRAIL_LAST = 0xfe
const REPLACEMENT = 0xfffd
const LINE = 0x0a
const QUESTION = 0x3f

let table: ReadonlyMap<number, number> | null = null

function invert(): ReadonlyMap<number, number> {
  const decoder = new TextDecoder('gbk')
  const made = new Map<number, number>()
  for (let lead = LEAD_FIRST; lead <= LEAD_LAST; lead++) {
    // A line end behind each pair keeps the places apart: of a pair that is none the decoder may give back the second byte alone.
    const row = new Uint8Array(3 * (TRAIL_LAST - TRAIL_FIRST + 1))
    for (let trail = TRAIL_FIRST; trail <= TRAIL_LAST; trail++) row.set([lead, trail, LINE], 3 * (trail - TRAIL_FIRST))
    for (const [at, text] of decoder.decode(row).split('\n').entries()) {
      const code = text.length === 1 ? text.charCodeAt(0) : REPLACEMENT
      const privateUse = code >= 0xe000 && code <= 0xf8ff
      // A few characters stand twice; the first place is the one other encoders use.
      if (code !== REPLACEMENT && !privateUse && !made.has(code)) made.set(code, (lead << 8) | (TRAIL_FIRST + at))
    }
  }
  return made
}

export function toGbk(text: string): GbkText {
  table ??= invert()
  const bytes: number[] = []
  let unknown = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? QUESTION
    const pair = code < 0x80 ? code : table.get(code)
    if (pair === undefined) unknown++
    const known = pair ?? QUESTION
    if (known > 0xff) bytes.push(known >> 8, known & 0xff)
    else bytes.push(known)
  }
  return { bytes: Uint8Array.from(bytes), unknown }
}

export const gbkBytes = (text: string): Uint8Array => toGbk(text).bytes

/** What is no GBK becomes U+FFFD. */
export const fromGbk = (bytes: Uint8Array): string => new TextDecoder('gbk').decode(bytes)

/** Columns a text takes on a sign or a slip: one for ASCII, two for everything else. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += character < '\u0080' ? 1 : 2
  return columns
}

/** The longest beginning of a text that fits so many columns; a wide character is never halved. */
export function fitColumns(text: string, columns: number): string {
  let fits = ''
  let used = 0
  for (const character of text) {
    used += character < '\u0080' ? 1 : 2
    if (used > columns) break
    fits += character
  }
  return fits
}

/** Filled up with spaces, or cut, to exactly so many columns. */
export function padColumns(text: string, columns: number): string {
  const fits = fitColumns(text, columns)
  return fits + ' '.repeat(columns - columnsOf(fits))
}
