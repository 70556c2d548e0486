import Type, { type Static } from 'typebox'

/** Identities as text with one shape each, so that a lane is never passed where a site is meant. */
declare const id: unique symbol
type Id<U extends string> = string & { readonly [id]: U }

export type SiteId = Id<'site'>
export type AgentId = Id<'agent'>
export type LaneId = Id<'lane'>
export type CarrierId = Id<'carrier'>
export type TicketNumber = Id<'ticket'>
/** `BK-7QK2M9XA`: one booklet of tickets signed ahead. See `booklet.ts`. */
export type BookletId = Id<'booklet'>
/** `1-9f3a2b4c`: a counter and a random part. New after re-image, restore or a detected rollback (DESIGN.md D4). */
export type Epoch = Id<'epoch'>

/** One of these words. */
export const oneOf = <const V extends readonly string[]>(words: V) => Type.Unsafe<V[number]>({ type: 'string', enum: [...words] })

export const SLUG = '^[a-z0-9][a-z0-9-]{1,31}$'
export const EPOCH = '^[1-9][0-9]{0,5}-[0-9a-f]{8}$'
export const HASH = '^[0-9a-f]{64}$'
/** 榆林 tickets: county code, date, random part, check character. See `ticket.ts`. */
export const TICKET_NUMBER = '^[0-9]{6}-[0-9]{6}-[0-9A-HJ-NP-Z]{8}[0-9A-Z*]$'

export const SiteIdSchema = Type.Unsafe<SiteId>(Type.String({ pattern: SLUG }))
export const AgentIdSchema = Type.Unsafe<AgentId>(Type.String({ pattern: SLUG }))
export const LaneIdSchema = Type.Unsafe<LaneId>(Type.String({ pattern: SLUG }))
export const CarrierIdSchema = Type.Unsafe<CarrierId>(Type.String({ pattern: SLUG }))
export const EpochSchema = Type.Unsafe<Epoch>(Type.String({ pattern: EPOCH }))
export const TicketNumberSchema = Type.Unsafe<TicketNumber>(Type.String({ pattern: TICKET_NUMBER }))
export const BOOKLET_ID = '^BK-[0-9A-Z]{4,24}$'
export const BookletIdSchema = Type.Unsafe<BookletId>(Type.String({ pattern: BOOKLET_ID }))
export const HashSchema = Type.String({ pattern: HASH })
/** 64 zeros: what the first record of an epoch names as the one before it. */
export const NO_HASH = '0'.repeat(64)
export const KilogramsSchema = Type.Integer({ minimum: -9_999_999, maximum: 9_999_999 })
/** A moment on the wire: ISO 8601, UTC, ending in `Z`. */
export const MomentSchema = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$' })
export const SeqSchema = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

/** Which record, for ever: nothing is ordered or de-duplicated by anything else (DESIGN.md D4). */
export const IdentitySchema = Type.Object({ site: SiteIdSchema, agent: AgentIdSchema, epoch: EpochSchema, seq: SeqSchema })
export type Identity = Static<typeof IdentitySchema>

/** `hongliu.a1.1-9f3a2b4c.17`: one word for a record, as people quote it and `why` takes it. */
export const identityText = (of: Identity): string => `${of.site}.${of.agent}.${of.epoch}.${of.seq}`
export function parseIdentity(text: string): Identity | null {
  const parts = /^([a-z0-9-]+)\.([a-z0-9-]+)\.([1-9][0-9]{0,5}-[0-9a-f]{8})\.([1-9][0-9]{0,15})$/.exec(text)
  if (!parts) return null
  return { site: parts[1] as SiteId, agent: parts[2] as AgentId, epoch: parts[3] as Epoch, seq: Number(parts[4]) }
}
