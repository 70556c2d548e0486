import type { BookTicket } from './book-ticket.ts'
import { type BareFinding, finding } from './findings.ts'
import type { GateFacts } from './gate-facts.ts'
import { legalLimit, netError, shanghaiDay } from './limits.ts'
import type { Tare, WeighingDraft } from './weighing.ts'

/** What the weight says about the load: its kind, its tare and net, and whether anything allows it to pass. */
export interface LoadCheck {
  readonly kind: WeighingDraft['kind']
  readonly pass: WeighingDraft['pass']
  readonly tare: Tare | null
  readonly netKg: number | null
  readonly findings: readonly BareFinding[]
}

/** A truck whose own weight leaves room for less than this part of what its ticket plans already carries something. */
const LEAST_ROOM = 2

export function loadCheck(facts: GateFacts): LoadCheck {
  const { match, weight } = facts
  if (match.vehicle.match === 'register') return nonCargo(facts)
  const { ticket } = match
  if (ticket === null) return { kind: 'check', pass: 'unknown', tare: null, netKg: null, findings: limitFindings(facts) }
  const { tare } = ticket
  if (tare === null)
    return { kind: 'tare', pass: 'coal', tare: null, netKg: null, findings: [...limitFindings(facts), ...tareFindings(ticket, facts)] }
  const toleranceKg = netError(weight, tare.kg, facts.scale.eKg) + facts.policy.allowanceKg
  if (Math.abs(weight - tare.kg) <= toleranceKg) {
    const empty = finding('empty-exit', { weightKg: weight, tareKg: tare.kg, toleranceKg })
    return { kind: 'check', pass: 'empty-exit', tare, netKg: null, findings: [empty] }
  }
  const netKg = weight - tare.kg
  return {
    kind: 'gross',
    pass: 'coal',
    tare,
    netKg,
    findings: [...limitFindings(facts), ...netFindings(ticket, tare, netKg, toleranceKg, facts)],
  }
}

function nonCargo({ match: { registered }, weight }: GateFacts): LoadCheck {
  const capKg = registered?.capKg ?? 0
  const within = registered !== null && weight <= capKg
  const over = finding('non-cargo-over-cap', { plate: registered?.plate ?? null, weightKg: weight, capKg })
  return { kind: 'check', pass: within ? 'non-cargo' : 'unknown', tare: null, netKg: null, findings: within ? [] : [over] }
}

/** Limit of a vehicle that weighs, or would weigh, so much. */
function limitOf(
  { at, match: { registered, ticket, vehicle } }: GateFacts,
  grossKg: number,
): { readonly kg: number; readonly known: boolean } {
  const axles = registered?.axles ? registered : (ticket?.ticket ?? null)
  const combination = vehicle.trailer !== null || (ticket?.ticket.trailer ?? null) !== null
  return legalLimit(axles, combination, grossKg, shanghaiDay(at))
}
/** Indicated gross against the legal limit: the scale's error is not given away as extra load. */
function limitFindings(facts: GateFacts): BareFinding[] {
  const { weight, match } = facts
  const limit = limitOf(facts, weight)
  // A vehicle without a ticket has heavier questions to answer than how many axles it has.
  const matters = !limit.known && (match.ticket !== null || weight > limit.kg)
  const findings: BareFinding[] = matters ? [finding('axles-unknown', { limitKg: limit.kg })] : []
  const axles = match.registered?.axles || match.ticket?.ticket.axles || 0
  if (weight > limit.kg)
    findings.push(finding('over-legal-limit', { weightKg: weight, limitKg: limit.kg, overKg: weight - limit.kg, axles }))
  return findings
}

function tareFindings({ ticket: { plannedNetKg } }: BookTicket, facts: GateFacts): BareFinding[] {
  const limitKg = limitOf(facts, facts.weight + plannedNetKg).kg
  const room = limitKg - facts.weight
  return room * LEAST_ROOM < plannedNetKg ? [finding('tare-implausible', { weightKg: facts.weight, limitKg, plannedNetKg })] : []
}

function netFindings({ ticket }: BookTicket, tare: Tare, netKg: number, toleranceKg: number, facts: GateFacts): BareFinding[] {
  const { plannedNetKg } = ticket
  const limitHours = facts.policy.tareValidHours
  const findings: BareFinding[] = []
  if (netKg < 0) findings.push(finding('gross-below-tare', { weightKg: facts.weight, tareKg: tare.kg, toleranceKg }))
  else if (netKg > plannedNetKg + toleranceKg) findings.push(finding('net-over-planned', { netKg, plannedNetKg, toleranceKg }))
  else if (netKg < plannedNetKg - toleranceKg) findings.push(finding('net-under-planned', { netKg, plannedNetKg, toleranceKg }))
  if (facts.at - Date.parse(tare.at) > limitHours * 3_600_000) findings.push(finding('tare-stale', { tareAt: tare.at, limitHours }))
  return findings
}
