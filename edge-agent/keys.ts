import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject, sign, verify } from 'node:crypto'
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Hasher, Signer, Verifier } from '#edge/seal'
import { EdgeError } from './errors.ts'

/** Suite `ed25519-sha256` of DESIGN.md D12 over node:crypto. Hashes are lower-case hex of the UTF-8 text, signatures base64url. */
export const hasher: Hasher = { hash: (text) => hash('sha256', text, 'hex') }

/** An agent's key: it signs, verifies what it signed, and `publicKey` is what the cloud is told at enrolment (base64url of the 32 raw bytes). */
export interface AgentKey extends Signer, Verifier {
  readonly publicKey: string
}

/** The name of a key: the first 16 hex digits of the hash of its 32 raw public bytes. */
export const keyId = (publicKey: string): string => hash('sha256', Buffer.from(publicKey, 'base64url'), 'hex').slice(0, 16)

/**
 * Reads the key file, or makes a new key at the first start: PEM, readable by its owner only, on disk before it is used. Throws
 * EdgeError 'key-unreadable' for a file that is there and no Ed25519 key: a new key over an old one would orphan every record.
 */
export function agentKey(file: string): AgentKey {
  const key = readKey(file) ?? createKey(file)
  const publicKey = rawPublic(key)
  const id = keyId(publicKey)
  return {
    ...verifierOf({ [id]: publicKey }),
    suite: 'ed25519-sha256',
    key: id,
    publicKey,
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64url'),
  }
}

/**
 * Checks signatures by the given public keys and no others; never throws when it verifies. The names are not believed: a key filed
 * under another key's name throws EdgeError 'key-unreadable' here, at start.
 */
export function verifierOf(publicKeys: Readonly<Record<string, string>>): Verifier {
  const known = new Map(Object.entries(publicKeys).map(([id, publicKey]) => [id, publicOf(id, publicKey)] as const))
  return {
    ...hasher,
    verify(id, text, signature) {
      const key = known.get(id)
      if (!key) return false
      try {
        const bytes = Buffer.from(signature, 'base64url')
        // One signature has one text: reading is forgiving, and a bit that flipped in the last letter would go unseen.
        return bytes.toString('base64url') === signature && verify(null, Buffer.from(text), key, bytes)
      } catch {
        return false
      }
    },
  }
}

function readKey(file: string): KeyObject | null {
  let pem: string
  try {
    pem = readFileSync(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new EdgeError('key-unreadable', { cause, file })
  }
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType !== 'ed25519') throw new TypeError(`it holds a key of kind ${key.asymmetricKeyType}`)
    chmodSync(file, 0o600)
    return key
  } catch (cause) {
    throw new EdgeError('key-unreadable', { cause, file })
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
  } catch (cause) {
    throw new EdgeError('key-unreadable', { cause, file })
  }
  return privateKey
}

const rawPublic = (key: KeyObject): string => createPublicKey(key).export({ format: 'jwk' }).x as string

function publicOf(id: string, publicKey: string): KeyObject {
  try {
    if (keyId(publicKey) !== id) throw new TypeError(`its name would be ${keyId(publicKey)}`)
    return createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: publicKey },
      format: 'jwk',
    })
  } catch (cause) {
    throw new EdgeError('key-unreadable', { cause, key: id })
  }
}
