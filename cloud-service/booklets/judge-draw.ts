import { type Booklet, type DrawnTicket, isTicketOf, ticketFits } from '#edge/booklet'
import { between, fromIso, hours, type Instant } from '#edge/units'

/** What the cloud knows of a booklet when a draw from it arrives. */
export interface KnownBooklet {
  readonly booklet: Booklet
  /** The agent's ledger where it first said that the withdrawal is applied; null while it has not said so. */
  readonly closed: Place | null
}
export interface Place {
  readonly epoch: string
  readonly seq: number
}

/** What was drawn from it before, as far as the cloud has heard. */
export interface DrawnBefore {
  readonly last: number
  readonly kg: number
  /** Hashes of the tickets already heard of under this serial. */
  readonly underSerial: ReadonlySet<string>
}

/** A draw as its record tells it. */
export interface Draw extends Place {
  readonly body: DrawnTicket
  readonly ticketHash: string
  /** By the site's clock. */
  readonly at: Instant
  /** By this side's clock. */
  readonly received: Instant
}

export type GapWhy =
  | 'unknown-booklet'
  | 'serial-missing'
  | 'serial-twice'
  | 'number-wrong'
  | 'ticket-differs'
  | 'over-count'
  | 'over-tonnes'
  | 'withdrawn'
export type AgeWhy = 'drawn-late' | 'reported-late'
/** Each of these is an alarm of a kind of its own. */
export const KIND_OF_WHY: Readonly<Record<GapWhy | AgeWhy, 'booklet-gap' | 'booklet-over-age'>> = {
  'unknown-booklet': 'booklet-gap',
  'serial-missing': 'booklet-gap',
  'serial-twice': 'booklet-gap',
  'number-wrong': 'booklet-gap',
  'ticket-differs': 'booklet-gap',
  'over-count': 'booklet-gap',
  'over-tonnes': 'booklet-gap',
  withdrawn: 'booklet-gap',
  'drawn-late': 'booklet-over-age',
  'reported-late': 'booklet-over-age',
}

/**
 * What is wrong with a draw: nothing at an honest site, however long it was cut off. Whatever is found, the draw stands and counts: its
 * truck has left. Each of these is an alarm about it and a lead, no verdict.
 */
export function judgeDraw(known: KnownBooklet | null, before: DrawnBefore, draw: Draw): readonly (GapWhy | AgeWhy)[] {
  if (known === null) return ['unknown-booklet']
  const { booklet, closed } = known
  const { serial, ticket } = draw.body
  const number = booklet.numbers[serial - 1]
  const told = before.underSerial.has(draw.ticketHash)
  const found: readonly (readonly [GapWhy | AgeWhy, boolean])[] = [
    ['serial-missing', serial > before.last + 1 && number !== undefined],
    ['serial-twice', before.underSerial.size > 0 && !told],
    ['over-count', number === undefined],
    ['number-wrong', number !== undefined && ticket.number !== number],
    ['ticket-differs', ticket.number === number && !isTicketOf(booklet, serial, ticket)],
    ['over-tonnes', (told ? 0 : ticket.plannedNetKg) + before.kg > booklet.mostKg || ticket.plannedNetKg > booklet.mostEachKg],
    ['withdrawn', closed !== null && isAfter(draw, closed)],
    ['drawn-late', !isDuring(draw.at, booklet)],
    ['reported-late', between(draw.at, draw.received) > hours(booklet.reportWithinHours)],
  ]
  return found.flatMap(([why, isSo]) => (isSo ? [why] : []))
}

/** What a booklet forbids. Serials that are missing, and news that comes late, are no fault of the ticket that tells of them. */
const FORBIDDEN: ReadonlySet<GapWhy | AgeWhy> = new Set(['serial-twice', 'over-tonnes', 'withdrawn', 'drawn-late'])

/** Whether this side vouches for a draw with its own signature, after `judgeDraw` has found this: never beyond what the booklet allows. */
export const isVouchedFor = (booklet: Booklet, { serial, ticket }: DrawnTicket, found: readonly (GapWhy | AgeWhy)[]): boolean =>
  !found.some((why) => FORBIDDEN.has(why)) && ticketFits(booklet, serial, ticket)

/** Later in the ledger of one agent: epochs are counted, and numbers within them. */
export const isAfter = (one: Place, other: Place): boolean =>
  one.epoch === other.epoch ? one.seq > other.seq : countOf(one.epoch) > countOf(other.epoch)
const countOf = (epoch: string): number => Number.parseInt(epoch, 10)

const isDuring = (at: Instant, { validFrom, validUntil }: Booklet): boolean => {
  const from = fromIso(validFrom)
  const until = fromIso(validUntil)
  return from !== null && until !== null && at >= from && at < until
}
