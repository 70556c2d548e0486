import Type, { type Static, type TSchema } from 'typebox'
import { AlarmReturnedSchema, AlarmSchema } from './alarm.ts'
import { DrawnTicketSchema } from './booklet.ts'
import { canonical } from './canonical.ts'
import { AgentIdSchema, EpochSchema, HashSchema, type Identity, MomentSchema, oneOf, SeqSchema, SiteIdSchema } from './ids.ts'
import { ScaleCheckSchema } from './scale-state.ts'
import type { Hasher } from './seal.ts'
import { KeyNameSchema, SuiteSchema } from './signed-schema.ts'
import { DecisionSchema, GateOutcomeSchema, OpeningSchema, PassageSchema, PhotosSchema, WeighingSchema } from './weighing.ts'

/** Every kind of ledger record and what it says. A new kind is a row here, a body schema, and a handler at ingest. */
export const RECORD_BODIES = {
  opening: OpeningSchema,
  weighing: WeighingSchema,
  decision: DecisionSchema,
  'gate-outcome': GateOutcomeSchema,
  passage: PassageSchema,
  photos: PhotosSchema,
  'scale-check': ScaleCheckSchema,
  'drawn-ticket': DrawnTicketSchema,
  alarm: AlarmSchema,
  'alarm-returned': AlarmReturnedSchema,
} as const satisfies Record<string, TSchema>
export type RecordKind = keyof typeof RECORD_BODIES
export type RecordBody<K extends RecordKind = RecordKind> = Static<(typeof RECORD_BODIES)[K]>
/** Kinds that carry a signature of their own; the others are covered by the next signed head. */
export const SIGNED_KINDS: ReadonlySet<RecordKind> = new Set(['weighing', 'decision', 'alarm', 'opening', 'scale-check', 'drawn-ticket'])

export const ClockQualitySchema = oneOf(['synchronised', 'free-running', 'untrusted'])
export type ClockQuality = Static<typeof ClockQualitySchema>

/** What stands around every body; all of it is inside the canonical bytes, so the hash covers it. */
export const EnvelopeSchema = Type.Object({
  v: Type.Literal(1),
  site: SiteIdSchema,
  agent: AgentIdSchema,
  epoch: EpochSchema,
  seq: SeqSchema,
  /** Hash of the record before this one in the epoch; 64 zeros for the first. */
  prev: HashSchema,
  suite: SuiteSchema,
  key: KeyNameSchema,
  kind: Type.Unsafe<RecordKind>(Type.String({ maxLength: 24 })),
  at: MomentSchema,
  /** Milliseconds since the agent started, and which start: two facts no clock step can bend. */
  mono: Type.Integer({ minimum: 0 }),
  boot: Type.String({ pattern: '^[0-9a-f]{8}$' }),
  clock: ClockQualitySchema,
})
export type Envelope = Static<typeof EnvelopeSchema>
export type LedgerRecord<K extends RecordKind = RecordKind> = Envelope & { readonly kind: K; readonly body: RecordBody<K> }

/** A record as it is kept and travels: its exact bytes, their hash, and for some kinds a signature over the hash. */
export interface SealedRecord {
  readonly identity: Identity
  readonly kind: RecordKind
  readonly bytes: string
  readonly hash: string
  readonly signature: string | null
}

/** Canonical bytes and their hash. The signature, where the kind asks for one, is over `sentence('record', hash)`. */
export function sealBytes(record: LedgerRecord, hasher: Hasher): { bytes: string; hash: string } {
  const bytes = canonical(record)
  return { bytes, hash: hasher.hash(bytes) }
}
