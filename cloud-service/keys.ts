import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject, sign, verify } from 'node:crypto'
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Hasher, Signer, Verifier } from '#edge/seal'
import { CloudError, reasonOf } from './errors.ts'

/** Suite `ed25519-sha256` of DESIGN.md D12 over node:crypto. Hashes are lower-case hex of the UTF-8 text, signatures base64url. */
export const hasher: Hasher = { hash: (text) => hash('sha256', text, 'hex') }

/** The bureau's key: it signs tickets, policies and the heads of orders. Agents pin its public half at enrolment. */
export interface IssuerKey extends Signer {
  /** base64url of the 32 raw public bytes. */
  readonly publicKey: string
}

/** The name of a key: the first 16 hex digits of the hash of its 32 raw public bytes. */
export const keyId = (publicKey: string): string => hash('sha256', Buffer.from(publicKey, 'base64url'), 'hex').slice(0, 16)

/**
 * Reads the issuer key from its file, or makes one at the first start: PEM, readable by its owner only, on disk before it is used.
 * Throws CloudError `key-unreadable` for a file that holds something else: a new key over an old one would orphan every ticket.
 */
export function issuerKey(file: string): IssuerKey {
  const key = readKey(file) ?? createKey(file)
  const publicKey = createPublicKey(key).export({ format: 'jwk' }).x as string
  return {
    ...hasher,
    suite: 'ed25519-sha256',
    key: keyId(publicKey),
    publicKey,
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64url'),
  }
}

/** Checks signatures by these public keys (base64url of 32 bytes) and no others; a key that is none is as good as unknown. Never throws. */
export function verifierOf(publicKeys: readonly string[]): Verifier {
  const known = new Map(
    publicKeys.flatMap((publicKey) => (isPublicKey(publicKey) ? [[keyId(publicKey), publicOf(publicKey)] as const] : [])),
  )
  return {
    ...hasher,
    verify(id, text, signature) {
      const key = known.get(id)
      if (key === undefined) return false
      try {
        return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'))
      } catch {
        return false
      }
    },
  }
}

/** Is this text a public key as agents print it? Asked at enrolment. */
export function isPublicKey(text: string): boolean {
  if (Buffer.from(text, 'base64url').length !== 32) return false
  try {
    publicOf(text)
    return true
  } catch {
    return false
  }
}

const publicOf = (publicKey: string): KeyObject =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.replace(/=+$/, '') },
    format: 'jwk',
  })

function readKey(file: string): KeyObject | null {
  let pem: string
  try {
    pem = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new CloudError('key-unreadable', `The issuer key ${file} cannot be read: ${reasonOf(error)}`, error)
  }
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType !== 'ed25519') throw new TypeError(`it holds a key of kind ${key.asymmetricKeyType}`)
    chmodSync(file, 0o600)
    return key
  } catch (error) {
    throw new CloudError('key-unreadable', `The issuer key ${file} is not an Ed25519 private key: ${reasonOf(error)}`, error)
  }
}

function createKey(file: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519')
  try {
    mkdirSync(dirname(file), { recursive: true })
    const half = `${file}.new`
    const to = openSync(half, 'w', 0o600)
    writeSync(to, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
    fsyncSync(to)
    closeSync(to)
    renameSync(half, file)
  } catch (error) {
    throw new CloudError('folder-unwritable', `The issuer key cannot be kept in ${file}: ${reasonOf(error)}`, error)
  }
  return privateKey
}
