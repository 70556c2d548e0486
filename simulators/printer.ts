import { fromGbk } from '#dialects/gbk'
import { type PrintedPage, readEscPos } from '#dialects/printer/escpos-read'
import type { Line } from './line.ts'

/** A slip printer: collects pages, runs out of paper, goes off line, answers what its kind answers. */
export interface PrinterSimulator {
  /** None left, or less than a page: what is sent then is lost. */
  paper: 'full' | 'low' | 'out'
  coverOpen: boolean
  /** Answers no status question: many cheap ones do not. */
  mute: boolean
  hear(bytes: Uint8Array): void
  /** Pages that came out, as plain lines, oldest first. */
  pages(): string[][]
  /** The same with sizes, QR codes and pictures, of a receipt printer. */
  readonly printed: readonly PrintedPage[]
}

const MOST_BYTES = 256 * 1_024
const FORM_FEED = 0x0c

export function printerSimulator(kind: 'escpos' | 'text', line: Pick<Line, 'write'>): PrinterSimulator {
  let paper: Uint8Array = new Uint8Array()
  const printed: PrintedPage[] = []
  const plain: string[][] = []

  /** DLE EOT is obeyed at once, wherever it stands, and is no part of the page. */
  function withoutQuestions(bytes: Uint8Array): Uint8Array {
    if (kind !== 'escpos') return bytes
    const rest: number[] = []
    for (let at = 0; at < bytes.length; at += 1) {
      if (bytes[at] === 0x10 && bytes[at + 1] === 0x04) {
        if (!printer.mute) line.write(Uint8Array.of(status(bytes[at + 2] ?? 0)))
        at += 2
      } else rest.push(bytes[at] ?? 0)
    }
    return Uint8Array.from(rest)
  }
  function status(question: number): number {
    const offline = printer.coverOpen || printer.paper === 'out'
    if (question === 1) return 0x12 | (offline ? 0x08 : 0)
    if (question === 2) return 0x12 | (printer.coverOpen ? 0x04 : 0) | (printer.paper === 'out' ? 0x20 : 0)
    return 0x12 | (printer.paper === 'out' ? 0x6c : printer.paper === 'low' ? 0x0c : 0)
  }

  function takePages(): void {
    if (kind === 'escpos') {
      const { pages, used } = readEscPos(paper)
      printed.push(...pages)
      paper = paper.slice(used)
      return
    }
    for (let end = paper.indexOf(FORM_FEED); end >= 0; end = paper.indexOf(FORM_FEED)) {
      plain.push(fromGbk(paper.subarray(0, end)).trimEnd().split('\r\n'))
      paper = paper.slice(end + 1)
    }
  }

  const printer: PrinterSimulator = {
    paper: 'full',
    coverOpen: false,
    mute: false,
    printed,
    hear(bytes) {
      const rest = withoutQuestions(bytes)
      if (printer.paper === 'out' || printer.coverOpen) return
      paper = Uint8Array.of(...paper, ...rest).slice(-MOST_BYTES)
      takePages()
    },
    pages: () => (kind === 'escpos' ? printed.map(({ lines }) => lines.map(({ text }) => text)) : plain),
  }
  return printer
}
