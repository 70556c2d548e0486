import { type BookTicket, isOpen } from './book-ticket.ts'
import { type BareFinding, finding } from './findings.ts'
import { claimedPlate, type Identity, identityOf, USUAL_IDENTITY_RULES } from './identity.ts'
import { recorded } from './identity-basis.ts'
import type { RegisteredVehicle } from './orders.ts'
import { isTrailer, nearness, type Plate } from './plate.ts'
import { plateDistance } from './plate-distance.ts'
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
  /** Without an open one: its newest ticket, used up, taken back or run out. */
  readonly spent: BookTicket | null
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
  const read = claimedPlate(identity)
  const typed = (facts.typed ?? null) as Plate | null
  const known = typed ?? read
  const chosen = known === null ? unread(facts) : forPlate(known, facts, identity)
  const named = chosen.ticket !== null && (chosen.match === 'near' || chosen.match === 'code')
  const plate = named ? (chosen.ticket?.ticket.plate as Plate) : known
  return {
    vehicle: {
      plate,
      colour: identity.colour,
      trailer: identity.trailer,
      match: chosen.match === 'same' ? howKnown(identity, read, typed) : chosen.match,
      basis: recorded(identity.basis, identity.confidence),
    },
    ticket: chosen.ticket,
    spent: chosen.spent,
    registered: plate === null ? null : (facts.register.find((row) => row.plate === plate) ?? null),
    findings: [...ofIdentity(identity, facts), ...againstTyped(read, typed), ...chosen.findings, ...doubted(identity, chosen, facts)],
  }
}

/** A camera's own read of the same plate is better than a person's word; a tag alone is less. */
function howKnown({ basis }: Identity, read: Plate | null, typed: Plate | null): Choice['match'] {
  if (typed !== null && (typed !== read || basis.how === 'tag')) return 'typed'
  return basis.how === 'tag' ? 'tag' : 'same'
}

/** A person typed one plate, and a camera read quite another: nobody's word alone settles that. */
const againstTyped = (read: Plate | null, typed: Plate | null): BareFinding[] =>
  typed !== null && read !== null && plateDistance(typed, read) > USUAL_IDENTITY_RULES.partWithin
    ? [finding('two-plates', { plate: typed, other: read })]
    : []

/** What the reads themselves say against this vehicle, whatever its ticket. */
function ofIdentity({ tractor, others, fakes, contradictedBy, basis }: Identity, { sightings, typed, claimed }: MatchFacts): BareFinding[] {
  const [other] = others
  const tag = contradictedBy
  const named = typed != null || claimed != null
  return [
    ...fakes.slice(0, MOST_FAKES).map((seen) => finding('fake-plate', { seen })),
    ...(tractor !== null && other !== undefined ? [finding('two-plates', { plate: tractor, other })] : []),
    ...(tag === null ? [] : [finding('tag-other-truck', { tag: tag.tag.slice(0, 64), tagPlate: tag.plate, seen: tractor })]),
    ...(basis.how === 'tag' && !named ? [finding('no-plate', { reads: sightings.length })] : []),
  ]
}
const MOST_FAKES = 2

/** Its own ticket, though as many reads said another text: no better than near, and told as that. */
function doubted({ ambiguous, basis }: Identity, { match, ticket }: Choice, { acceptNear, typed, claimed }: MatchFacts): BareFinding[] {
  if (typed != null || claimed != null) return []
  if (match !== 'same' || ticket === null || !(ambiguous.length > 0 || basis.how === 'voted')) return []
  const { plate, number } = ticket.ticket
  const seen = basis.aside.find(({ why }) => why === 'misread')?.text ?? plate
  return [acceptNear ? finding('plate-near', { seen, ticketPlate: plate, number }) : finding('plate-ambiguous', { seen, fits: 1 })]
}

interface Choice {
  readonly match: WeighingDraft['vehicle']['match']
  readonly ticket: BookTicket | null
  readonly spent: BookTicket | null
  readonly findings: readonly BareFinding[]
}
const choice = (match: Choice['match'], ticket: BookTicket | null, ...findings: BareFinding[]): Choice => ({
  match,
  ticket,
  spent: null,
  findings,
})

/** The ticket somebody says is this vehicle's: claimed with the code of this lane's sign, else shown to the reader. */
function ticketNamed({ shown, claimed, tickets }: MatchFacts): { readonly number: string; readonly book: BookTicket | null } | null {
  if (claimed != null) return { number: claimed, book: tickets.find(({ ticket }) => ticket.number === claimed) ?? null }
  if (shown === null) return null
  return { number: shown.number, book: shown.known ? (tickets.find(({ ticket }) => ticket.number === shown.number) ?? null) : null }
}

/**
 * No plate: a shown ticket names the load, but only a person can say that it is this truck. Its driver, who reads the code on the sign and
 * claims the ticket under his own name, is a second identity of his own.
 */
function unread(facts: MatchFacts): Choice {
  const { claimed = null, sightings } = facts
  const noPlate = claimed === null ? [finding('no-plate', { reads: sightings.length })] : []
  const named = ticketNamed(facts)
  if (named === null) return choice('none', null, ...noPlate)
  const { number, book } = named
  if (book === null) return choice('none', null, ...noPlate, finding('ticket-unknown', { number }))
  return isOpen(book) ? choice(claimed === null ? 'shown' : 'code', book, ...noPlate) : used(book, ...noPlate)
}

function forPlate(plate: Plate, facts: MatchFacts, identity: Identity): Choice {
  const { tickets, register } = facts
  const named = ticketNamed(facts)
  if (named !== null) {
    const { number, book } = named
    if (book === null) return choice('none', null, finding('ticket-unknown', { number }))
    const how = nearness(plate, book.ticket.plate as Plate)
    if (how === 'other') return otherTruck(book, plate)
    // A driver who claims it himself says which of the near plates is his.
    if (how === 'near' && facts.claimed != null && isOpen(book)) return choice('near', book, near(plate, book))
    // A used ticket that is shown beside an open one of the same truck is a driver with an old paper, not a fraud.
    if (how === 'same' && isOpen(book)) return choice('same', book)
  }
  const own = tickets.filter(({ ticket }) => ticket.plate === plate)
  const open = own.filter(isOpen).sort((a, b) => preference(b, facts.at) - preference(a, facts.at) || older(a, b))
  if (open[0]) return choice('same', open[0])
  const registered = register.find((row) => row.plate === plate)
  if (registered?.use === 'non-cargo') return choice('register', null)
  if (own.length === 0 && !registered) {
    const fitting = nearOpen(plate, facts, identity)
    if (fitting) return fitting
  }
  const last = own.sort((a, b) => older(b, a))[0]
  return last ? used(last) : choice('none', null, finding('no-ticket', { plate }))
}

/** One that was weighed empty under its own plate, and comes back under another, has changed plates or papers in between. */
function otherTruck({ ticket: { number, plate }, tare }: BookTicket, seen: Plate): Choice {
  const other = finding('ticket-other-truck', { number, ticketPlate: plate, seen })
  return choice('none', null, other, ...(tare === null ? [] : [finding('plate-changed', { seen, before: plate })]))
}

const near = (seen: Plate, { ticket: { plate, number } }: BookTicket): BareFinding =>
  finding('plate-near', { seen, ticketPlate: plate, number })

function nearOpen(plate: Plate, { tickets, acceptNear }: MatchFacts, { basis }: Identity): Choice | null {
  const all = tickets.filter((book) => isOpen(book) && nearness(plate, book.ticket.plate as Plate) === 'near')
  const tagged = all.filter(({ ticket }) => basis.tags.some((tag) => tag.plate === ticket.plate))
  const fits = tagged.length === 1 ? tagged : all
  const [only, second] = fits
  if (!only) return null
  if (second) return choice('none', null, finding('plate-ambiguous', { seen: plate, fits: fits.length }))
  const noted = near(plate, only)
  return acceptNear ? choice('near', only, noted) : choice('none', null, noted, finding('no-ticket', { plate }))
}

/** Of several open tickets of one truck: the one already weighed empty, then the one that is valid now. */
const preference = (book: BookTicket, at: Instant): number =>
  (book.tare === null ? 0 : 2) + (book.ticket.validFrom <= toIso(at) && toIso(at) < book.ticket.validUntil ? 1 : 0)
const older = (a: BookTicket, b: BookTicket): number =>
  Date.parse(a.ticket.issuedAt) - Date.parse(b.ticket.issuedAt) || (a.ticket.number < b.ticket.number ? -1 : 1)

/** A ticket that is no longer open, and why it cannot be used. */
const used = (book: BookTicket, ...more: BareFinding[]): Choice => ({ ...choice('none', null, ...more, whyUsed(book)), spent: book })

function whyUsed({ ticket: { number, validUntil }, state, usedAt }: BookTicket): BareFinding {
  if (state === 'voided') return finding('ticket-voided', { number })
  if (state === 'expired') return finding('ticket-expired', { number, validUntil })
  return finding('ticket-used', { number, usedAt })
}
