import { createPublicKey, generateKeyPairSync, hash, sign, verify } from 'node:crypto'
import type { Hasher, Signer, Verifier } from '#edge/seal'

/** Real SHA-256 and Ed25519 for tests of what is sealed; a new key at every call. */
export const aHasher: Hasher = { hash: (text) => hash('sha256', text, 'hex') }

export function aKey(): Signer & Verifier {
  const { privateKey } = generateKeyPairSync('ed25519')
  const publicKey = createPublicKey(privateKey)
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  const key = hash('sha256', raw, 'hex').slice(0, 16)
  return {
    ...aHasher,
    suite: 'ed25519-sha256',
    key,
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
    verify: (named, text, signature) => named === key && verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url')),
  }
}
