import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'

/**
 * The seals, computed anew from their description (`edge-agent/contract/canonical.ts`, `seal.ts`, `stream.ts`) with not a line of the
 * product: RFC 8785 JSON of whole numbers and NFC texts, SHA-256 in lower-case hex, Ed25519 over a sentence, base64url.
 */
export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The one form these bytes may have, or null where they say something that has none. */
export function canonicalForm(text: string): string | null {
  try {
    return formOf(JSON.parse(text))
  } catch {
    return null
  }
}

function formOf(value: unknown): string {
  if (value === null || value === true || value === false) return String(value)
  if (typeof value === 'string') return JSON.stringify(value.normalize('NFC'))
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number`)
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map(formOf).join(',')}]`
  const members = Object.entries(value as Record<string, unknown>)
  // Member names are sorted by their UTF-16 units (RFC 8785 section 3.2.3), which is what `<` compares.
  members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${members.map(([name, member]) => `${JSON.stringify(name.normalize('NFC'))}:${formOf(member)}`).join(',')}}`
}

/** Public keys by their name. A key is named by the first 16 hex digits of the hash of its 32 bytes. */
export type Keys = ReadonlyMap<string, KeyObject>

export function keysOf(publicKeys: readonly string[]): Keys {
  return new Map(
    publicKeys.map((text) => {
      const name = sha256(Buffer.from(text, 'base64url')).slice(0, 16)
      return [name, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: text }, format: 'jwk' })] as const
    }),
  )
}

/** Whether this key signed that a record has this hash. */
export function recordIsSigned(keys: Keys, key: string, hash: string, signature: string): boolean {
  const known = keys.get(key)
  return known !== undefined && verify(null, Buffer.from(`pitgate-record:v1:${hash}`), known, Buffer.from(signature, 'base64url'))
}
