/**
 * Multipart bodies as cameras send them (RFC 2046), whole or without end, in any chunks. The delimiter is learnt from the first line
 * that begins with `--`, because headers name it with and without its dashes or not at all.
 *
 * Lengths lie: `Content-Length` may be 0, missing or wrong, and a picture contains any byte, even its own delimiter. So a delimiter
 * line ends a part unless the part is binary, told its length and is not that long yet; where that length then proves wrong, the
 * bytes are read once more by delimiters alone. Every byte is looked at twice at most and memory ends at `LONGEST_PART`.
 */
export interface Part {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** `cut`: the bytes ended before the part did. `too-long`: it was skipped and its body is empty. */
  readonly state: 'whole' | 'cut' | 'too-long'
}

export interface PartSplitter {
  push(bytes: Uint8Array, onPart: (part: Part) => void): void
  /** Nothing follows. */
  end(onPart: (part: Part) => void): void
}

export interface SplitterSettings {
  /**
   * Streams send a delimiter only with the next event, so a text part may say itself where it ends: asked at every byte equal to
   * `at`, with the body so far in `bytes[0…length)`.
   */
  readonly textEnd?: { readonly at: number; isEnd(bytes: Uint8Array, length: number): boolean }
}

export const LONGEST_PART = 4 * 1_024 * 1_024
const LONGEST_HEADERS = 8 * 1_024
const LONGEST_DELIMITER = 200
const [LF, CR, DASH, BLANK] = [0x0a, 0x0d, 0x2d, 0x20]

export function partSplitter({ textEnd }: SplitterSettings = {}): PartSplitter {
  let delimiter: Uint8Array | null = null
  let state: 'between' | 'headers' | 'body' = 'between'
  let headers: Record<string, string> = {}
  /** Bytes of the line, header block or body being read: buffer[0…length). */
  let buffer = new Uint8Array(1_024)
  let length = 0
  let lineFrom = 0
  let overLong = false
  let text = false
  /** What its header says, and what of that is waited for: of a binary part, and 0 where lengths are missing, absurd or were found to lie. */
  let said = 0
  let promised = 0
  let believed = true
  /** Where in the body the first delimiter line begins that a promise let pass, or −1. */
  let passedOver = -1

  function room(wanted: number): void {
    if (wanted <= buffer.length) return
    const larger = new Uint8Array(Math.max(wanted, Math.min(2 * buffer.length, LONGEST_PART)))
    larger.set(buffer.subarray(0, length))
    buffer = larger
  }

  function startPart(): void {
    state = 'headers'
    headers = {}
    length = lineFrom = 0
  }

  function startBody(): void {
    state = 'body'
    length = lineFrom = 0
    overLong = false
    passedOver = -1
    const type = headers['content-type'] ?? ''
    text =
      /^(text|application)\/(plain|html|[\w.+-]*xml|[\w.+-]*json)/i.test(type) ||
      /\.(xml|json)"/i.test(headers['content-disposition'] ?? '')
    said = /^\d{1,8}$/.test(headers['content-length'] ?? '') ? Number(headers['content-length']) : 0
    promised = believed && !text && said <= LONGEST_PART ? said : 0
  }

  function tell(to: number, how: Part['state'], onPart: (part: Part) => void): void {
    onPart({ headers, body: overLong ? new Uint8Array() : buffer.slice(0, to), state: overLong ? 'too-long' : how })
    state = 'between'
    length = lineFrom = 0
    believed = true
    if (buffer.length > 64 * 1_024) buffer = new Uint8Array(1_024)
  }

  /** The line that ends here: buffer[from…length) with its LF. */
  const delimiterAt = (from: number): 'part' | 'last' | null => {
    if (delimiter === null || length - from > LONGEST_DELIMITER + 4) return null
    let to = length
    while (to > from && (buffer[to - 1] === LF || buffer[to - 1] === CR || buffer[to - 1] === BLANK)) to--
    const extra = to - from - delimiter.length
    if (extra !== 0 && extra !== 2) return null
    for (let at = 0; at < delimiter.length; at++) if (buffer[from + at] !== delimiter[at]) return null
    if (extra === 0) return 'part'
    return buffer[to - 1] === DASH && buffer[to - 2] === DASH ? 'last' : null
  }

  function lineBetween(): void {
    if (delimiter === null && buffer[0] === DASH && buffer[1] === DASH && length <= LONGEST_DELIMITER) {
      let to = length
      while (to > 2 && (buffer[to - 1] === LF || buffer[to - 1] === CR || buffer[to - 1] === BLANK)) to--
      if (to > 2) delimiter = buffer.slice(0, to)
    }
    if (delimiterAt(0) === 'part') startPart()
    else length = 0
  }

  function header(): void {
    const line = String.fromCharCode(...buffer.subarray(lineFrom, Math.min(length, lineFrom + 1_024))).trim()
    if (line === '') {
      startBody()
      return
    }
    const colon = line.indexOf(':')
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim()
    lineFrom = length
  }

  /** A body without the line break that belongs to the delimiter behind it. */
  const withoutBreak = (to: number): number => {
    const before = to > 0 && buffer[to - 1] === LF ? to - 1 : to
    return before > 0 && buffer[before - 1] === CR ? before - 1 : before
  }

  function delimiterFound(from: number, kind: 'part' | 'last', onPart: (part: Part) => void): void {
    if (promised > from) {
      if (passedOver < 0) passedOver = from
      return
    }
    const kept = promised > 0 && onlyBreaks(promised, from)
    if (passedOver >= 0 && !kept) {
      readAgain(onPart)
      return
    }
    tell(kept ? promised : withoutBreak(from), 'whole', onPart)
    if (kind === 'part') startPart()
  }

  const onlyBreaks = (from: number, to: number): boolean => {
    for (let at = from; at < to; at++) if (buffer[at] !== LF && buffer[at] !== CR) return false
    return true
  }

  /** The promised length was a lie, and what was passed over was a delimiter after all. */
  function readAgain(onPart: (part: Part) => void): void {
    const again = buffer.slice(0, length)
    promised = 0
    length = lineFrom = 0
    passedOver = -1
    believed = false
    feed(again, onPart, false)
  }

  /** A piece of a body whose last byte may end a line, a promise or a text; the bytes before it end nothing. */
  function bodyPiece(piece: Uint8Array, onPart: (part: Part) => void): void {
    room(length + piece.length)
    buffer.set(piece, length)
    length += piece.length
    const byte = buffer[length - 1]
    if (byte === LF) {
      // Some send the delimiter right behind the picture, without a line break.
      const from = delimiterAt(lineFrom) === null && promised > lineFrom && promised < length ? promised : lineFrom
      const kind = delimiterAt(from)
      if (kind !== null) {
        delimiterFound(from, kind, onPart)
        return
      }
      lineFrom = length
    }
    const ended = text && textEnd !== undefined && byte === textEnd.at && !overLong && textEnd.isEnd(buffer, length)
    // A JPEG that ends exactly where its header says is there, and need not wait for what follows.
    if (ended || (promised === length && byte === 0xd9 && buffer[length - 2] === 0xff)) tell(length, 'whole', onPart)
  }

  /** Skipped from here on, but its delimiter must still be found: only the line at hand is kept, and of that as much as tells. */
  function tooLong(): void {
    overLong = true
    promised = 0
    passedOver = -1
    buffer.copyWithin(0, lineFrom, length)
    length = Math.min(length - lineFrom, LONGEST_DELIMITER + 5)
    lineFrom = 0
  }

  function outside(byte: number): void {
    room(length + 1)
    buffer[length++] = byte
    if (state === 'between') {
      if (byte === LF) lineBetween()
      else if (length > LONGEST_HEADERS) length = LONGEST_DELIMITER + 1
    } else if (byte === LF) header()
    else if (length > LONGEST_HEADERS) {
      state = 'between'
      length = LONGEST_DELIMITER + 1
    }
  }

  function feed(bytes: Uint8Array, onPart: (part: Part) => void, trust: boolean): void {
    const nextLine = finder(bytes, LF)
    const nextEnd = finder(bytes, textEnd?.at ?? LF)
    let at = 0
    while (at < bytes.length) {
      if (state !== 'body') {
        if (!trust) believed = false
        outside(bytes[at++] ?? 0)
        continue
      }
      if (length >= LONGEST_PART) tooLong()
      const promise = promised > length ? promised - length : bytes.length
      const to = Math.min(nextLine(at), text ? nextEnd(at) : bytes.length, at + promise, at + LONGEST_PART - length)
      bodyPiece(bytes.subarray(at, to), onPart)
      at = to
    }
  }

  /** The last line may lack its end. */
  function lastLine(onPart: (part: Part) => void): void {
    const kind = state === 'body' ? delimiterAt(lineFrom) : null
    if (kind !== null) delimiterFound(lineFrom, kind, onPart)
  }

  return {
    push: (bytes, onPart) => {
      feed(bytes, onPart, true)
    },
    end: (onPart) => {
      lastLine(onPart)
      if (state === 'body' && passedOver >= 0) readAgain(onPart)
      lastLine(onPart)
      if (state === 'body') {
        const whole = said > 0 && said <= length && onlyBreaks(said, length)
        tell(whole ? said : withoutBreak(length), whole ? 'whole' : 'cut', onPart)
      }
      state = 'between'
      length = lineFrom = 0
      delimiter = null
      believed = true
    },
  }
}

/** Where a piece that begins at a place ends: behind the next such byte, or with the bytes. Asked in order, it looks at each once. */
function finder(bytes: Uint8Array, wanted: number): (from: number) => number {
  let found = -1
  return (from) => {
    if (found < from) {
      found = bytes.indexOf(wanted, from)
      if (found < 0) found = bytes.length
    }
    return Math.min(found + 1, bytes.length)
  }
}

/** The parts of a whole body, at most `atMost`; null where there is no delimiter line in it at all. */
export function partsOf(body: Uint8Array, atMost = 16): readonly Part[] | null {
  const parts: Part[] = []
  const splitter = partSplitter()
  const gather = (part: Part): void => {
    if (parts.length < atMost) parts.push(part)
  }
  splitter.push(body, gather)
  splitter.end(gather)
  return parts.length === 0 ? null : parts
}
