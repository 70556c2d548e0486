import { HASH, type Identity, identityText, parseIdentity } from './ids.ts'
import type { Signer, Verifier } from './seal.ts'
import { fieldsAreSigned, readFields, type SignedFields, signFields } from './signed-fields.ts'
import { fromIso, Instant, toIso } from './units.ts'

/**
 * A weigh slip as a QR code, signed by the agent that weighed: `PITGATE-SLIP1:` before the fields of `signed-fields.ts`. Offline it proves
 * that this agent printed these numbers; with the record at hand its whole hash proves the rest. A reprint has the same code.
 */
export const SLIP_QR_PREFIX = 'PITGATE-SLIP1:'
/** Stands first among the signed fields, so that a slip's signature can never stand for a ticket's. */
const SLIP = 'slip'

export interface SlipQr {
  readonly record: Identity
  /** Hash of the record's bytes. */
  readonly hash: string
  readonly plate: string | null
  readonly ticket: string | null
  readonly weightKg: number
  readonly netKg: number | null
  /** Whole seconds. */
  readonly weighedAt: string
}

export function encodeSlipQr({ record, hash, plate, ticket, weightKg, netKg, weighedAt }: SlipQr, signer: Signer): string {
  const at = Math.floor((fromIso(weighedAt) ?? 0) / 1_000)
  return signFields(SLIP_QR_PREFIX, [SLIP, identityText(record), hash, plate ?? '', ticket ?? '', weightKg, netKg ?? '', at], signer)
}

/** What was scanned, or null when it is no slip of ours. Says nothing about who signed it: ask `slipQrIsSigned`. Never throws. */
export function readSlipQr(scanned: string): (SlipQr & { readonly signed: SignedFields }) | null {
  const signed = readFields(SLIP_QR_PREFIX, scanned)
  const [slip, name = '', hash = '', plate = '', ticket = '', weight, net = '', at, ...rest] = signed?.fields ?? []
  const record = parseIdentity(name)
  const [weightKg, netKg, seconds] = [whole(weight), whole(net), whole(at)]
  if (!signed || slip !== SLIP || record === null || !new RegExp(HASH).test(hash) || rest.length > 0) return null
  if (weightKg === null || seconds === null || (net !== '' && netKg === null)) return null
  const orNull = (text: string): string | null => (text === '' ? null : text)
  return { record, hash, plate: orNull(plate), ticket: orNull(ticket), weightKg, netKg, weighedAt: toIso(Instant(seconds * 1_000)), signed }
}

export const slipQrIsSigned = (qr: { readonly signed: SignedFields }, verifier: Verifier): boolean => fieldsAreSigned(qr.signed, verifier)

const whole = (text: string | undefined): number | null =>
  text !== undefined && /^(0|-?[1-9][0-9]{0,10})$/.test(text) ? Number(text) : null
