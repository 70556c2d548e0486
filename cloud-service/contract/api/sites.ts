import Type, { type Static } from 'typebox'
import { CarrierIdSchema, LaneIdSchema, MomentSchema, SiteIdSchema } from '#edge/ids'
import { LaneStatusSchema } from '#edge/lane-status'
import { ScaleRecordSchema } from '#edge/weighing'
import { page } from './lists.ts'

/** Sites, their lanes, the carriers that load there, and what each site may ticket in a month. */

/* sites: GET /api/sites ; GET /api/lanes ; GET /api/carriers (those the asker may issue for; a carrier sees itself) — one page of all */
export const CarrierSchema = Type.Object({
  carrier: CarrierIdSchema,
  name: Type.String(),
})
export type Carrier = Static<typeof CarrierSchema>
export const SiteSchema = Type.Object({
  site: SiteIdSchema,
  name: Type.String(),
  county: Type.String(),
  countyName: Type.String(),
  kind: Type.String(),
  longitude: Type.Number(),
  latitude: Type.Number(),
  agent: Type.Union([
    Type.Null(),
    Type.Object({
      agent: Type.String(),
      online: Type.Boolean(),
      heardAt: Type.Union([MomentSchema, Type.Null()]),
      backlog: Type.Integer(),
      oldestWaiting: Type.Union([MomentSchema, Type.Null()]),
      clock: Type.String(),
      software: Type.String(),
      legal: Type.String(),
      /** The ticket book at the site is the one ordered: version and hash agree. */
      bookWhole: Type.Boolean(),
      bookTickets: Type.Integer(),
      policy: Type.Integer(),
    }),
  ]),
})
export type Site = Static<typeof SiteSchema>
export const LaneSchema = Type.Object({
  site: SiteIdSchema,
  siteName: Type.String(),
  lane: LaneIdSchema,
  name: Type.String(),
  scale: ScaleRecordSchema,
  status: Type.Union([LaneStatusSchema, Type.Null()]),
  heardAt: Type.Union([MomentSchema, Type.Null()]),
})
export type Lane = Static<typeof LaneSchema>
export const CarrierPageSchema = page(CarrierSchema)

/* quota: GET /api/sites/:site/quotas ; PUT /api/sites/:site/quotas/:month (the city) */
export const QuotaRowSchema = Type.Object({ month: Type.String(), limitKg: Type.Integer(), setBy: Type.String(), setAt: MomentSchema })
export type QuotaRow = Static<typeof QuotaRowSchema>
export const SetQuotaSchema = Type.Object(
  { limitKg: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }) },
  { additionalProperties: false },
)

/* tares of other sites: PUT, DELETE /api/sites/:site/tares-from/:other (the city): tares weighed at `other` from now on are ordered to `site` */
