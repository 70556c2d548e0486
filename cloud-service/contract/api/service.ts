import Type from 'typebox'
import { MomentSchema, SiteIdSchema } from '#edge/ids'

/** What the service says of itself: jobs, its key, figures, what it could not read, its health. */

/* reports: GET /api/reports/tonnage?from&to&site ; GET /api/quarantine ; GET /api/jobs ; GET /api/issuer-key */
export const JobRunSchema = Type.Object({
  id: Type.Integer(),
  job: Type.String(),
  startedAt: MomentSchema,
  endedAt: Type.Union([MomentSchema, Type.Null()]),
  ok: Type.Union([Type.Boolean(), Type.Null()]),
  detail: Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object' }),
})
/** `publicKey`: base64url of the 32 raw bytes. Verifies tickets, QR codes, policies and order heads without asking anybody. */
export const IssuerKeySchema = Type.Object({
  suite: Type.String(),
  id: Type.String(),
  publicKey: Type.String(),
})
export const TonnageSchema = Type.Object({
  site: SiteIdSchema,
  hour: MomentSchema,
  loads: Type.Integer(),
  netKg: Type.Integer(),
})
export const QuarantineSchema = Type.Object({
  id: Type.Integer(),
  site: Type.String(),
  agent: Type.String(),
  topic: Type.String(),
  why: Type.String(),
  storedAt: MomentSchema,
  bytes: Type.Integer(),
})

/* GET /health */
export const HealthSchema = Type.Object({
  ok: Type.Boolean(),
  version: Type.String(),
  database: Type.Object({ ok: Type.Boolean(), timescale: Type.Boolean() }),
  broker: Type.Object({ ok: Type.Boolean() }),
  quarantined: Type.Integer(),
})
