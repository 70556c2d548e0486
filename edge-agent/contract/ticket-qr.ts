import { fromBase45, fromBase64url, toBase45, toBase64url } from './byte-text.ts'
import { type Signer, type SuiteName, sentence, type Verifier } from './seal.ts'
import { type Ticket, ticketNumberIsWhole } from './ticket.ts'
import { fromIso, Instant, toIso } from './units.ts'

/**
 * The ticket as a QR code: its key fields and a signature of their own, readable and verifiable offline by anybody who holds the
 * issuer's public key. Text on the wire: `PITGATE1:` and base45 (RFC 9285) of
 *
 *     1 byte form (1) · 1 byte suite · 8 bytes key id · 64 bytes signature · UTF-8 text of the fields, joined by U+001F
 *
 * The signature is over `sentence('qr', hash)`, hash over suite, key and the text, so a QR signature can never stand for a
 * ticket's. About 170 bytes: version 9 (53 × 53) at level M.
 */
export const QR_PREFIX = 'PITGATE1:'
const FORM = 1
const SUITES: readonly SuiteName[] = ['ed25519-sha256', 'sm2-sm3']
const SIGNATURE_BYTES = 64
const START = 2 + 8 + SIGNATURE_BYTES
const BETWEEN = '\u001f'

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

const toSign = (suite: SuiteName, key: string, said: string): string => `${suite}\n${key}\n${said}`
const secondsOf = (iso: string): number => {
  const at = fromIso(iso)
  if (at === null) throw new RangeError(`"${iso}" is not a moment`)
  return Math.floor(at / 1_000)
}

/** The text for the QR code. Throws when the signer's signature or key is not of the suite's size: that is a mistake of ours. */
export function encodeQr(ticket: Ticket, signer: Signer): string {
  const fields = [ticket.number, ticket.site, ticket.carrier, ticket.plate, ticket.plannedNetKg]
  const said = [...fields, secondsOf(ticket.validFrom), secondsOf(ticket.validUntil)].join(BETWEEN)
  const signature = fromBase64url(signer.sign(sentence('qr', signer.hash(toSign(signer.suite, signer.key, said)))))
  if (signature?.length !== SIGNATURE_BYTES) throw new RangeError(`a QR code holds a signature of ${SIGNATURE_BYTES} bytes`)
  const text = new TextEncoder().encode(said)
  const bytes = new Uint8Array(START + text.length)
  bytes.set([FORM, SUITES.indexOf(signer.suite)])
  bytes.set(fromHex(signer.key), 2)
  bytes.set(signature, 10)
  bytes.set(text, START)
  return QR_PREFIX + toBase45(bytes)
}

/** What was scanned, or null when it is none of ours. Says nothing about who signed it: ask `qrIsSigned`. Never throws. */
export function readQr(scanned: string): QrTicket | null {
  const text = scanned.trim()
  if (!text.startsWith(QR_PREFIX) || text.length > 600) return null
  const bytes = fromBase45(text.slice(QR_PREFIX.length))
  const suite = bytes ? SUITES[bytes[1] ?? -1] : undefined
  if (!bytes || bytes.length <= START || bytes[0] !== FORM || !suite) return null
  const said = readText(bytes.subarray(START))
  const [number, site, carrier, plate, kg, from, until, ...rest] = said?.split(BETWEEN) ?? []
  if (said === null || !number || !ticketNumberIsWhole(number) || !site || !carrier || !plate || rest.length > 0) return null
  const [plannedNetKg, validFrom, validUntil] = [whole(kg), whole(from), whole(until)]
  if (plannedNetKg === null || validFrom === null || validUntil === null) return null
  const key = toHex(bytes.subarray(2, 10))
  const signature = toBase64url(bytes.subarray(10, START))
  const moments = {
    validFrom: toIso(Instant(validFrom * 1_000)),
    validUntil: toIso(Instant(validUntil * 1_000)),
  }
  return {
    number,
    site,
    carrier,
    plate,
    plannedNetKg,
    ...moments,
    suite,
    key,
    signature,
    said,
  }
}

/** True only for a key the verifier knows and a good signature over exactly what was read. */
export const qrIsSigned = (qr: QrTicket, verifier: Verifier): boolean =>
  verifier.verify(qr.key, sentence('qr', verifier.hash(toSign(qr.suite, qr.key, qr.said))), qr.signature)

/** Whole, not negative, and no moment beyond the year 9999. */
function whole(text: string | undefined): number | null {
  return text !== undefined && /^(0|[1-9][0-9]{0,11})$/.test(text) && Number(text) <= 253_402_300_799 ? Number(text) : null
}
function readText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
function fromHex(key: string): Uint8Array {
  if (!/^[0-9a-f]{16}$/.test(key)) throw new RangeError(`"${key}" is not a key id`)
  return Uint8Array.from({ length: 8 }, (_, at) => Number.parseInt(key.slice(at * 2, at * 2 + 2), 16))
}
const toHex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
