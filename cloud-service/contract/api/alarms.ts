import Type, { type Static } from 'typebox'
import { AlarmKindSchema, SeveritySchema } from '#edge/alarm'
import { FactsSchema } from '#edge/findings'
import { LaneIdSchema, MomentSchema, oneOf, SiteIdSchema } from '#edge/ids'
import { page } from './lists.ts'
import { WeighingRowSchema } from './weighings.ts'

/* alarms: GET /api/alarms?state&site&cursor ; GET /api/alarms/:id ; POST /api/alarms/:id/acknowledge | /comment | /close (each answers the AlarmDetail as it is now) */
export const AlarmRowSchema = Type.Object({
  id: Type.String(),
  kind: AlarmKindSchema,
  severity: SeveritySchema,
  state: oneOf(['unacknowledged', 'acknowledged', 'returned', 'closed']),
  site: SiteIdSchema,
  siteName: Type.String(),
  county: Type.String(),
  lane: Type.Union([LaneIdSchema, Type.Null()]),
  occurrence: Type.String(),
  facts: FactsSchema,
  raisedAt: MomentSchema,
  storedAt: MomentSchema,
  /** Confirmed in the ledger's chain, not only heard on the express topic. */
  confirmed: Type.Boolean(),
  acknowledgedBy: Type.Union([Type.String(), Type.Null()]),
  outcome: Type.Union([oneOf(['confirmed', 'false', 'explained']), Type.Null()]),
})
export type AlarmRow = Static<typeof AlarmRowSchema>
export const AlarmDetailSchema = Type.Object({
  ...AlarmRowSchema.properties,
  history: Type.Array(
    Type.Object({
      act: Type.String(),
      at: MomentSchema,
      by: Type.String(),
      text: Type.String(),
    }),
  ),
  weighing: Type.Union([WeighingRowSchema, Type.Null()]),
})
export type AlarmDetail = Static<typeof AlarmDetailSchema>
export const CommentSchema = Type.Object({ text: Type.String({ minLength: 1, maxLength: 500 }) }, { additionalProperties: false })
export const CloseAlarmSchema = Type.Object(
  {
    outcome: oneOf(['confirmed', 'false', 'explained']),
    text: Type.String({ minLength: 5, maxLength: 500 }),
  },
  { additionalProperties: false },
)
export const AlarmPageSchema = page(AlarmRowSchema)
