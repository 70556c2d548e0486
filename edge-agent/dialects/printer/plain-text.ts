import { gbkBytes } from '../gbk.ts'
import { plainLines } from './plain-lines.ts'
import type { PrinterDialect } from './printer.ts'

/**
 * Plain text in GBK for dot matrix printers (24-pin, with a Chinese character set of their own): fixed columns, CR LF, a form feed at the
 * page's end. No control codes beside these, so that it comes out of any of them; no QR code, the check code stands in its place.
 */
const CR_LF = '\r\n'
const FORM_FEED = '\f'

export const plainTextPrinter: PrinterDialect = {
  name: 'text',
  about: '针式打印机，纯文本 GBK，换页符结束 / dot matrix, plain text in GBK, form feed',
  evidence: 'fair',
  usual: { baud: 9600, columns: 80 },
  page: (rows, { columns }) => gbkBytes(`${plainLines(rows, columns).join(CR_LF)}${CR_LF}${FORM_FEED}`),
  status: null,
}
