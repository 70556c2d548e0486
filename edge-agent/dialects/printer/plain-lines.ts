import type { SlipRow } from '#edge/slip'
import { columnsOf, fitColumns, padColumns } from '../gbk.ts'

/** Columns of the labels, four Chinese characters and a blank; a longer label has the blank behind it. */
const LABEL_COLUMNS = 11

/** A page in characters of one width: for a dot matrix, for a screen, and for what ESC/POS prints small. A QR code is left out. */
export const plainLines = (rows: readonly SlipRow[], columns: number): string[] => rows.flatMap((row) => linesOf(row, columns))

export function linesOf(row: SlipRow, columns: number): string[] {
  switch (row.kind) {
    case 'title':
    case 'note':
      return foldColumns(row.text, columns).map((line) => centred(line, columns))
    case 'banner':
      return [centred(`*** ${row.text} ***`, columns)]
    case 'rule':
      return ['-'.repeat(columns)]
    case 'field':
    case 'weight': {
      const label = padColumns(row.label, Math.max(LABEL_COLUMNS, columnsOf(row.label) + 1))
      return foldColumns(row.value, Math.max(2, columns - columnsOf(label))).map(
        (line, at) => (at === 0 ? label : ' '.repeat(columnsOf(label))) + line,
      )
    }
    case 'qr':
      return []
  }
}

/** Broken wherever the line is full: a number may be broken, it may not be lost. */
export function foldColumns(text: string, columns: number): string[] {
  const lines: string[] = []
  for (let rest = text.replace(/\p{Cc}/gu, ' '); rest !== ''; ) {
    const fits = fitColumns(rest, columns)
    if (fits === '') return lines
    lines.push(fits)
    rest = rest.slice(fits.length)
  }
  return lines
}

export const centred = (text: string, columns: number): string =>
  ' '.repeat(Math.max(0, Math.floor((columns - columnsOf(text)) / 2))) + fitColumns(text, columns)
