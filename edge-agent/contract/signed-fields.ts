import { fromBase45, fromBase64url, toBase45, toBase64url } from './byte-text.ts'
import { type Signer, type SuiteName, sentence, type Verifier } from './seal.ts'

/**
 * A few fields with a signature of their own as the text of a QR code, readable and verifiable offline by anybody who holds the public
 * key. On the wire: a prefix that says what it is, and base45 (RFC 9285) of
 *
 *     1 byte form (1) · 1 byte suite · 8 bytes key id · 64 bytes signature · UTF-8 text of the fields, joined by U+001F
 *
 * The signature is over `sentence('qr', hash)`, hash over suite, key and the text, so a QR signature can never stand for a document's.
 */
export interface SignedFields {
  readonly fields: readonly string[]
  readonly suite: SuiteName
  readonly key: string
  readonly signature: string
  /** The signed text, as read. */
  readonly said: string
}

const FORM = 1
const SUITES: readonly SuiteName[] = ['ed25519-sha256', 'sm2-sm3']
const SIGNATURE_BYTES = 64
const START = 2 + 8 + SIGNATURE_BYTES
const BETWEEN = '\u001f'
const LONGEST = 600

const toSign = (suite: SuiteName, key: string, said: string): string => `${suite}\n${key}\n${said}`

/** Throws when the signer's signature or key is not of the suite's size: that is a mistake of ours. */
export function signFields(prefix: string, fields: readonly (string | number)[], signer: Signer): string {
  const said = fields.join(BETWEEN)
  const signature = fromBase64url(signer.sign(sentence('qr', signer.hash(toSign(signer.suite, signer.key, said)))))
  if (signature?.length !== SIGNATURE_BYTES) throw new RangeError(`a QR code holds a signature of ${SIGNATURE_BYTES} bytes`)
  const text = new TextEncoder().encode(said)
  const bytes = new Uint8Array(START + text.length)
  bytes.set([FORM, SUITES.indexOf(signer.suite)])
  bytes.set(fromHex(signer.key), 2)
  bytes.set(signature, 10)
  bytes.set(text, START)
  return prefix + toBase45(bytes)
}

/** What was scanned, or null when it is none of these. Says nothing about who signed it: ask `fieldsAreSigned`. Never throws. */
export function readFields(prefix: string, scanned: string): SignedFields | null {
  const text = scanned.trim()
  if (!text.startsWith(prefix) || text.length > LONGEST) return null
  const bytes = fromBase45(text.slice(prefix.length))
  const suite = bytes ? SUITES[bytes[1] ?? -1] : undefined
  if (!bytes || bytes.length <= START || bytes[0] !== FORM || !suite) return null
  const said = readText(bytes.subarray(START))
  if (said === null) return null
  return {
    fields: said.split(BETWEEN),
    suite,
    key: toHex(bytes.subarray(2, 10)),
    signature: toBase64url(bytes.subarray(10, START)),
    said,
  }
}

/** True only for a key the verifier knows and a good signature over exactly what was read. */
export const fieldsAreSigned = (qr: Pick<SignedFields, 'suite' | 'key' | 'signature' | 'said'>, verifier: Verifier): boolean =>
  verifier.verify(qr.key, sentence('qr', verifier.hash(toSign(qr.suite, qr.key, qr.said))), qr.signature)

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
