import { printerDialect } from '#dialects/printer/printer-dialects'
import type { PrinterConfig } from '../config/printer.ts'
import { byteLink } from '../devices/byte-link.ts'
import { filePath, fileWay } from '../devices/file-way.ts'
import { type Printer, printerDevice } from '../devices/printer.ts'
import { EdgeError } from '../errors.ts'
import { qrMatrix } from '../qr-matrix.ts'
import { common, type Fitting } from './fitting.ts'

export function fitPrinter(fitting: Fitting, config: PrinterConfig): Printer {
  const dialect = printerDialect(config.dialect)
  if (!dialect) throw new EdgeError('config-wrong', { printer: config.dialect })
  const parts = common(fitting, 'printer')
  const { clock, log, schedule } = parts
  const path = filePath(config.address)
  return printerDevice({
    ...parts,
    way: path === null ? (ears) => byteLink(config.address, { clock, log, schedule, ...ears }) : fileWay(path, clock),
    dialect,
    paper: { columns: config.columns ?? dialect.usual.columns, qr: config.qr ?? 'native' },
    draw: qrMatrix,
  })
}
