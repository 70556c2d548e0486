import Type, { type Static } from 'typebox'
import { HashSchema, LaneIdSchema, MomentSchema } from '#edge/ids'
import { page } from './lists.ts'

/* what people did at the lanes, newest first: GET /api/sites/:site/acts?lane&cursor ; GET /api/acts/:id/photo (200 picture, 202 asked for) ; never shown to carriers */
export const SiteActSchema = Type.Object({
  /** `site.agent.epoch.seq` of the sealed record. */
  id: Type.String(),
  lane: LaneIdSchema,
  visit: Type.Union([Type.Integer(), Type.Null()]),
  /** The weighing it is about. */
  weighing: Type.Union([Type.String(), Type.Null()]),
  /** A manual act of #edge/acts, `timed-out` for the answer nobody gave, or `scale-check`. */
  act: Type.String(),
  operator: Type.String(),
  second: Type.Union([Type.String(), Type.Null()]),
  photo: Type.Union([HashSchema, Type.Null()]),
  at: MomentSchema,
  storedAt: MomentSchema,
  /** The record's own body: a `DecisionSchema`, or for `scale-check` a `ScaleCheckSchema`. */
  body: Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object' }),
})
export type SiteAct = Static<typeof SiteActSchema>
export const SiteActPageSchema = page(SiteActSchema)
