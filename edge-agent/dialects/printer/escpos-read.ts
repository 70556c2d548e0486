import { fromGbk } from '../gbk.ts'

/** What came out of an ESC/POS printer, read back from its bytes: the printer's side of `escpos.ts`, for simulators and tests. */
export interface PrintedPage {
  readonly lines: readonly PrintedLine[]
  /** Content of QR codes the printer drew itself. */
  readonly qrs: readonly string[]
  /** Pictures, bands joined: dark dots row by row. */
  readonly pictures: readonly (readonly (readonly boolean[])[])[]
}
export interface PrintedLine {
  readonly text: string
  /** How many times as wide as usual its widest part is. */
  readonly width: number
  readonly inverse: boolean
  readonly centred: boolean
}

/** Called with what is left of the stream so far; `used` bytes are done with. Pages end where the paper is cut. */
export function readEscPos(bytes: Uint8Array): { readonly pages: PrintedPage[]; readonly used: number } {
  const pages: PrintedPage[] = []
  let used = 0
  for (;;) {
    const page = readPage(bytes.subarray(used))
    if (page === null) return { pages, used }
    pages.push(page.page)
    used += page.length
  }
}

/** Bytes of each command up to where its data begins. */
const SIZES: ReadonlyMap<number, number> = new Map([
  [0x1b40, 2],
  [0x1c26, 2],
  [0x1b61, 3],
  [0x1b64, 3],
  [0x1d21, 3],
  [0x1d42, 3],
  [0x1d56, 4],
  [0x1d28, 5],
  [0x1d76, 8],
  [0x1004, 3],
])

/** Null while the page is not whole. */
function readPage(bytes: Uint8Array): { readonly page: PrintedPage; readonly length: number } | null {
  const lines: PrintedLine[] = []
  const qrs: string[] = []
  const bands: boolean[][][] = []
  let stored = ''
  let line: number[] = []
  let width = 1
  let widest = 1
  let inverse = false
  let centred = false
  const endLine = (): void => {
    lines.push({ text: fromGbk(Uint8Array.from(line)), width: widest, inverse, centred })
    line = []
    widest = width
  }
  const byte = (at: number): number => bytes[at] ?? -1
  for (let at = 0; at < bytes.length; ) {
    const head = (byte(at) << 8) | byte(at + 1)
    // A command is read whole or not yet: half of one has no length to go on by.
    if (at + (SIZES.get(head) ?? 1) > bytes.length) return null
    const n = byte(at + 2)
    if (byte(at) === 0x0a) {
      endLine()
      at += 1
    } else if (head === 0x1b40 || head === 0x1c26) at += 2
    else if (head === 0x1b61) {
      centred = n === 1
      at += 3
    } else if (head === 0x1b64) at += 3
    else if (head === 0x1d21) {
      width = 1 + (n >> 4)
      widest = line.length === 0 ? width : Math.max(widest, width)
      at += 3
    } else if (head === 0x1d42) {
      inverse = n === 1
      at += 3
    } else if (head === 0x1d56) {
      return { page: { lines, qrs, pictures: joinBands(bands) }, length: at + 4 }
    } else if (head === 0x1d28) {
      const size = byte(at + 3) | (byte(at + 4) << 8)
      if (at + 5 + size > bytes.length) return null
      const [code, from] = [byte(at + 6), at + 8]
      if (code === 80) stored = fromGbk(bytes.subarray(from, at + 5 + size))
      if (code === 81) qrs.push(stored)
      at += 5 + size
    } else if (head === 0x1d76) {
      const [rowBytes, rows] = [byte(at + 4) | (byte(at + 5) << 8), byte(at + 6) | (byte(at + 7) << 8)]
      if (at + 8 + rowBytes * rows > bytes.length) return null
      // A picture of rows without dots is none: eight bytes could ask for any number of them.
      if (rowBytes > 0) bands.push(dotsOf(bytes.subarray(at + 8, at + 8 + rowBytes * rows), rowBytes, rows))
      at += 8 + rowBytes * rows
    } else if (head === 0x1004) at += 3
    else {
      line.push(byte(at))
      at += 1
    }
  }
  return null
}

const dotsOf = (bytes: Uint8Array, rowBytes: number, rows: number): boolean[][] =>
  Array.from({ length: rows }, (_, y) =>
    Array.from({ length: 8 * rowBytes }, (_, x) => (((bytes[y * rowBytes + (x >> 3)] ?? 0) << (x & 7)) & 0x80) !== 0),
  )

/** Bands of one width that follow each other are one picture. */
function joinBands(bands: readonly boolean[][][]): boolean[][][] {
  const pictures: boolean[][][] = []
  for (const band of bands) {
    const last = pictures.at(-1)
    if (last && last[0]?.length === band[0]?.length) last.push(...band)
    else pictures.push([...band])
  }
  return pictures
}
