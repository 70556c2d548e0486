import type { BookTicket } from './book-ticket.ts'
import { type BareFinding, finding } from './findings.ts'
import type { GateFacts } from './gate-facts.ts'
import { isAboveEmpty, limitFindings, limitOf, looksLoaded } from './legal-limit-check.ts'
import { netError } from './limits.ts'
import { pairFindings, sinceTare, trailerBefore } from './pair-check.ts'
import { type StoredTare, storedTare } from './stored-tare.ts'
import type { Tare, WeighingDraft } from './weighing.ts'

/** What the weight says about the load: its kind, its tare and net, and whether anything allows it to pass. */
export interface LoadCheck {
  readonly kind: WeighingDraft['kind']
  readonly pass: WeighingDraft['pass']
  readonly tare: Tare | null
  readonly netKg: number | null
  /** What letting this vehicle go, by verdict or by a person, does to its ticket: it is checked in, used up, or stays as it is. */
  readonly uses: 'tare' | 'gross' | null
  readonly findings: readonly BareFinding[]
}

/** A truck whose own weight leaves room for less than this part of what its ticket plans already carries something. */
const LEAST_ROOM = 2
const HOUR = 3_600_000

export function loadCheck(facts: GateFacts): LoadCheck {
  const { match, weight } = facts
  if (match.vehicle.match === 'register') return nonCargo(facts)
  const { ticket, spent } = match
  if (ticket !== null) return ticket.tare === null ? withoutTare(ticket, facts) : withTare(ticket, ticket.tare, facts)
  // It came in on a ticket that has run out or was taken back meanwhile, and loaded nothing: it may go as it came.
  const cameOn = spent !== null && spent.state !== 'released' ? spent.tare : null
  if (cameOn !== null && Math.abs(weight - cameOn.kg) <= toleranceTo(cameOn, facts)) return emptyExit(cameOn, facts)
  return nothing(limitFindings(facts))
}

const nothing = (findings: readonly BareFinding[]): LoadCheck => ({
  kind: 'check',
  pass: 'unknown',
  tare: null,
  netKg: null,
  uses: null,
  findings,
})

function nonCargo({ match: { registered }, weight }: GateFacts): LoadCheck {
  const capKg = registered?.capKg ?? 0
  const within = registered !== null && weight <= capKg
  if (within) return { ...nothing([]), pass: 'non-cargo' }
  return nothing([finding('non-cargo-over-cap', { plate: registered?.plate ?? null, weightKg: weight, capKg })])
}

function withTare(ticket: BookTicket, tare: Tare, facts: GateFacts): LoadCheck {
  const { layout, weight, policy } = facts
  const changed = trailerBefore(facts, tare) !== null
  const asItCame = Math.abs(weight - tare.kg) <= toleranceTo(tare, facts)
  if (asItCame || (changed && !looksLoaded(facts))) {
    // Its tare no longer counts, or this lane takes nothing else: it is weighed empty anew.
    const anew = layout.serves === 'tare' || isStale(tare, facts) || changed
    if (anew && layout.serves !== 'gross') return tareWeighing(ticket, facts)
    if (asItCame) return emptyExit(tare, facts)
  }
  const stale = isStale(tare, facts) ? [finding('tare-stale', { tareAt: tare.at, limitHours: policy.tareValidHours })] : []
  const wrong = layout.serves === 'tare' ? [wrongLane(facts)] : []
  return grossWeighing(ticket, tare, [...stale, ...sinceTare(facts, tare), ...wrong], facts)
}

/** The first weighing on this ticket: empty, or loaded on a tare that was stored. */
function withoutTare(ticket: BookTicket, facts: GateFacts): LoadCheck {
  const { layout, match, weight } = facts
  const loaded = looksLoaded(facts)
  const stored = layout.serves === 'tare' ? null : storedTare(facts)
  if (stored !== null && weight > stored.tare.kg + toleranceTo(stored.tare, facts)) return onStored(ticket, stored, loaded, facts)
  if (layout.serves === 'gross' && stored !== null && !loaded) return emptyExit(stored.tare, facts)
  if (loaded ? layout.serves === 'tare' : layout.serves === 'gross') return nothing([...limitFindings(facts), wrongLane(facts)])
  if (!loaded || (layout.serves === 'both' && !layout.storedTare)) return tareWeighing(ticket, facts)
  const missing = finding('tare-missing', { plate: match.vehicle.plate, weightKg: weight })
  return { ...nothing([...limitFindings(facts), missing, ...pairFindings(facts)]), kind: 'gross', uses: 'gross' }
}

/** Where empty trucks are weighed too, a little more than the stored tare is a tare of today, and not a load. */
function onStored(ticket: BookTicket, stored: StoredTare, loaded: boolean, facts: GateFacts): LoadCheck {
  if (!loaded && facts.layout.serves === 'both') return tareWeighing(ticket, facts)
  return grossWeighing(ticket, stored.tare, stored.findings, facts)
}

function emptyExit(tare: Tare, facts: GateFacts): LoadCheck {
  const empty = finding('empty-exit', { weightKg: facts.weight, tareKg: tare.kg, toleranceKg: toleranceTo(tare, facts) })
  return { ...nothing([empty]), pass: 'empty-exit', tare }
}

function tareWeighing({ ticket: { plannedNetKg } }: BookTicket, facts: GateFacts): LoadCheck {
  const { weight } = facts
  const limitKg = limitOf(facts, weight + plannedNetKg).kg
  // A ticket for little coal leaves room enough, and a truck that carries some already weighs more than any empty one.
  const loaded = (limitKg - weight) * LEAST_ROOM < plannedNetKg || isAboveEmpty(facts)
  const implausible = loaded ? [finding('tare-implausible', { weightKg: weight, limitKg, plannedNetKg })] : []
  const findings = [...limitFindings(facts), ...implausible, ...pairFindings(facts)]
  return { kind: 'tare', pass: 'coal', tare: null, netKg: null, uses: 'tare', findings }
}

function grossWeighing(ticket: BookTicket, tare: Tare, more: readonly BareFinding[], facts: GateFacts): LoadCheck {
  const netKg = facts.weight - tare.kg
  const findings = [...limitFindings(facts), ...netFindings(ticket, tare, netKg, facts), ...more]
  return { kind: 'gross', pass: 'coal', tare, netKg, uses: 'gross', findings }
}

function netFindings({ ticket: { plannedNetKg } }: BookTicket, tare: Tare, netKg: number, facts: GateFacts): BareFinding[] {
  const toleranceKg = toleranceTo(tare, facts)
  const findings: BareFinding[] = []
  if (netKg < 0) findings.push(finding('gross-below-tare', { weightKg: facts.weight, tareKg: tare.kg, toleranceKg }))
  else if (netKg > plannedNetKg + toleranceKg) findings.push(finding('net-over-planned', { netKg, plannedNetKg, toleranceKg }))
  else if (netKg < plannedNetKg - toleranceKg) findings.push(finding('net-under-planned', { netKg, plannedNetKg, toleranceKg }))
  const { usedKg = 0, limitKg = null } = facts.quota ?? {}
  if (limitKg !== null && netKg > 0 && usedKg + netKg > limitKg) findings.push(finding('quota-exceeded', { usedKg, limitKg, netKg }))
  return findings
}

/** What two honest weighings of one truck may differ by: the errors of both, and the policy's allowance for fuel, mud and rain. */
const toleranceTo = (tare: Tare, { weight, scale, policy }: GateFacts): number => netError(weight, tare.kg, scale.eKg) + policy.allowanceKg

const isStale = (tare: Tare, { at, policy }: GateFacts): boolean => at - Date.parse(tare.at) > policy.tareValidHours * HOUR

const wrongLane = ({ lane, layout, weight }: GateFacts): BareFinding =>
  finding('wrong-lane', { lane, serves: layout.serves, weightKg: weight })
