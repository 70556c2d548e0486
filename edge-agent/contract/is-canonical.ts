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
  /** Where the key before begins in each object around; 0, where no key can be, for none. */
  const outer: number[] = []
  let keyBefore = 0
  let ascii = true
  const end = text.length
  for (let at = 0; at < end; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const from = at + 1
      for (at = from; at < end; at += 1) {
        const inside = text.charCodeAt(at)
        if (inside === QUOTE) break
        if (inside === BACKSLASH) return false
        if (inside > 0x7e) ascii = false
      }
      if (text.charCodeAt(at + 1) !== COLON) continue
      if (keyBefore > 0 && !comesBefore(text, keyBefore, from)) return false
      keyBefore = from
    } else if (code === 0x7b || code === 0x5b) {
      outer.push(keyBefore)
      keyBefore = 0
    } else if (code === 0x7d || code === 0x5d) keyBefore = outer.pop() ?? 0
    else if (code === MINUS || isDigit(code)) {
      const from = at
      while (isDigit(text.charCodeAt(at + 1))) at += 1
      const isFraction = text.charCodeAt(at + 1) === 0x2e || (text.charCodeAt(at + 1) | 0x20) === 0x65
      if (isFraction || at - from >= SAFE_DIGITS || (code === MINUS && text.charCodeAt(from + 1) === ZERO)) return false
    } else if (code <= 0x20) return false
  }
  return ascii || text.normalize('NFC') === text
}

/** Of two keys that stand in the text at these places, each up to its quote: is the first the lesser, by code units? */
function comesBefore(text: string, first: number, second: number): boolean {
  for (let at = 0; ; at += 1) {
    const one = text.charCodeAt(first + at)
    const other = text.charCodeAt(second + at)
    if (one === QUOTE || other === QUOTE) return one === QUOTE && other !== QUOTE
    if (one !== other) return one < other
  }
}

const isDigit = (code: number): boolean => code >= ZERO && code <= 0x39
