/**
 * What cameras send as JSON, read with suspicion: any bytes may come, members may be missing, of another type or hostile.
 * Nothing here throws.
 */
const utf8 = new TextDecoder('utf-8', { fatal: true })
const gb18030 = new TextDecoder('gb18030')

/** UTF-8, or GB18030 (which contains GBK) where the bytes are no UTF-8: some makers' firmware speaks it. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return gb18030.decode(bytes)
  }
}

export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly why: 'not-json' | 'truncated-json' | 'too-long' }

/** A JSON object of at most `atMost` bytes; NUL bytes around it, which some firmware sends, are dropped. */
export function readJsonBody(bytes: Uint8Array, atMost: number): JsonBody {
  if (bytes.length > atMost) return { ok: false, why: 'too-long' }
  let from = 0
  let to = bytes.length
  while (from < to && bytes[from] === 0) from++
  while (to > from && bytes[to - 1] === 0) to--
  const text = decodeText(bytes.subarray(from, to)).trim()
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? { ok: true, value } : { ok: false, why: 'not-json' }
  } catch {
    return { ok: false, why: isCutOff(text) ? 'truncated-json' : 'not-json' }
  }
}

/** Begun as an object and never closed: the message was cut on its way. */
function isCutOff(text: string): boolean {
  if (!text.startsWith('{')) return false
  let depth = 0
  let inText = false
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at)
    if (inText) {
      if (letter === 0x5c) at++
      else if (letter === 0x22) inText = false
    } else if (letter === 0x22) inText = true
    else if (letter === 0x7b || letter === 0x5b) depth++
    else if (letter === 0x7d || letter === 0x5d) depth--
  }
  return inText || depth > 0
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The member at the end of a path, or undefined; a number picks from a list. */
export function member(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value
  for (const step of path) {
    if (typeof step === 'number') at = Array.isArray(at) ? at[step] : undefined
    else at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined
  }
  return at
}

/** The first of these that is there at all: makers rename members between firmwares. */
export const firstOf = (...values: readonly unknown[]): unknown =>
  values.find((value) => value !== undefined && value !== null && value !== '')

/** Text of at most `longest` letters, without control characters and halves of letters, which a database would refuse. */
export function shortText(value: unknown, longest: number): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (typeof value !== 'string') return null
  const clean = value.slice(0, 4 * longest).replace(/[\p{Cc}\p{Cs}]/gu, '\u{fffd}')
  return [...clean].slice(0, longest).join('')
}

/** A number, also where it came as text. */
export function numberIn(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d{1,15}(\.\d{1,6})?$/.test(value.trim()) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}
