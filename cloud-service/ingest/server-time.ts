import type { Clock } from '#edge/clock'
import type { Hello } from '#edge/messages'
import type { Signer } from '#edge/seal'
import type { Receipt } from '#edge/stream'
import { signTime } from '#edge/time-anchor'
import { toIso } from '#edge/units'
import type { Agent } from './agents.ts'

/** The answers to a hello, the first of them with the time where it was asked: the sooner it goes, the better it is known there. */
export function withTime(
  receipts: readonly Receipt[],
  { site, agent }: Pick<Agent, 'site' | 'agent'>,
  { nonce }: Pick<Hello, 'nonce'>,
  { issuer, clock }: { readonly issuer: Signer; readonly clock: Pick<Clock, 'now'> },
): readonly Receipt[] {
  const [first, ...others] = receipts
  if (nonce === undefined || first === undefined) return receipts
  return [{ ...first, time: signTime({ site, agent }, nonce, toIso(clock.now()), issuer) }, ...others]
}
