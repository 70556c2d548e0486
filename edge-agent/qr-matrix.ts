import { encode } from 'uqr'
import type { QrMatrix } from '#dialects/printer/printer'

/** The modules of a QR code at level M, for printers that only print pictures. */
export const qrMatrix = (text: string): QrMatrix => encode(text, { ecc: 'M', border: 0 }).data
