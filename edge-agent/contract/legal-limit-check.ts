import { type BareFinding, finding } from './findings.ts'
import type { GateFacts } from './gate-facts.ts'
import { legalLimit, limitsOn, shanghaiDay } from './limits.ts'

/** Who says how many axles a vehicle has: its row in the register, else its ticket, else nobody. */
export type AxlesFrom = 'register' | 'ticket' | 'nobody'

export interface LimitHere {
  readonly kg: number
  readonly known: boolean
  readonly axles: number
  readonly axlesFrom: AxlesFrom
}

/** Limit of this vehicle if it weighed so much; the strictest that fits where nobody knows its axles. */
export function limitOf({ at, match: { registered, ticket, vehicle } }: GateFacts, grossKg: number): LimitHere {
  const axlesFrom = registered?.axles ? 'register' : ticket?.ticket.axles ? 'ticket' : 'nobody'
  const known = axlesFrom === 'register' ? registered : axlesFrom === 'ticket' ? (ticket?.ticket ?? null) : null
  const combination = vehicle.trailer !== null || (ticket?.ticket.trailer ?? null) !== null
  return { ...legalLimit(known, combination, grossKg, shanghaiDay(at)), axles: known?.axles ?? 0, axlesFrom }
}

/** Indicated gross against the legal limit: the scale's error is not given away as extra load. */
export function limitFindings(facts: GateFacts): BareFinding[] {
  const { weight, match } = facts
  const { kg: limitKg, known, axles, axlesFrom } = limitOf(facts, weight)
  // A vehicle without a ticket has heavier questions to answer than how many axles it has.
  const matters = !known && (match.ticket !== null || weight > limitKg)
  const findings: BareFinding[] = matters ? [finding('axles-unknown', { limitKg })] : []
  if (weight > limitKg)
    findings.push(finding('over-legal-limit', { weightKg: weight, limitKg, overKg: weight - limitKg, axles, axlesFrom }))
  return findings
}

/** Of what a truck may carry above its usual empty weight, so small a part is fuel, mud, a driver's luggage: no load. */
const NO_LOAD_PART = 10
/** Without a known tare: no empty coal truck weighs half of its limit (7 of 18, 10 of 25, 13 of 31, 17 of 49 t). */
const EMPTY_PART = 2

/** Does it weigh more than any empty truck of its axles? */
export function isAboveEmpty(facts: GateFacts): boolean {
  const { weight } = facts
  return weight * EMPTY_PART > highestLimit(facts)
}

/** Does this vehicle carry something? Only asked to tell a wrong lane or a missing tare; no net weight is drawn from it. */
export function looksLoaded(facts: GateFacts): boolean {
  const { weight } = facts
  const limitKg = highestLimit(facts)
  const usualKg = usualTareKg(facts)
  return usualKg === null ? isAboveEmpty(facts) : (weight - usualKg) * NO_LOAD_PART > limitKg - usualKg
}

/** The limit of this vehicle; where nobody knows its axles, of the largest. */
function highestLimit(facts: GateFacts): number {
  const limit = limitOf(facts, facts.weight)
  return limit.known ? limit.kg : Math.max(...limitsOn(shanghaiDay(facts.at)).map(({ kg }) => kg))
}

/** The middle one of what this tractor weighed empty; null where nobody remembers. */
function usualTareKg({ tares, match: { vehicle, ticket } }: GateFacts): number | null {
  const plate = ticket?.ticket.plate ?? vehicle.plate
  const all = (tares ?? [])
    .filter((tare) => tare.plate === plate)
    .map(({ kg }) => kg)
    .sort((a, b) => a - b)
  return all[Math.floor(all.length / 2)] ?? null
}
