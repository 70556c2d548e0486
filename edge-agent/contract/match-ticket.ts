import { type BookTicket, isOpen } from './book-ticket.ts'
import { type BareFinding, finding } from './findings.ts'
import { claimedPlate, type Identity, identityOf, USUAL_IDENTITY_RULES } from './identity.ts'
import { recorded } from './identity-basis.ts'
import type { RegisteredVehicle } from './orders.ts'
import { isTrailer, nearness, type Plate } from './plate.ts'
import { readOf, type SeenPlate } from './plate-reads.ts'
import type { TagSeen } from './tag.ts'
import { type Instant, toIso } from './units.ts'
import type { WeighingDraft } from './weighing.ts'

export type { SeenPlate } from './plate-reads.ts'

/**
 * Which of the site's tickets is this vehicle's own (DOMAIN.md section 4); which vehicle it is, `identityOf` says.
 *
 * The read plate decides; a ticket that is shown must agree with it. A near plate (one confusable letter) is accepted only when
 * nobody is registered or ticketed under the plate as it was read, exactly one open ticket fits (or a tag names one of those that do),
 * and the policy allows it; then it is always recorded. The choice never widens to another open ticket. A tag or card alone names the
 * vehicle, and the missing plate is still found.
 */
export interface MatchFacts {
  readonly at: Instant
  readonly sightings: readonly SeenPlate[]
  readonly tags?: readonly TagSeen[]
  readonly shown: { readonly number: string; readonly known: boolean } | null
  readonly tickets: readonly BookTicket[]
  readonly register: readonly RegisteredVehicle[]
  readonly acceptNear: boolean
  /** A plate a person read with his own eyes. */
  readonly typed?: string | null
  /** The ticket its driver claimed with the one-time code on this lane's sign. */
  readonly claimed?: string | null
}

export interface Match {
  readonly vehicle: WeighingDraft['vehicle']
  /** The open ticket this vehicle may use; null where there is none. */
  readonly ticket: BookTicket | null
  /** Its row in the vehicle register, if any. */
  readonly registered: RegisteredVehicle | null
  readonly findings: readonly BareFinding[]
}

/** The plate this vehicle is known by before anybody has looked into register and tickets: never a 挂. */
export const bestPlate = (sightings: readonly SeenPlate[]): Plate | null =>
  claimedPlate(identityOf(sightings, [], [], USUAL_IDENTITY_RULES))

/** What register and tickets are to be asked for: every plate of a tractor that was read, and what the reads come to, each once. */
export function platesToAsk(sightings: readonly SeenPlate[]): Plate[] {
  const all = [...sightings.filter(({ backfill }) => !backfill).map((seen) => readOf(seen)?.plate ?? null), bestPlate(sightings)]
  return [...new Set(all)].filter((plate): plate is Plate => plate !== null && !isTrailer(plate))
}

export function matchTicket(facts: MatchFacts): Match {
  const ticketed = facts.tickets.map(({ ticket: { plate } }) => ({ plate }))
  const identity = identityOf(facts.sightings, [...facts.register, ...ticketed], facts.tags ?? [], USUAL_IDENTITY_RULES)
  const seen = claimedPlate(identity)
  const chosen = seen === null ? unread(facts) : forPlate(seen, facts, identity)
  const byTag = identity.basis.how === 'tag'
  const plate = chosen.match === 'near' && chosen.ticket ? (chosen.ticket.ticket.plate as Plate) : seen
  return {
    vehicle: {
      plate,
      colour: identity.colour,
      trailer: identity.trailer,
      match: byTag && chosen.match === 'same' ? 'tag' : chosen.match,
      basis: recorded(identity.basis, identity.confidence),
    },
    ticket: chosen.ticket,
    registered: plate === null ? null : (facts.register.find((row) => row.plate === plate) ?? null),
    findings: [...ofIdentity(identity, facts), ...chosen.findings, ...doubted(identity, chosen, facts)],
  }
}

/** What the reads themselves say against this vehicle, whatever its ticket. */
function ofIdentity({ tractor, others, fakes, contradictedBy, basis }: Identity, { sightings }: MatchFacts): BareFinding[] {
  const [other] = others
  const tag = contradictedBy
  return [
    ...fakes.slice(0, MOST_FAKES).map((seen) => finding('fake-plate', { seen })),
    ...(tractor !== null && other !== undefined ? [finding('two-plates', { plate: tractor, other })] : []),
    ...(tag === null ? [] : [finding('tag-other-truck', { tag: tag.tag.slice(0, 64), tagPlate: tag.plate, seen: tractor })]),
    ...(basis.how === 'tag' ? [finding('no-plate', { reads: sightings.length })] : []),
  ]
}
const MOST_FAKES = 2

/** Its own ticket, though as many reads said another text: no better than near, and told as that. */
function doubted({ ambiguous, basis }: Identity, { match, ticket }: Choice, { acceptNear }: MatchFacts): BareFinding[] {
  if (match !== 'same' || ticket === null || !(ambiguous.length > 0 || basis.how === 'voted')) return []
  const { plate, number } = ticket.ticket
  const seen = basis.aside.find(({ why }) => why === 'misread')?.text ?? plate
  return [acceptNear ? finding('plate-near', { seen, ticketPlate: plate, number }) : finding('plate-ambiguous', { seen, fits: 1 })]
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

function forPlate(plate: Plate, facts: MatchFacts, identity: Identity): Choice {
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
    const near = nearOpen(plate, facts, identity)
    if (near) return near
  }
  const last = own.sort((a, b) => older(b, a))[0]
  return choice('none', null, last ? spent(last) : finding('no-ticket', { plate }))
}

function nearOpen(plate: Plate, { tickets, acceptNear }: MatchFacts, { basis }: Identity): Choice | null {
  const all = tickets.filter((book) => isOpen(book) && nearness(plate, book.ticket.plate as Plate) === 'near')
  const tagged = all.filter(({ ticket }) => basis.tags.some((tag) => tag.plate === ticket.plate))
  const near = tagged.length === 1 ? tagged : all
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
