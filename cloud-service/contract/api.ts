import Type, { type Static, type TSchema } from 'typebox'
import { OperatorRoleSchema } from '#edge/acts'
import { AlarmKindSchema, SeveritySchema } from '#edge/alarm'
import { BookletSchema } from '#edge/booklet'
import { FactsSchema, FindingSchema } from '#edge/findings'
import {
  BookletIdSchema,
  CarrierIdSchema,
  HashSchema,
  LaneIdSchema,
  MomentSchema,
  oneOf,
  SiteIdSchema,
  TicketNumberSchema,
} from '#edge/ids'
import { LaneStatusSchema } from '#edge/lane-status'
import { PlateColourSchema, ProductSchema, SignedTicketSchema } from '#edge/ticket'
import { ScaleRecordSchema, VerdictSchema, WeighingSchema } from '#edge/weighing'

/**
 * What the cloud says to people and programs, by HTTP under `/api`. Lists are cursor-paged, newest first; errors are
 * `application/problem+json`; every POST may carry `Idempotency-Key`. People have a session cookie, firms an API key (`Authorization: Bearer pk_…`).
 */
export const ProblemSchema = Type.Object({
  /** Stable, such as `https://pitgate.dev/problems/not-signed-in`. */
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.Optional(Type.String()),
  /** Mistakes in what was sent: path and sentence. */
  mistakes: Type.Optional(Type.Array(Type.Object({ path: Type.String(), says: Type.String() }))),
  /** Findings that refused a ticket (`409`): codes and facts, so that each screen says them in its reader's language. */
  findings: Type.Optional(Type.Array(FindingSchema)),
})
export type Problem = Static<typeof ProblemSchema>

export const page = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    next: Type.Union([Type.String(), Type.Null()]),
  })
export const PageQuerySchema = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
})

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

/* tickets: GET /api/tickets?state&site&plate&cursor ; GET /api/tickets/:number ; POST /api/tickets (201, TicketDetail) ; POST /api/tickets/:number/void (TicketDetail) ; GET /api/tickets/:number/qr (image/svg+xml) */
export const TICKET_STATES_SHOWN = ['issued', 'checked-in', 'held', 'released', 'voided', 'expired'] as const
export const TicketRowSchema = Type.Object({
  number: TicketNumberSchema,
  site: SiteIdSchema,
  siteName: Type.String(),
  carrier: CarrierIdSchema,
  carrierName: Type.String(),
  consignee: Type.String(),
  plate: Type.String(),
  plateColour: PlateColourSchema,
  product: ProductSchema,
  plannedNetKg: Type.Integer(),
  tareKg: Type.Union([Type.Integer(), Type.Null()]),
  grossKg: Type.Union([Type.Integer(), Type.Null()]),
  netKg: Type.Union([Type.Integer(), Type.Null()]),
  validFrom: MomentSchema,
  validUntil: MomentSchema,
  issuedAt: MomentSchema,
  state: oneOf(TICKET_STATES_SHOWN),
  /** The site has confirmed it holds this ticket, or drew it itself. */
  atSite: Type.Boolean(),
  /** Null: issued here. Else drawn at the site from a booklet (预授权票册), while it had not heard the cloud since `darkSince`. */
  origin: Type.Union([
    Type.Null(),
    Type.Object({ booklet: BookletIdSchema, serial: Type.Integer(), darkSince: Type.Union([MomentSchema, Type.Null()]) }),
  ]),
})
export type TicketRow = Static<typeof TicketRowSchema>
export const TicketDetailSchema = Type.Object({
  ...TicketRowSchema.properties,
  signed: SignedTicketSchema,
  /** What the QR holds: verifiable offline with the issuer's public key. */
  qr: Type.String(),
  history: Type.Array(
    Type.Object({
      state: Type.String(),
      at: MomentSchema,
      by: Type.String(),
      reason: Type.String(),
    }),
  ),
  weighings: Type.Array(WeighingRowSchema),
})
export type TicketDetail = Static<typeof TicketDetailSchema>
export const IssueTicketSchema = Type.Object(
  {
    site: SiteIdSchema,
    carrier: CarrierIdSchema,
    consignee: Type.String({ minLength: 1, maxLength: 80 }),
    category: Type.Optional(oneOf(['in-city', 'out-of-city', 'out-of-province', 'own-use', 'transfer'])),
    plate: Type.String({ minLength: 5, maxLength: 16 }),
    trailer: Type.Optional(Type.Union([Type.String({ maxLength: 16 }), Type.Null()])),
    // Closed: what stands in it is signed as it came.
    product: Type.Object(ProductSchema.properties, { additionalProperties: false }),
    plannedNetKg: Type.Integer({ minimum: 1, maximum: 100_000 }),
    validHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 72 })),
  },
  { additionalProperties: false },
)
export type IssueTicket = Static<typeof IssueTicketSchema>
export const VoidTicketSchema = Type.Object({ reason: Type.String({ minLength: 3, maxLength: 200 }) }, { additionalProperties: false })

/*
 * booklets (预授权票册): GET /api/booklets?site&cursor ; GET /api/booklets/:id ; POST /api/booklets (201, BookletDetail) ;
 * POST /api/booklets/:id/withdraw (BookletDetail). Seen by whoever sees the site from inside; signed and withdrawn by the mine, county or city.
 */
export const BOOKLET_STATES = ['open', 'used-up', 'over', 'withdrawn'] as const
const { category, products, ticketHours, reportWithinHours, mostKg, mostEachKg } = BookletSchema.properties
export const BookletRowSchema = Type.Object({
  booklet: BookletIdSchema,
  site: SiteIdSchema,
  siteName: Type.String(),
  carrier: CarrierIdSchema,
  carrierName: Type.String(),
  consignee: Type.String(),
  category,
  products,
  count: Type.Integer(),
  mostKg,
  mostEachKg,
  validFrom: MomentSchema,
  validUntil: MomentSchema,
  ticketHours,
  reportWithinHours,
  signedAt: MomentSchema,
  signedBy: Type.String(),
  state: oneOf(BOOKLET_STATES),
  /** The site has confirmed it holds this booklet. */
  atSite: Type.Boolean(),
  withdrawn: Type.Union([
    Type.Null(),
    /** `atSite`: the site has confirmed that nothing more is drawn. */
    Type.Object({ at: MomentSchema, by: Type.String(), reason: Type.String(), atSite: Type.Boolean() }),
  ]),
  /** What the cloud has heard of: tickets, their planned tonnes, the last serial, and what is left behind it. */
  drawn: Type.Integer(),
  drawnKg: Type.Integer(),
  lastSerial: Type.Integer(),
  left: Type.Integer(),
  leftKg: Type.Integer(),
})
export type BookletRow = Static<typeof BookletRowSchema>
export const BookletDrawSchema = Type.Object({
  /** `site.agent.epoch.seq` of the sealed record. */
  id: Type.String(),
  serial: Type.Integer(),
  number: TicketNumberSchema,
  plate: Type.String(),
  plannedNetKg: Type.Integer(),
  operator: Type.String(),
  /** By the site's clock. */
  drawnAt: MomentSchema,
  /** When its record reached the cloud. */
  receivedAt: MomentSchema,
  darkSince: Type.Union([MomentSchema, Type.Null()]),
  /** State of the ticket of that number; null where the draw is none of the booklet's and became no ticket. */
  state: Type.Union([oneOf(TICKET_STATES_SHOWN), Type.Null()]),
})
export type BookletDraw = Static<typeof BookletDrawSchema>
export const BookletDetailSchema = Type.Object({ ...BookletRowSchema.properties, draws: Type.Array(BookletDrawSchema) })
export type BookletDetail = Static<typeof BookletDetailSchema>
export const SignBookletSchema = Type.Object(
  {
    site: SiteIdSchema,
    carrier: CarrierIdSchema,
    consignee: Type.String({ minLength: 1, maxLength: 80 }),
    category: Type.Optional(category),
    // Closed: what stands in them is signed as it came.
    products: Type.Array(Type.Object(ProductSchema.properties, { additionalProperties: false }), { minItems: 1, maxItems: 20 }),
    count: Type.Integer({ minimum: 1, maximum: 200 }),
    mostKg,
    mostEachKg: Type.Optional(mostEachKg),
    /** In which numbers may be drawn, from now. */
    validHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 720 })),
    ticketHours: Type.Optional(ticketHours),
    reportWithinHours: Type.Optional(reportWithinHours),
  },
  { additionalProperties: false },
)
export type SignBooklet = Static<typeof SignBookletSchema>
export const WithdrawBookletRequestSchema = Type.Object(
  { reason: Type.String({ minLength: 3, maxLength: 200 }) },
  { additionalProperties: false },
)

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

/* quota: GET /api/sites/:site/quotas ; PUT /api/sites/:site/quotas/:month (the city) */
export const QuotaRowSchema = Type.Object({ month: Type.String(), limitKg: Type.Integer(), setBy: Type.String(), setAt: MomentSchema })
export type QuotaRow = Static<typeof QuotaRowSchema>
export const SetQuotaSchema = Type.Object(
  { limitKg: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }) },
  { additionalProperties: false },
)

/* tares of other sites: PUT, DELETE /api/sites/:site/tares-from/:other (the city): tares weighed at `other` from now on are ordered to `site` */

/* a driver at the lane: POST /api/tickets/:number/claim with the one-time code of the lane's sign; 202, and the lane hears of it by order */
export const ClaimTicketSchema = Type.Object(
  {
    lane: Type.Optional(LaneIdSchema),
    code: Type.String({ pattern: '^[0-9]{4,8}$' }),
  },
  { additionalProperties: false },
)

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

export const CarrierPageSchema = page(CarrierSchema)
export const WeighingPageSchema = page(WeighingRowSchema)
export const TicketPageSchema = page(TicketRowSchema)
export const AlarmPageSchema = page(AlarmRowSchema)
export const BookletPageSchema = page(BookletRowSchema)
export const SiteActPageSchema = page(SiteActSchema)
