import type { BookTicket } from './book-ticket.ts'
import { type BareFinding, finding } from './findings.ts'
import { claimedPlate, type Identity, identityOf, USUAL_IDENTITY_RULES } from './identity.ts'
import { recorded } from './identity-basis.ts'
import type { RegisteredVehicle } from './orders.ts'
import { isTrailer, type Plate } from './plate.ts'
import { plateDistance } from './plate-distance.ts'
import { readOf, type SeenPlate } from './plate-reads.ts'
import type { TagSeen } from './tag.ts'
import { type Choice, chooseTicket } from './ticket-choice.ts'
import type { Instant } from './units.ts'
import type { WeighingDraft } from './weighing.ts'

export type { SeenPlate } from './plate-reads.ts'

/**
 * Which of the site's tickets is this vehicle's own (DOMAIN.md section 4); which vehicle it is, `identityOf` says.
 *
 * The read plate decides; a ticket that is shown must agree with it. A near plate (one confusable letter) is accepted only when
 * nobody is registered or ticketed under the plate as it was read, exactly one open ticket fits (or a tag names one of those that do),
 * and the policy allows it; then it is always recorded. The choice never widens to another open ticket. A tag or card alone names the
 * vehicle, and the missing plate is still found; a plate a person typed, or a ticket its driver claimed at the lane, is a second identity that
 * takes its place.
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
  const chosen = chooseTicket(known, facts, identity)
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
    findings: [
      ...ofIdentity(identity, facts),
      ...againstTyped(read, typed, facts),
      ...chosen.findings,
      ...doubted(identity, chosen, facts),
    ],
  }
}

/** A camera's own read of the same plate is better than a person's word; a tag alone is less. */
function howKnown({ basis }: Identity, read: Plate | null, typed: Plate | null): Choice['match'] {
  if (typed !== null && (typed !== read || basis.how === 'tag')) return 'typed'
  return basis.how === 'tag' ? 'tag' : 'same'
}

/**
 * A person typed one plate, and a camera read quite another, or the plate of another truck that is known here, however little they differ: a
 * fleet's plates are consecutive. Nobody's word alone settles that.
 */
function againstTyped(read: Plate | null, typed: Plate | null, { register, tickets }: MatchFacts): BareFinding[] {
  if (typed === null || read === null || typed === read) return []
  const known = register.some(({ plate }) => plate === read) || tickets.some(({ ticket }) => ticket.plate === read)
  return known || plateDistance(typed, read) > USUAL_IDENTITY_RULES.partWithin ? [finding('two-plates', { plate: typed, other: read })] : []
}

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
