import { type BookTicket, isOpen } from './book-ticket.ts'
import { type BareFinding, finding } from './findings.ts'
import type { Identity } from './identity.ts'
import type { MatchFacts } from './match-ticket.ts'
import { nearness, type Plate } from './plate.ts'
import { type Instant, toIso } from './units.ts'
import type { WeighingDraft } from './weighing.ts'

/** Which ticket of the book a vehicle with this plate, or without any, may use, and why it is none. */
export interface Choice {
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

export const chooseTicket = (plate: Plate | null, facts: MatchFacts, identity: Identity): Choice =>
  plate === null ? unread(facts) : forPlate(plate, facts, identity)

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
