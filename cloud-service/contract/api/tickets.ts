import Type, { type Static } from 'typebox'
import { BookletIdSchema, CarrierIdSchema, LaneIdSchema, MomentSchema, oneOf, SiteIdSchema, TicketNumberSchema } from '#edge/ids'
import { PlateColourSchema, ProductSchema, SignedTicketSchema } from '#edge/ticket'
import { page } from './lists.ts'
import { WeighingRowSchema } from './weighings.ts'

/** Tickets, from their issue to the claim at a lane. */

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
export const TicketPageSchema = page(TicketRowSchema)

/* a driver at the lane: POST /api/tickets/:number/claim with the one-time code of the lane's sign; 202, and the lane hears of it by order */
export const ClaimTicketSchema = Type.Object(
  {
    lane: Type.Optional(LaneIdSchema),
    code: Type.String({ pattern: '^[0-9]{4,8}$' }),
  },
  { additionalProperties: false },
)
