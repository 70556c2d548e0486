import type { Signer, SuiteName, Verifier } from './seal.ts'
import { fieldsAreSigned, readFields, signFields } from './signed-fields.ts'
import { type Ticket, ticketNumberIsWhole } from './ticket.ts'
import { fromIso, Instant, toIso } from './units.ts'

/**
 * The ticket as a QR code: its key fields and a signature of their own (`signed-fields.ts`), behind `PITGATE1:`. About 170 bytes:
 * version 9 (53 × 53) at level M.
 */
export const QR_PREFIX = 'PITGATE1:'

/** What a ticket's QR code says. Moments are whole seconds. */
export interface QrTicket {
  readonly number: string
  readonly site: string
  readonly carrier: string
  readonly plate: string
  readonly plannedNetKg: number
  readonly validFrom: string
  readonly validUntil: string
  readonly suite: SuiteName
  readonly key: string
  readonly signature: string
  /** The signed text, as read. */
  readonly said: string
}

const secondsOf = (iso: string): number => {
  const at = fromIso(iso)
  if (at === null) throw new RangeError(`"${iso}" is not a moment`)
  return Math.floor(at / 1_000)
}

/** The text for the QR code. Throws when the signer's signature or key is not of the suite's size: that is a mistake of ours. */
export function encodeQr(ticket: Ticket, signer: Signer): string {
  const { number, site, carrier, plate, plannedNetKg, validFrom, validUntil } = ticket
  return signFields(QR_PREFIX, [number, site, carrier, plate, plannedNetKg, secondsOf(validFrom), secondsOf(validUntil)], signer)
}

/** What was scanned, or null when it is none of ours. Says nothing about who signed it: ask `qrIsSigned`. Never throws. */
export function readQr(scanned: string): QrTicket | null {
  const read = readFields(QR_PREFIX, scanned)
  const [number, site, carrier, plate, kg, from, until, ...rest] = read?.fields ?? []
  if (read === null || !number || !ticketNumberIsWhole(number) || !site || !carrier || !plate || rest.length > 0) return null
  const [plannedNetKg, validFrom, validUntil] = [whole(kg), whole(from), whole(until)]
  if (plannedNetKg === null || validFrom === null || validUntil === null) return null
  const { suite, key, signature, said } = read
  return {
    number,
    site,
    carrier,
    plate,
    plannedNetKg,
    validFrom: toIso(Instant(validFrom * 1_000)),
    validUntil: toIso(Instant(validUntil * 1_000)),
    suite,
    key,
    signature,
    said,
  }
}

/** True only for a key the verifier knows and a good signature over exactly what was read. */
export const qrIsSigned = (qr: QrTicket, verifier: Verifier): boolean => fieldsAreSigned(qr, verifier)

/** Whole, not negative, and no moment beyond the year 9999. */
function whole(text: string | undefined): number | null {
  return text !== undefined && /^(0|[1-9][0-9]{0,11})$/.test(text) && Number(text) <= 253_402_300_799 ? Number(text) : null
}
