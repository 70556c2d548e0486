import type { SlipRow } from '#edge/slip'

/** A QR code's dark modules, row by row, without a quiet zone; handed in, because drawing one is not this folder's business. */
export type QrMatrix = readonly (readonly boolean[])[]

export interface Paper {
  /** Half-width characters of a line. */
  readonly columns: number
  readonly qr: 'native' | 'raster' | 'none'
}

/** Whether a page would come out now. */
export type PrinterState = 'ready' | 'paper-low' | 'paper-out' | 'cover-open' | 'offline' | 'error'

export interface PrinterDialect {
  readonly name: string
  readonly about: string
  readonly evidence: 'solid' | 'fair'
  readonly usual: { readonly baud: number; readonly columns: number }
  /** The bytes of one page, paper cut or fed out at its end. */
  page(rows: readonly SlipRow[], paper: Paper, draw: (text: string) => QrMatrix): Uint8Array
  /** Questions answered at once with a byte each, in order; null for printers that never speak. */
  readonly status: { readonly questions: readonly Uint8Array[]; read(answers: readonly number[]): PrinterState | null } | null
}
