import { type BookTicket, isOpen } from './book-ticket.ts'
import { type BareFinding, finding } from './findings.ts'
import type { RegisteredVehicle } from './orders.ts'
import { isTrailer, nearness, type Plate, type PlateColour, readPlate } from './plate.ts'
import { type Instant, toIso } from './units.ts'
import type { CameraSide, WeighingDraft } from './weighing.ts'

/**
 * Which vehicle this is and which of the site's tickets is its own (DOMAIN.md section 4).
 *
 * The read plate decides; a ticket that is shown must agree with it. A near plate (one confusable letter) is accepted only when
 * nobody is registered or ticketed under the plate as it was read, exactly one open ticket fits, and the policy allows it; then it
 * is always recorded. The choice never widens to another open ticket.
 */
export interface SeenPlate {
  readonly camera: CameraSide
  readonly at: Instant
  /** Normalised plate, or null for "no plate" and unreadable texts. */
  readonly plate: string | null
  readonly colour: PlateColour
  readonly confidence: number | null
  readonly fake: boolean
  readonly backfill: boolean
}

export interface MatchFacts {
  readonly at: Instant
  readonly sightings: readonly SeenPlate[]
  readonly shown: { readonly number: string; readonly known: boolean } | null
  readonly tickets: readonly BookTicket[]
  readonly register: readonly RegisteredVehicle[]
  readonly acceptNear: boolean
}

export interface Match {
  readonly vehicle: WeighingDraft['vehicle']
  /** The open ticket this vehicle may use; null where there is none. */
  readonly ticket: BookTicket | null
  /** Its row in the vehicle register, if any. */
  readonly registered: RegisteredVehicle | null
  readonly findings: readonly BareFinding[]
}

interface Read {
  readonly plate: Plate
  readonly colour: PlateColour
  readonly reads: number
  readonly confidence: number
  readonly fake: boolean
}

/** Every plate read, best first: most often, then most surely, then by its text so that a re-run cannot differ. */
function reads(sightings: readonly SeenPlate[]): Read[] {
  const by = new Map<Plate, Read>()
  for (const seen of sightings) {
    const read = seen.plate === null || seen.backfill ? null : readPlate(seen.plate)
    if (read?.kind !== 'plate') continue
    const had = by.get(read.plate)
    by.set(read.plate, {
      plate: read.plate,
      colour: had && had.colour !== 'unknown' ? had.colour : seen.colour,
      reads: (had?.reads ?? 0) + 1,
      confidence: Math.max(had?.confidence ?? 0, seen.confidence ?? 0),
      fake: (had?.fake ?? false) || seen.fake,
    })
  }
  return [...by.values()].sort((a, b) => b.reads - a.reads || b.confidence - a.confidence || (a.plate < b.plate ? -1 : 1))
}

/** The plate of the vehicle itself: a 挂 is never the tractor's. */
export const bestPlate = (sightings: readonly SeenPlate[]): Plate | null =>
  reads(sightings).find(({ plate }) => !isTrailer(plate))?.plate ?? null

export function matchTicket(facts: MatchFacts): Match {
  const all = reads(facts.sightings)
  const tractor = all.find(({ plate }) => !isTrailer(plate)) ?? null
  const trailer = all.find(({ plate }) => isTrailer(plate))?.plate ?? null
  const chosen = tractor === null ? unread(facts) : forPlate(tractor.plate, facts)
  const plate = chosen.match === 'near' && chosen.ticket ? chosen.ticket.ticket.plate : (tractor?.plate ?? null)
  return {
    vehicle: { plate, colour: tractor?.colour ?? 'unknown', trailer, match: chosen.match },
    ticket: chosen.ticket,
    registered: plate === null ? null : (facts.register.find((row) => row.plate === plate) ?? null),
    findings: [...(tractor?.fake ? [finding('fake-plate', { seen: tractor.plate })] : []), ...chosen.findings],
  }
}

interface Choice {
  readonly match: WeighingDraft['vehicle']['match']
  readonly ticket: BookTicket | null
  readonly findings: readonly BareFinding[]
}
const choice = (match: Choice['match'], ticket: BookTicket | null, ...findings: BareFinding[]): Choice => ({ match, ticket, findings })

/** No plate: a shown ticket names the load, but only a person can say that it is this truck. */
function unread({ shown, tickets, sightings }: MatchFacts): Choice {
  const noPlate = finding('no-plate', { reads: sightings.length })
  if (shown === null) return choice('none', null, noPlate)
  const book = tickets.find(({ ticket }) => ticket.number === shown.number)
  if (!shown.known || !book) return choice('none', null, noPlate, finding('ticket-unknown', { number: shown.number }))
  return isOpen(book) ? choice('shown', book, noPlate) : choice('none', null, noPlate, spent(book))
}

function forPlate(plate: Plate, facts: MatchFacts): Choice {
  const { shown, tickets, register } = facts
  if (shown !== null) {
    const book = tickets.find(({ ticket }) => ticket.number === shown.number)
    if (!shown.known || !book) return choice('none', null, finding('ticket-unknown', { number: shown.number }))
    const how = nearness(plate, book.ticket.plate as Plate)
    if (how === 'other')
      return choice('none', null, finding('ticket-other-truck', { number: shown.number, ticketPlate: book.ticket.plate, seen: plate }))
    // A used ticket that is shown beside an open one of the same truck is a driver with an old paper, not a fraud.
    if (how === 'same' && isOpen(book)) return choice('same', book)
  }
  const own = tickets.filter(({ ticket }) => ticket.plate === plate)
  const open = own.filter(isOpen).sort((a, b) => preference(b, facts.at) - preference(a, facts.at) || older(a, b))
  if (open[0]) return choice('same', open[0])
  const registered = register.find((row) => row.plate === plate)
  if (registered?.use === 'non-cargo') return choice('register', null)
  if (own.length === 0 && !registered) {
    const near = nearOpen(plate, facts)
    if (near) return near
  }
  const last = own.sort((a, b) => older(b, a))[0]
  return choice('none', null, last ? spent(last) : finding('no-ticket', { plate }))
}

function nearOpen(plate: Plate, { tickets, acceptNear }: MatchFacts): Choice | null {
  const near = tickets.filter((book) => isOpen(book) && nearness(plate, book.ticket.plate as Plate) === 'near')
  const [only, second] = near
  if (!only) return null
  if (second) return choice('none', null, finding('plate-ambiguous', { seen: plate, fits: near.length }))
  const noted = finding('plate-near', { seen: plate, ticketPlate: only.ticket.plate, number: only.ticket.number })
  return acceptNear ? choice('near', only, noted) : choice('none', null, noted, finding('no-ticket', { plate }))
}

/** Of several open tickets of one truck: the one already weighed empty, then the one that is valid now. */
const preference = (book: BookTicket, at: Instant): number =>
  (book.tare === null ? 0 : 2) + (book.ticket.validFrom <= toIso(at) && toIso(at) < book.ticket.validUntil ? 1 : 0)
const older = (a: BookTicket, b: BookTicket): number =>
  Date.parse(a.ticket.issuedAt) - Date.parse(b.ticket.issuedAt) || (a.ticket.number < b.ticket.number ? -1 : 1)

/** Why a ticket that is no longer open cannot be used. */
function spent({ ticket: { number, validUntil }, state, usedAt }: BookTicket): BareFinding {
  if (state === 'voided') return finding('ticket-voided', { number })
  if (state === 'expired') return finding('ticket-expired', { number, validUntil })
  return finding('ticket-used', { number, usedAt })
}
