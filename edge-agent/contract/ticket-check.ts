import type { BookTicket } from './book-ticket.ts'
import { type BareFinding, FINDINGS, type Finding, type FindingCode, finding } from './findings.ts'
import type { GateFacts } from './gate-facts.ts'
import { laneFindings } from './lane-check.ts'
import { legalLimit, shanghaiDay } from './limits.ts'
import { type LoadCheck, loadCheck } from './load-check.ts'
import type { RegisteredVehicle } from './orders.ts'
import type { Ticket } from './ticket.ts'
import type { Instant } from './units.ts'

/** The checks of a ticket: when it is issued and when its truck stands on the scale. The same functions at edge and cloud. */

/** What an issuer knows before a ticket exists. */
export interface IssueFacts {
  readonly at: Instant
  readonly ticket: Pick<Ticket, 'plate' | 'carrier' | 'trailer' | 'plannedNetKg' | 'validFrom' | 'validUntil'>
  readonly carrierKnown: boolean
  /** The row of the vehicle register for the ticket's plate. */
  readonly vehicle: RegisteredVehicle | null
  /** Numbers of other tickets of this plate that are still open, anywhere. */
  readonly openTickets: readonly string[]
  /** Newest weighed tare of this truck; null where none is known. */
  readonly knownTareKg: number | null
}

/** Typical kerb weights of coal trucks by axles, used only until a truck has been weighed empty, and named as such in the finding. */
const TYPICAL_KERB_KG: Readonly<Record<number, number>> = { 2: 6_000, 3: 9_500, 4: 12_500, 5: 14_000, 6: 15_000 }
const LONGEST_VALIDITY_MS = 72 * 3_600_000

/** What speaks against issuing this ticket. Judge the answer with the policy, then ask `refusesIssue`. */
export function checkAtIssue({ at, ticket, carrierKnown, vehicle, openTickets, knownTareKg }: IssueFacts): BareFinding[] {
  const { plate, validFrom, validUntil } = ticket
  const findings: BareFinding[] = []
  if (!carrierKnown) findings.push(finding('carrier-unknown', { carrier: ticket.carrier }))
  if (vehicle === null) findings.push(finding('vehicle-unknown', { plate }))
  else if (vehicle.use !== 'coal') findings.push(finding('vehicle-not-for-coal', { plate, what: vehicle.what }))
  if (vehicle?.suspended) findings.push(finding('vehicle-suspended', { plate }))
  if (openTickets[0] !== undefined) findings.push(finding('vehicle-has-open-ticket', { plate, number: openTickets[0] }))
  const lasts = Date.parse(validUntil) - Date.parse(validFrom)
  if (!(lasts > 0 && lasts <= LONGEST_VALIDITY_MS && Date.parse(validUntil) > at))
    findings.push(finding('validity-wrong', { validFrom, validUntil }))
  return [...findings, ...payloadFindings(at, ticket, vehicle, knownTareKg)]
}

function payloadFindings(
  at: Instant,
  { plannedNetKg, trailer }: IssueFacts['ticket'],
  vehicle: RegisteredVehicle | null,
  knownTareKg: number | null,
): BareFinding[] {
  const kerbKg = knownTareKg ?? TYPICAL_KERB_KG[Math.min(vehicle?.axles ?? 6, 6)] ?? 0
  const limit = legalLimit(vehicle, trailer !== null, plannedNetKg + kerbKg, shanghaiDay(at))
  const findings: BareFinding[] = limit.known ? [] : [finding('axles-unknown', { limitKg: limit.kg })]
  const payloadKg = Math.max(0, limit.kg - kerbKg)
  if (plannedNetKg > payloadKg)
    findings.push(
      finding('planned-over-payload', {
        plannedNetKg,
        payloadKg,
        limitKg: limit.kg,
        kerbKg,
        kerbFrom: knownTareKg === null ? 'typical' : 'weighed',
        axles: vehicle?.axles ?? 0,
      }),
    )
  return findings
}

/** True when one of the judged findings stops a ticket from being issued: enforced, and more than a note. */
export const refusesIssue = (judged: readonly Finding[]): boolean =>
  judged.some(({ code, mode }) => mode === 'enforce' && FINDINGS[code] !== 'note')

/** Kind, tare and net of this weighing, what would allow the vehicle to pass (`pass`; `unknown` allows nothing), and what was found. */
export type GateCheck = LoadCheck

/** A vehicle stands at rest on the scale: what it is doing and everything found, those of the matching first. */
export function checkAtGate(facts: GateFacts): GateCheck {
  const load = loadCheck(facts)
  const { match } = facts
  const { ticket, registered } = match
  const leavesEmpty = load.pass === 'empty-exit'
  const matched = leavesEmpty ? match.findings.filter(({ code }) => !OF_TIME.has(code)) : match.findings
  const findings = [...matched]
  if (ticket) findings.push(...ticketFindings(ticket, facts).filter(({ code }) => !leavesEmpty || !OF_TIME.has(code)))
  if (ticket && !leavesEmpty) findings.push(...productFindings(ticket, facts))
  if (ticket) findings.push(...colourFindings(ticket, facts))
  if (registered?.suspended) findings.push(finding('vehicle-suspended', { plate: registered.plate }))
  return { ...load, findings: [...findings, ...load.findings, ...laneFindings(facts, load.pass)] }
}
/** What a ticket may not be used for any more does not keep in a truck that came on it and carries nothing. */
const OF_TIME: ReadonlySet<string> = new Set<FindingCode>(['ticket-expired', 'ticket-voided', 'ticket-not-yet-valid'])

/** Seal, site and validity of a matched ticket at this moment. */
function ticketFindings({ ticket, sealGood }: BookTicket, { at, site }: GateFacts): BareFinding[] {
  const { number, validFrom, validUntil } = ticket
  const findings: BareFinding[] = []
  if (!sealGood) findings.push(finding('ticket-seal-broken', { number }))
  if (ticket.site !== site) findings.push(finding('ticket-other-site', { number, ticketSite: ticket.site, site }))
  if (Date.parse(validFrom) > at) findings.push(finding('ticket-not-yet-valid', { number, validFrom }))
  if (Date.parse(validUntil) <= at) findings.push(finding('ticket-expired', { number, validUntil }))
  return findings
}

/** Lump coal is not loaded where only fines are. */
function productFindings({ ticket: { number, product } }: BookTicket, { lane, layout }: GateFacts): BareFinding[] {
  const here = layout.products.length === 0 || layout.products.includes(product.category)
  return here ? [] : [finding('product-not-here', { number, product: product.category, lane })]
}

/** A copied plate is often on a vehicle of another class. Cameras take the two greens for one another. */
function colourFindings({ ticket }: BookTicket, { match: { vehicle } }: GateFacts): BareFinding[] {
  const { plate: ticketPlate, plateColour: ticketColour } = ticket
  const { plate: seen, colour } = vehicle
  const told = colour !== 'unknown' && ticketColour !== 'unknown'
  const alike = colour === ticketColour || (GREENS.has(colour) && GREENS.has(ticketColour))
  return told && !alike ? [finding('plate-colour-other', { seen, ticketPlate, colour, ticketColour })] : []
}
const GREENS: ReadonlySet<string> = new Set(['green', 'yellow-green'])
