import { escposPrinter } from './escpos.ts'
import { plainTextPrinter } from './plain-text.ts'
import type { PrinterDialect } from './printer.ts'

/** Every slip printer that can be configured, by the name the configuration gives it. */
export const PRINTER_DIALECTS = {
  [escposPrinter.name]: escposPrinter,
  [plainTextPrinter.name]: plainTextPrinter,
} as const satisfies Readonly<Record<string, PrinterDialect>>

export const printerDialect = (name: string): PrinterDialect | null =>
  Object.hasOwn(PRINTER_DIALECTS, name) ? (PRINTER_DIALECTS[name] ?? null) : null
