import { fromBase64 } from './base64.ts'

/**
 * What cameras send as JSON, read with suspicion: any bytes may come, members may be missing, of another type or hostile.
 * Nothing here throws.
 */
const utf8 = new TextDecoder('utf-8', { fatal: true })
const gb18030 = new TextDecoder('gb18030')

/** UTF-8, or GB18030 (which contains GBK) where the bytes are no UTF-8: some makers' firmware speaks it. */
export function readText(bytes: Uint8Array): { readonly text: string; readonly gbk: boolean } {
  try {
    return { text: utf8.decode(bytes), gbk: false }
  } catch {
    return { text: gb18030.decode(bytes), gbk: true }
  }
}

export const decodeText = (bytes: Uint8Array): string => readText(bytes).text

export type JsonBody =
  /** `gbk`: the body was no UTF-8 and was read as GBK. */
  | { readonly ok: true; readonly value: unknown; readonly gbk: boolean }
  | { readonly ok: false; readonly why: 'empty-body' | 'not-json' | 'truncated-json' | 'too-long' }

/** A JSON object (`or a list`) of at most `atMost` bytes; NUL bytes around it, which some firmware sends, are dropped. */
export function readJsonBody(bytes: Uint8Array, atMost: number, takes?: 'or a list'): JsonBody {
  if (bytes.length > atMost) return { ok: false, why: 'too-long' }
  let from = 0
  let to = bytes.length
  while (from < to && bytes[from] === 0) from++
  while (to > from && bytes[to - 1] === 0) to--
  const { text: said, gbk } = readText(bytes.subarray(from, to))
  const text = said.trim()
  if (text === '') return { ok: false, why: 'empty-body' }
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) || (takes === 'or a list' && Array.isArray(value)) ? { ok: true, value, gbk } : { ok: false, why: 'not-json' }
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
  const number = typeof value === 'string' && /^-?\d{1,16}(\.\d{1,16})?$/.test(value.trim()) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

/** A number or a short text as it was sent, to stand beside what we made of it. */
export const rawValue = (value: unknown): string | number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : typeof value === 'string' ? shortText(value, 20) : null

/** A measure from 0 to `most` as 0 to 100; null where it is absent, no number, or beyond its scale (255 for "none", −1). */
export function percentage(value: unknown, most: 1 | 100 = 100): number | null {
  const number = numberIn(value)
  if (number === null || number < 0 || number > most) return null
  return most === 1 ? Math.round(number * 1e6) / 1e4 : number
}

/** The bytes of a picture in base64, also behind `data:image/jpeg;base64,`; none where the text is no such thing. */
export function pictureIn(value: unknown): readonly Uint8Array[] {
  if (typeof value !== 'string' || value.length < 4) return []
  const bytes = fromBase64(value.startsWith('data:') ? value.slice(value.indexOf(',') + 1) : value)
  return bytes === null || bytes.length === 0 ? [] : [bytes]
}
