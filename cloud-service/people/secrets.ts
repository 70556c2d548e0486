import { createHash, randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/**
 * Passwords are kept as argon2id (OWASP's figures: 19 MiB, two passes). Session and API tokens are 256 random bits, so a plain
 * SHA-256 of them at rest is enough: a stolen table signs nobody in.
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export const hashPassword = (password: string): Promise<string> => hash(password, COST)

/** Spends the same effort when there is no such person, so that time does not tell which names exist. */
export async function passwordFits(stored: string | null, password: string): Promise<boolean> {
  stand ??= hashPassword('nobody has this password')
  const fits = await verify(stored ?? (await stand), password)
  return fits && stored !== null
}
let stand: Promise<string> | null = null

export const newToken = (): string => randomBytes(32).toString('base64url')
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex')
