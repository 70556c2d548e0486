import Type, { type Static } from 'typebox'
import { canonical } from './canonical.ts'
import { BookletIdSchema, CarrierIdSchema, MomentSchema, SiteIdSchema, TicketNumberSchema } from './ids.ts'
import type { Signed } from './seal.ts'
import { signedSchema } from './signed-schema.ts'
import { type PlateColourSchema, ProductSchema, type Ticket, TicketSchema } from './ticket.ts'
import { after, fromIso, hours, Instant, seconds, toIso } from './units.ts'

/**
 * 预授权票册: tickets signed ahead for one site, one carrier and one consignee, limited in count, tonnes and hours (DOMAIN.md glossary). While
 * the cloud is out of reach a person at the site draws the next number for a truck; each number is used once, and each draw is a signed record.
 */
export const BookletSchema = Type.Object({
  booklet: BookletIdSchema,
  site: SiteIdSchema,
  /** Serial n is `numbers[n - 1]`: ordinary ticket numbers, so that nobody can guess the next one. */
  numbers: Type.Array(TicketNumberSchema, { minItems: 1, maxItems: 200 }),
  category: TicketSchema.properties.category,
  carrier: CarrierIdSchema,
  carrierName: Type.String({ maxLength: 80 }),
  consignee: Type.String({ maxLength: 80 }),
  /** What may be written on its tickets. */
  products: Type.Array(ProductSchema, { minItems: 1, maxItems: 20 }),
  /** Planned tonnes of all its tickets together, and of one, in kilograms. */
  mostKg: Type.Integer({ minimum: 1, maximum: 20_000_000 }),
  mostEachKg: Type.Integer({ minimum: 1, maximum: 100_000 }),
  /** The hours in which numbers may be drawn. */
  validFrom: MomentSchema,
  validUntil: MomentSchema,
  /** A drawn ticket is good for so long from its drawing. */
  ticketHours: Type.Integer({ minimum: 1, maximum: 72 }),
  /** A draw must be with the cloud within so long of being drawn. */
  reportWithinHours: Type.Integer({ minimum: 1, maximum: 168 }),
  /** Policy version in force when it was signed. */
  policy: Type.Integer({ minimum: 1 }),
})
export type Booklet = Static<typeof BookletSchema>
export const SignedBookletSchema = signedSchema(BookletSchema)
export type SignedBooklet = Signed<Booklet>

/** Nothing is drawn from it any more; tickets that were drawn stay what they are. */
export const WithdrawBookletSchema = Type.Object({ booklet: BookletIdSchema, reason: Type.String({ maxLength: 200 }) })

/** A number was drawn. This record, signed by the agent, is the ticket's authority together with the booklet it names. */
export const DrawnTicketSchema = Type.Object({
  booklet: BookletIdSchema,
  serial: Type.Integer({ minimum: 1 }),
  ticket: TicketSchema,
  operator: Type.String({ minLength: 1, maxLength: 40 }),
  /** Since when the site had not heard its cloud. */
  darkSince: MomentSchema,
})
export type DrawnTicket = Static<typeof DrawnTicketSchema>

/** What has gone out of a booklet so far. Serials are drawn in order, so `count` is also the last of them. */
export interface Drawn {
  readonly count: number
  readonly kg: number
  readonly withdrawn: boolean
}
/** The truck a number is wanted for; `product` is a place in `products`. */
export interface Wanted {
  readonly plate: string
  readonly plateColour: Static<typeof PlateColourSchema>
  readonly trailer: string | null
  readonly axles: number
  readonly drivenAxles: number
  readonly product: number
  readonly plannedNetKg: number
}

/** Why a booklet gives no number at all. */
export const BOOKLET_REFUSALS = ['withdrawn', 'not-yet-valid', 'over', 'used-up', 'over-tonnes'] as const
/** Why it gives none for this truck. */
export const DRAW_REFUSALS = [...BOOKLET_REFUSALS, 'over-each', 'product-not-in-booklet'] as const
export type BookletRefusal = (typeof BOOKLET_REFUSALS)[number]
export type DrawRefusal = (typeof DRAW_REFUSALS)[number]

/** The number to be drawn next; null where all are used. */
export const nextSerial = ({ numbers }: Pick<Booklet, 'numbers'>, { count }: Pick<Drawn, 'count'>): number | null =>
  count < numbers.length ? count + 1 : null

/** Why nothing at all can be drawn at this moment; null where something can. */
export function refusalOfBooklet(booklet: Booklet, drawn: Drawn, at: Instant): BookletRefusal | null {
  if (drawn.withdrawn) return 'withdrawn'
  if (at < Date.parse(booklet.validFrom)) return 'not-yet-valid'
  if (at >= Date.parse(booklet.validUntil)) return 'over'
  if (nextSerial(booklet, drawn) === null) return 'used-up'
  return drawn.kg >= booklet.mostKg ? 'over-tonnes' : null
}

/** Why no number can be drawn for this truck at this moment; null where one can. The same function at edge and cloud. */
export function refusalOfDraw(
  booklet: Booklet,
  drawn: Drawn,
  wanted: Pick<Wanted, 'product' | 'plannedNetKg'>,
  at: Instant,
): DrawRefusal | null {
  const whole = refusalOfBooklet(booklet, drawn, at)
  if (whole !== null) return whole
  if (drawn.kg + wanted.plannedNetKg > booklet.mostKg) return 'over-tonnes'
  if (wanted.plannedNetKg > booklet.mostEachKg) return 'over-each'
  return booklet.products[wanted.product] === undefined ? 'product-not-in-booklet' : null
}

/**
 * The ticket of a serial; its moments are whole seconds, because a QR code holds no more. Ask `refusalOfDraw` before: a serial or a product
 * that the booklet does not have is a mistake of ours and throws RangeError.
 */
export function ticketFrom(booklet: Booklet, serial: number, wanted: Wanted, at: Instant): Ticket {
  const number = booklet.numbers[serial - 1]
  const product = booklet.products[wanted.product]
  if (number === undefined || product === undefined)
    throw new RangeError(`${booklet.booklet} has no serial ${serial} or product ${wanted.product}`)
  const { site, category, carrier, carrierName, consignee, policy } = booklet
  const { plate, plateColour, trailer, axles, drivenAxles, plannedNetKg } = wanted
  const from = Instant(Math.floor(at / seconds(1)) * seconds(1))
  return {
    number,
    site,
    category,
    carrier,
    carrierName,
    consignee,
    plate,
    plateColour,
    trailer,
    axles,
    drivenAxles,
    product,
    plannedNetKg,
    validFrom: toIso(from),
    validUntil: toIso(ticketEnd(booklet, from)),
    issuedAt: toIso(from),
    policy,
  }
}

/** However its drawing was dated, no ticket outlives its booklet by more than a ticket's hours. */
const ticketEnd = ({ validUntil, ticketHours }: Booklet, from: Instant): Instant =>
  Instant(Math.min(after(from, hours(ticketHours)), after(Instant(Date.parse(validUntil)), hours(ticketHours))))

/** True where a ticket is written as this serial of the booklet writes it, whenever and for however many tonnes it was drawn. */
export function isTicketOf(booklet: Booklet, serial: number, ticket: Ticket): boolean {
  const issued = fromIso(ticket.issuedAt)
  const product = productOf(booklet, ticket)
  if (issued === null || product < 0 || booklet.numbers[serial - 1] === undefined) return false
  return canonical(ticketFrom(booklet, serial, { ...ticket, product }, issued)) === canonical(ticket)
}

/** True where a ticket is what this serial of the booklet may be: its number, its parties, its product, its tonnes and its hours. */
export function ticketFits(booklet: Booklet, serial: number, ticket: Ticket): boolean {
  const issued = fromIso(ticket.issuedAt)
  if (issued === null || !isTicketOf(booklet, serial, ticket)) return false
  // Drawn in the booklet's first second, which began before it.
  const at = Instant(Math.max(issued, Math.min(issued + 999, Date.parse(booklet.validFrom))))
  const wanted = { product: productOf(booklet, ticket), plannedNetKg: ticket.plannedNetKg }
  return refusalOfDraw(booklet, { count: serial - 1, kg: 0, withdrawn: false }, wanted, at) === null
}
const productOf = ({ products }: Booklet, { product }: Ticket): number => products.findIndex((one) => canonical(one) === canonical(product))
