import Type, { type Static } from 'typebox'
import { BookletSchema } from '#edge/booklet'
import { BookletIdSchema, CarrierIdSchema, MomentSchema, oneOf, SiteIdSchema, TicketNumberSchema } from '#edge/ids'
import { ProductSchema } from '#edge/ticket'
import { page } from './lists.ts'
import { TICKET_STATES_SHOWN } from './tickets.ts'

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
export const BookletPageSchema = page(BookletRowSchema)
