import Type, { type Static } from 'typebox'
import { OperatorRoleSchema } from '#edge/acts'
import { MomentSchema, oneOf } from '#edge/ids'

/** Who is signed in here, and who may sign in at a lane. */

export const ROLES = ['operator', 'enterprise', 'carrier', 'county', 'city'] as const
export const RoleSchema = oneOf(ROLES)
export type Role = (typeof ROLES)[number]

/* session: POST /api/session, GET /api/session, DELETE /api/session */
export const SignInSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60 }),
    password: Type.String({ minLength: 1, maxLength: 200 }),
  },
  { additionalProperties: false },
)
export const PersonSchema = Type.Object({
  name: Type.String(),
  shownName: Type.String(),
  role: RoleSchema,
  /** What this person may see: a county code, a site id, a carrier id; null for the whole city. */
  scope: Type.Union([Type.String(), Type.Null()]),
  scopeName: Type.String(),
  may: Type.Object({
    issueTickets: Type.Boolean(),
    handleAlarms: Type.Boolean(),
  }),
})
export type Person = Static<typeof PersonSchema>

/*
 * people at the lanes: GET /api/sites/:site/operators ; PUT /api/sites/:site/operators/:id (entered, or changed) ;
 * POST /api/sites/:site/operators/:id/revoke. An enterprise names its own site's people; the city may name any.
 */
export const LaneOperatorSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: OperatorRoleSchema,
  revoked: Type.Boolean(),
  changedBy: Type.String(),
  changedAt: MomentSchema,
})
export type LaneOperator = Static<typeof LaneOperatorSchema>
export const EnterOperatorSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 40 }),
    role: OperatorRoleSchema,
    /** A PIN of at least six digits or a password of at least eight characters; without it the one there is stays. */
    secret: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  },
  { additionalProperties: false },
)
