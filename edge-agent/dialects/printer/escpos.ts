import type { SlipRow } from '#edge/slip'
import { columnsOf, fitColumns, gbkBytes, padColumns } from '../gbk.ts'
import { foldColumns, linesOf } from './plain-lines.ts'
import type { Paper, PrinterDialect, PrinterState, QrMatrix } from './printer.ts'

/**
 * ESC/POS receipt printers with a Chinese character set (GBK), over serial, TCP 9100 or the system's USB file:
 *
 *   ESC @ initialise · FS & Chinese on · ESC a n align · GS ! n size · GS B n white on black · ESC d n feed · GS V 66 0 feed and cut
 *   GS ( k  QR code: 65 model 2, 67 module size, 69 correction M, 80 store, 81 print (function numbers after 49)
 *   GS v 0  picture, bytes per row 2, rows 2, low byte first: for printers that know no QR code
 *   DLE EOT n  answered at once, also while printing: 1 printer, 2 why offline, 4 paper; bits 1 and 4 of an answer are always set, 0 and 7 never
 */
const ESC = 0x1b
const FS = 0x1c
const GS = 0x1d
const LF = 0x0a
const CENTRE = [ESC, 0x61, 1]
const LEFT = [ESC, 0x61, 0]
const BIG = [GS, 0x21, 0x11]
const TALL = [GS, 0x21, 0x01]
const SMALL = [GS, 0x21, 0x00]
const DOTS_PER_COLUMN = 12
const QUIET_ZONE = 4
/** Pictures go in bands: cheap printers hold 4 kB. */
const BAND_ROWS = 64

const text = (line: string): number[] => [...gbkBytes(line), LF]

function page(rows: readonly SlipRow[], paper: Paper, draw: (text: string) => QrMatrix): Uint8Array {
  const body = rows.flatMap((row) => printed(row, paper, draw))
  return Uint8Array.from([ESC, 0x40, FS, 0x26, ...LEFT, ...body, ESC, 0x64, 3, GS, 0x56, 66, 0])
}

function printed(row: SlipRow, paper: Paper, draw: (text: string) => QrMatrix): number[] {
  const { columns } = paper
  switch (row.kind) {
    case 'title':
      return [...CENTRE, ...BIG, ...text(fitColumns(row.text, Math.floor(columns / 2))), ...SMALL, ...LEFT]
    case 'banner':
      return [...CENTRE, GS, 0x42, 1, ...TALL, ...text(` ${fitColumns(row.text, columns - 2)} `), ...SMALL, GS, 0x42, 0, ...LEFT]
    case 'note':
      return [...CENTRE, ...foldColumns(row.text, columns).flatMap(text), ...LEFT]
    case 'weight':
      return weight(row.label, row.value, columns)
    case 'field':
    case 'rule':
      return linesOf(row, columns).flatMap(text)
    case 'qr':
      if (paper.qr === 'none') return []
      return [...CENTRE, ...(paper.qr === 'native' ? nativeQr(row.text) : picture(draw(row.text), columns)), LF, ...LEFT]
  }
}

/** The number twice as large, at the line's end. */
function weight(label: string, value: string, columns: number): number[] {
  const room = columns - columnsOf(label) - 2 * columnsOf(value)
  if (room < 1) return linesOf({ kind: 'weight', label, value }, columns).flatMap(text)
  return [...gbkBytes(padColumns(label, columnsOf(label) + room)), ...BIG, ...gbkBytes(value), ...SMALL, LF]
}

function nativeQr(content: string): number[] {
  const data = [...gbkBytes(content)]
  const store = data.length + 3
  return [
    ...[GS, 0x28, 0x6b, 4, 0, 49, 65, 50, 0],
    ...[GS, 0x28, 0x6b, 3, 0, 49, 67, 4],
    ...[GS, 0x28, 0x6b, 3, 0, 49, 69, 49],
    ...[GS, 0x28, 0x6b, store & 0xff, store >> 8, 49, 80, 48, ...data],
    ...[GS, 0x28, 0x6b, 3, 0, 49, 81, 48],
  ]
}

function picture(matrix: QrMatrix, columns: number): number[] {
  const modules = matrix.length + 2 * QUIET_ZONE
  const dots = Math.max(2, Math.min(6, Math.floor((columns * DOTS_PER_COLUMN * 0.8) / modules)))
  const rowBytes = Math.ceil((modules * dots) / 8)
  const rows = Array.from({ length: modules * dots }, (_, y) => {
    const line = new Array<number>(rowBytes).fill(0)
    for (let x = 0; x < modules * dots; x++) {
      const dark = matrix[Math.floor(y / dots) - QUIET_ZONE]?.[Math.floor(x / dots) - QUIET_ZONE] === true
      if (dark) line[x >> 3] = (line[x >> 3] ?? 0) | (0x80 >> (x & 7))
    }
    return line
  })
  return Array.from({ length: Math.ceil(rows.length / BAND_ROWS) }, (_, band) =>
    rows.slice(band * BAND_ROWS, (band + 1) * BAND_ROWS),
  ).flatMap((band) => [GS, 0x76, 0x30, 0, rowBytes & 0xff, rowBytes >> 8, band.length & 0xff, band.length >> 8, ...band.flat()])
}

const DLE_EOT = [0x10, 0x04]
/** Answers to 1, 2 and 4. Null where one is no status byte: something else is on the line. */
function readStatus(answers: readonly number[]): PrinterState | null {
  const [printer, offline, paper] = answers
  if (printer === undefined || offline === undefined || paper === undefined) return null
  if (answers.some((byte) => (byte & 0x93) !== 0x12)) return null
  if ((paper & 0x60) !== 0 || (offline & 0x20) !== 0) return 'paper-out'
  if ((offline & 0x04) !== 0) return 'cover-open'
  if ((offline & 0x40) !== 0) return 'error'
  if ((printer & 0x08) !== 0) return 'offline'
  return (paper & 0x0c) !== 0 ? 'paper-low' : 'ready'
}

export const escposPrinter: PrinterDialect = {
  name: 'escpos',
  about: 'ESC/POS 热敏小票打印机（GBK） / ESC/POS receipt printer (GBK)',
  evidence: 'solid',
  usual: { baud: 9600, columns: 48 },
  page,
  status: { questions: [1, 2, 4].map((n) => Uint8Array.of(...DLE_EOT, n)), read: readStatus },
}
