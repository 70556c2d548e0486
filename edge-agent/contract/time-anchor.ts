import Type, { type Static } from 'typebox'
import { MomentSchema } from './ids.ts'
import { type Hasher, type Signer, sentence, type Verifier } from './seal.ts'

/**
 * The cloud's word for what time it is: an agent's hello carries a nonce, the receipt that answers it carries this. Signed by the issuer
 * over site, agent, nonce and moment, so that an answer to another question, to another agent, or an old one shown again is no answer.
 * A cloud that does not know the nonce says nothing, and nothing is different.
 */
export const NonceSchema = Type.String({ pattern: '^[0-9a-f]{32}$' })
export const TimeAnchorSchema = Type.Object({
  nonce: NonceSchema,
  at: MomentSchema,
  key: Type.String({ maxLength: 16 }),
  signature: Type.String({ maxLength: 200 }),
})
export type TimeAnchor = Static<typeof TimeAnchorSchema>

/** Who is told the time. */
export interface Told {
  readonly site: string
  readonly agent: string
}

const timeText = ({ site, agent }: Told, { nonce, at }: Pick<TimeAnchor, 'nonce' | 'at'>, hasher: Hasher): string =>
  sentence('time', hasher.hash(`${site}\n${agent}\n${nonce}\n${at}`))

/** `at`: the moment of the answer, ISO text in UTC. */
export const signTime = (told: Told, nonce: string, at: string, signer: Signer): TimeAnchor => ({
  nonce,
  at,
  key: signer.key,
  signature: signer.sign(timeText(told, { nonce, at }, signer)),
})

export const timeIsSigned = (told: Told, anchor: TimeAnchor, verifier: Verifier): boolean =>
  verifier.verify(anchor.key, timeText(told, anchor, verifier), anchor.signature)
