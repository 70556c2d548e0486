import { canonical } from './canonical.ts'

/**
 * Whether `text` is the canonical form of `value`, which it was parsed to. One look along the text settles nearly every record; only one
 * that holds an escape or a long number, or fails, is written out in full to be sure. Never throws, however deep or odd the value is.
 * Costs about as much as parsing it did.
 */
export function isCanonical(text: string, value: unknown): boolean {
  if (looksCanonical(text)) return true
  try {
    return canonical(value) === text
  } catch {
    return false
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const MINUS = 0x2d
const ZERO = 0x30
/** More than these may be beyond what a double holds exactly. */
const SAFE_DIGITS = 15

/** True only for canonical JSON; the text is JSON already. What stands within a string stands for itself, as long as nothing is escaped. */
function looksCanonical(text: string): boolean {
  const outer: (string | null)[] = []
  let keyBefore: string | null = null
  let ascii = true
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const from = at + 1
      for (at = from; text.charCodeAt(at) !== QUOTE; at += 1) {
        const inside = text.charCodeAt(at)
        // Not a number is the end of a text that was no JSON after all.
        if (inside === BACKSLASH || Number.isNaN(inside)) return false
        if (inside > 0x7e) ascii = false
      }
      if (text.charCodeAt(at + 1) !== COLON) continue
      const key = text.slice(from, at)
      if (keyBefore !== null && key <= keyBefore) return false
      keyBefore = key
    } else if (code === 0x7b || code === 0x5b) {
      outer.push(keyBefore)
      keyBefore = null
    } else if (code === 0x7d || code === 0x5d) keyBefore = outer.pop() ?? null
    else if (code === MINUS || isDigit(code)) {
      const from = at
      while (isDigit(text.charCodeAt(at + 1))) at += 1
      const isFraction = text.charCodeAt(at + 1) === 0x2e || (text.charCodeAt(at + 1) | 0x20) === 0x65
      if (isFraction || at - from >= SAFE_DIGITS || (code === MINUS && text.charCodeAt(from + 1) === ZERO)) return false
    } else if (code <= 0x20) return false
  }
  return ascii || text.normalize('NFC') === text
}

const isDigit = (code: number): boolean => code >= ZERO && code <= 0x39
