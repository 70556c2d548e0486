import { canonical } from './canonical.ts'

/**
 * Seals (DESIGN.md D12 and section 4). A record carries `prev`, `suite` and `key` inside its canonical bytes, so the hash over
 * them covers the link. What is signed is never a bare hash but a sentence that says what kind of thing it is, so a signature
 * for one purpose cannot be shown for another.
 */
export type SuiteName = 'ed25519-sha256' | 'sm2-sm3'
export type Purpose = 'record' | 'head' | 'ticket' | 'booklet' | 'qr' | 'policy' | 'order' | 'time'

/** Hashing and signing are handed in: this folder has no cryptography of its own. Hashes are lower-case hex, signatures base64url. */
export interface Hasher {
  hash(text: string): string
}
export interface Signer extends Hasher {
  readonly suite: SuiteName
  /** Names the key: the first 16 hex digits of the hash of its public bytes. */
  readonly key: string
  sign(text: string): string
}
export interface Verifier extends Hasher {
  /** True only for a known key and a good signature; never throws. */
  verify(key: string, text: string, signature: string): boolean
}

export const sentence = (purpose: Purpose, hash: string): string => `pitgate-${purpose}:v1:${hash}`

/** A signed document: policy, ticket, booklet. The signature covers its canonical bytes. */
export interface Signed<T> {
  readonly body: T
  readonly suite: SuiteName
  readonly key: string
  readonly signature: string
}

export function signBody<T>(purpose: Purpose, body: T, signer: Signer): Signed<T> {
  return { body, suite: signer.suite, key: signer.key, signature: signer.sign(sentence(purpose, signer.hash(canonical(body)))) }
}

export function bodyIsSigned<T>(purpose: Purpose, signed: Signed<T>, verifier: Verifier): boolean {
  return verifier.verify(signed.key, sentence(purpose, verifier.hash(canonical(signed.body))), signed.signature)
}
