import { type BareFinding, finding } from './findings.ts'
import type { GateFacts } from './gate-facts.ts'
import type { KnownTare } from './history.ts'
import { nearness, type Plate } from './plate.ts'
import { plateDistance, READING_ERRORS } from './plate-distance.ts'
import type { Tare } from './weighing.ts'

/**
 * Tractor and trailer belong together: a tare is a pair's (DOMAIN.md section 4). Rear plates are the dirtiest of all, so a trailer is
 * another one only when more than one arbitrary letter differs; less is noted and holds nobody.
 */
const SURELY_OTHER = READING_ERRORS.arbitrary

/** The trailer that is seen, else the one the ticket names. */
export const trailerHere = ({ match: { vehicle, ticket } }: GateFacts): string | null => vehicle.trailer ?? ticket?.ticket.trailer ?? null

export const isOtherTrailer = (a: string, b: string): boolean => plateDistance(a, b) > SURELY_OTHER
const isSameTrailer = (a: string, b: string): boolean => plateDistance(a, b) <= READING_ERRORS.lostEnd

/** Does this tare belong to the pair that stands here? Where a trailer was not read, only if this tractor is known with one trailer. */
export function isOfThisPair(tare: KnownTare, all: readonly KnownTare[], trailer: string | null): boolean {
  if (tare.trailer !== null && trailer !== null) return isSameTrailer(tare.trailer, trailer)
  if (tare.trailer === trailer) return true
  const read = [trailer, ...all.filter(({ plate }) => plate === tare.plate).map((one) => one.trailer)].filter((one) => one !== null)
  return read.every((one) => isSameTrailer(one, read[0] as string))
}

/** What is remembered of the very weighing a ticket's tare was. */
export const weighedAs = ({ tares }: GateFacts, { epoch, seq }: Tare): KnownTare | null =>
  (tares ?? []).find((known) => known.epoch === epoch && known.seq === seq) ?? null

/** The trailer it was weighed empty with, where another one is behind it now. */
export function trailerBefore(facts: GateFacts, tare: Tare): string | null {
  const before = weighedAs(facts, tare)?.trailer ?? null
  const now = facts.match.vehicle.trailer
  return before !== null && now !== null && isOtherTrailer(before, now) ? before : null
}

/** At the gross: is this the tractor, and the trailer, that was weighed empty? */
export function sinceTare(facts: GateFacts, tare: Tare): BareFinding[] {
  const { vehicle } = facts.match
  const before = weighedAs(facts, tare)
  const trailer = trailerBefore(facts, tare)
  const changed = before !== null && vehicle.plate !== null && nearness(vehicle.plate as Plate, before.plate as Plate) === 'other'
  return [
    ...(changed ? [finding('plate-changed', { seen: vehicle.plate, before: before.plate })] : []),
    ...(trailer === null ? [] : [finding('pair-changed', { trailer: vehicle.trailer, before: trailer })]),
  ]
}

/** A tractor with a trailer it was never weighed with: no finding against anybody, but no stored tare counts for it. */
export function pairFindings(facts: GateFacts): BareFinding[] {
  const { tares, match } = facts
  const plate = match.ticket?.ticket.plate ?? match.vehicle.plate
  const trailer = trailerHere(facts)
  if (tares === null || trailer === null || plate === null) return []
  const known = tares.some((tare) => tare.plate === plate && tare.trailer !== null && isSameTrailer(tare.trailer, trailer))
  return known ? [] : [finding('pair-unknown', { plate, trailer })]
}
