import Type, { type Static } from 'typebox'
import { HashSchema, LaneIdSchema, MomentSchema, oneOf, SiteIdSchema, TicketNumberSchema } from '#edge/ids'
import { PlateColourSchema } from '#edge/ticket'
import { VerdictSchema, WeighingSchema } from '#edge/weighing'
import { SiteActSchema } from './acts.ts'
import { page } from './lists.ts'

/** Weighings, with what proves them. */

/* weighings: GET /api/weighings?site&lane&ticket&cursor ; GET /api/weighings/:id ; GET /api/weighings/:id/tape (200 tape text, 202 asked for) */
export const WeighingRowSchema = Type.Object({
  /** `site.agent.epoch.seq` */
  id: Type.String(),
  site: SiteIdSchema,
  siteName: Type.String(),
  lane: LaneIdSchema,
  weighedAt: MomentSchema,
  storedAt: MomentSchema,
  kind: Type.String(),
  pass: Type.String(),
  weightKg: Type.Integer(),
  netKg: Type.Union([Type.Integer(), Type.Null()]),
  plate: Type.Union([Type.String(), Type.Null()]),
  plateColour: PlateColourSchema,
  ticket: Type.Union([TicketNumberSchema, Type.Null()]),
  carrierName: Type.Union([Type.String(), Type.Null()]),
  verdict: VerdictSchema,
  /** Which weighing of its visit, and why there is more than one; null for the first. */
  again: Type.Union([Type.Object({ nth: Type.Integer(), because: Type.String() }), Type.Null()]),
})
export type WeighingRow = Static<typeof WeighingRowSchema>
export const WeighingDetailSchema = Type.Object({
  ...WeighingRowSchema.properties,
  record: WeighingSchema,
  seal: Type.Object({
    suite: Type.String(),
    hash: Type.String(),
    prev: Type.String(),
    key: Type.String(),
    signature: Type.Union([Type.String(), Type.Null()]),
  }),
  /** Plain words: why the gate opened or stayed shut, one sentence per reason, enforced ones first. */
  why: Type.Object({
    zh: Type.Array(Type.String()),
    en: Type.Array(Type.String()),
  }),
  /** What people decided about it, in their order; nothing for a carrier. */
  acts: Type.Array(SiteActSchema),
  /** The record's photos with the camera that took each, and those named after its ink. `camera` is null where the record does not tell. */
  photos: Type.Array(
    Type.Object({
      hash: HashSchema,
      camera: Type.Union([Type.String(), Type.Null()]),
      at: Type.Union([MomentSchema, Type.Null()]),
    }),
  ),
  /** The tape (inputs and weight curve) lies in the cloud; without it, ask for it at `/tape`. */
  tapeHeld: Type.Boolean(),
  /** The same checks run again here: on the tape where it is held, else on the record's own facts. `differs` says what does not agree. */
  recheck: Type.Object({
    by: oneOf(['tape', 'record']),
    equal: Type.Boolean(),
    differs: Type.Array(Type.String()),
  }),
})
export type WeighingDetail = Static<typeof WeighingDetailSchema>
export const WeighingPageSchema = page(WeighingRowSchema)
