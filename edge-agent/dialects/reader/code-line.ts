/**
 * Code readers (QR, barcode, many card readers in "keyboard" mode): one text per line, ended by CR, LF or both. A line is UTF-8;
 * control characters inside it are dropped, an empty line is nothing.
 */
export interface CodeReader {
  push(bytes: Uint8Array, onCode: (code: string) => void, onRejected: (why: 'too-long' | 'not-text') => void): void
  /** Forgets what was begun: call on reconnect, so that halves of two lines never become one code. */
  reset(): void
}

/** A signed ticket's QR text fits; what is longer is no code. */
export const LONGEST_CODE = 2_048
const CR = 0x0d
const LF = 0x0a
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Holds at most one unfinished line of `longest` bytes; a longer one is dropped up to its end and told once. */
export function codeReader(longest = LONGEST_CODE): CodeReader {
  const line = new Uint8Array(longest)
  let length = 0
  let tooLong = false

  function textOf(): string | null {
    try {
      return utf8
        .decode(line.subarray(0, length))
        .replace(/\p{Cc}/gu, '')
        .trim()
    } catch {
      return null
    }
  }

  function reset(): void {
    length = 0
    tooLong = false
  }

  return {
    push(bytes, onCode, onRejected) {
      for (const byte of bytes) {
        if (byte !== CR && byte !== LF) {
          if (length < longest) line[length++] = byte
          else tooLong = true
          continue
        }
        const text = tooLong ? null : textOf()
        const why = tooLong ? 'too-long' : 'not-text'
        reset()
        if (text === null) onRejected(why)
        else if (text !== '') onCode(text)
      }
    },
    reset,
  }
}

/** The bytes a reader sends for a code: its text and CR LF. */
export const encodeCode = (code: string): Uint8Array => new TextEncoder().encode(`${code}\r\n`)
