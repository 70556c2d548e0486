export interface PartToSend {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export type Lengths = 'right' | 'zero' | 'none' | 'wrong'

const utf8 = new TextEncoder()
const LINE_BREAK = Uint8Array.of(0x0d, 0x0a)

/** One part behind its delimiter, as simulators of streams send it; `lengths` as firmware lies about them. */
export function encodePart({ headers, body }: PartToSend, boundary: string, lengths: Lengths = 'right'): Uint8Array {
  const said = { right: body.length, zero: 0, wrong: body.length + 7, none: null }[lengths]
  const lines = Object.entries(said === null ? headers : { ...headers, 'Content-Length': String(said) }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  const head = utf8.encode(`--${boundary}\r\n${lines.join('')}\r\n`)
  return concat([head, body, LINE_BREAK])
}

export function encodeMultipart(parts: readonly PartToSend[], boundary: string, lengths: Lengths = 'right'): Uint8Array {
  return concat([...parts.map((part) => encodePart(part, boundary, lengths)), utf8.encode(`--${boundary}--\r\n`)])
}

export function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
