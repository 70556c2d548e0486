import Type, { type Static } from 'typebox'
import { GroupsSchema } from './axle-groups.ts'
import { CameraSideSchema } from './camera-side.ts'
import { EpochSchema, KilogramsSchema, LaneIdSchema, MomentSchema, oneOf, SeqSchema, SiteIdSchema, TicketNumberSchema } from './ids.ts'

/** What a site remembers of a truck: what it weighed empty, with which trailer, and its last weighings (DOMAIN.md sections 4 and 7). */

/** A weighed tare of one tractor with one trailer (null: none was seen). */
export const KnownTareSchema = Type.Object({
  plate: Type.String({ maxLength: 12 }),
  trailer: Type.Union([Type.String({ maxLength: 12 }), Type.Null()]),
  kg: KilogramsSchema,
  groupsKg: Type.Optional(GroupsSchema),
  at: MomentSchema,
  site: SiteIdSchema,
  /** A scale whose tares count here: this site's own, or one the cloud names as approved. */
  approved: Type.Boolean(),
  /** Its weighing in that site's ledger. */
  epoch: EpochSchema,
  seq: SeqSchema,
})
export type KnownTare = Static<typeof KnownTareSchema>

/** One of the last weighings of a truck at this site, as short as a finding needs it. */
export const RecentWeighingSchema = Type.Object({
  plate: Type.Union([Type.String({ maxLength: 12 }), Type.Null()]),
  trailer: Type.Union([Type.String({ maxLength: 12 }), Type.Null()]),
  lane: LaneIdSchema,
  visit: Type.Integer({ minimum: 1 }),
  kind: oneOf(['tare', 'gross', 'check']),
  weightKg: KilogramsSchema,
  at: MomentSchema,
  verdict: oneOf(['open', 'hold', 'ask']),
  ticket: Type.Union([TicketNumberSchema, Type.Null()]),
  /** Codes of what was found, enforced or not. */
  codes: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 24 }),
  /** Cameras that read a plate, of those that spoke in that visit. */
  readBy: Type.Array(CameraSideSchema, { maxItems: 4 }),
  cameras: Type.Array(CameraSideSchema, { maxItems: 4 }),
})
export type RecentWeighing = Static<typeof RecentWeighingSchema>
