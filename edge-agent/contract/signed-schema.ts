import Type, { type TSchema } from 'typebox'
import { oneOf } from './ids.ts'

/** `SuiteName` and the name of a key (seal.ts), as they travel. */
export const SuiteSchema = oneOf(['ed25519-sha256', 'sm2-sm3'])
export const KeyNameSchema = Type.String({ pattern: '^[0-9a-f]{16}$' })

/** A signed document, `Signed<T>`, as it travels. */
export const signedSchema = <T extends TSchema>(body: T) =>
  Type.Object({ body, suite: SuiteSchema, key: KeyNameSchema, signature: Type.String({ maxLength: 200 }) })
