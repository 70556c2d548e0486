import { type BareFinding, finding } from '#edge/findings'
import { type Match, matchTicket } from '#edge/match-ticket'
import { judge } from '#edge/policy'
import { fitted } from '#edge/record-size'
import { checkAtGate, type GateCheck } from '#edge/ticket-check'
import { after, type Instant, seconds, toIso } from '#edge/units'
import type { WeighingDraft } from '#edge/weighing'
import { axleGroups } from '../suspicion/axle-groups.ts'
import { suspicions } from '../suspicion.ts'
import { verdictOf, weightiest } from '../verdict.ts'
import type { Dossier, Given, InPhase, LaneEffect, Rules, Settled, Step, UseTicket, Visit } from '../vocabulary.ts'
import { alarmsOf } from './alarms.ts'
import { held } from './held.ts'
import { common, go, visitOf } from './lane.ts'
import { lateModes } from './leaving.ts'
import { letGo } from './letting-go.ts'
import { NOT_NOTICED } from './moves.ts'
import { codeFor } from './one-time-code.ts'
import { isSameAsBefore } from './trust.ts'

/** The weight is at rest and everything about its tickets is known: the verdict, its record, and only then the iron. */
export function judged(state: InPhase<'settling'>, settled: Settled, dossier: Dossier, at: Instant, rules: Rules): Step {
  const { policy } = dossier
  const match = matchTicket({
    at: settled.at,
    sightings: state.visit.sightings,
    tags: state.visit.tags ?? [],
    shown: dossier.shown,
    tickets: dossier.tickets,
    register: dossier.register,
    acceptNear: policy.acceptNearPlate,
    typed: state.visit.typed?.plate ?? null,
    claimed: state.visit.claimed ?? null,
  })
  const check = checkAtGate({
    at: settled.at,
    site: rules.site,
    lane: rules.lane,
    layout: rules.layout,
    fitted: rules.fitted,
    weight: settled.weight,
    scale: rules.scale,
    zero: state.zero,
    zeroBand: rules.zeroBand,
    match,
    policy,
    policyAge: dossier.policyAge,
    clock: dossier.clock,
    tares: dossier.tares ?? null,
    quota: dossier.quota ?? null,
    scaleState: dossier.scale ?? null,
  })
  const odd = suspicions({ at, visit: state.visit, lane: state, settled, dossier, match, check, rules })
  const all = judge([...check.findings, ...ofTheLane(state, settled, rules), ...odd], policy, momentOf(dossier, settled))
  const verdict = verdictOf(all, check.pass)
  const findings = weightiest(all, MOST_FINDINGS)
  const draft: WeighingDraft = { ...draftOf(state, settled, match, check, rules), findings, verdict, policy: policy.version }
  const given: Given = {
    verdict,
    findings,
    plate: match.vehicle.plate,
    ticket: match.ticket?.ticket.number ?? null,
    weight: settled.weight,
    use: useOf(match, check),
    modes: lateModes(policy, momentOf(dossier, settled)),
  }
  const weighed = (state.visit.weighed ?? 0) + 1
  const judgedVisit: Visit = { ...state.visit, noticedAt: NOT_NOTICED, weighed, because: null }
  const alarmed = alarmsOf(findings, { ...common(state), phase: 'held', visit: judgedVisit, given, until: null }, at, rules)
  const visit = visitOf(alarmed.state) ?? judgedVisit
  const ink: LaneEffect[] = [{ kind: 'write', record: { kind: 'weighing', body: fitted(draft) } }, ...alarmed.effects]
  const shown = { plate: given.plate, weightKg: given.weight }
  switch (verdict) {
    case 'open':
      return letGo(state, visit, given, { at, rules, why: check.pass, ink })
    case 'ask':
      return go(
        { ...common(state), phase: 'asking', visit, given, until: after(at, seconds(policy.askSeconds)) },
        ...ink,
        { kind: 'tell-driver', say: (state.attended ?? null) === null ? 'wait-for-operator' : 'attended', facts: shown },
        ...codeFor(visit, findings),
      )
    case 'hold':
      return held(state, visit, given, ink, rules)
  }
}

/** A clock nobody trusts may show a day before the policy was written: its dated rules are in force all the same. */
function momentOf({ clock, policy }: Dossier, { at }: Settled): Instant {
  const written = Date.parse(policy.issuedAt) as Instant
  return clock === 'untrusted' && at < written ? written : at
}

/** A weighing's record takes so many. */
const MOST_FINDINGS = 24

/** What the lane noticed before anybody was weighed: a person is wanted at every opening, a weight nobody may trust, a second vehicle. */
function ofTheLane({ attended = null, untrusted = null, visit }: InPhase<'settling'>, settled: Settled, rules: Rules): BareFinding[] {
  const doubted = untrusted !== null && !isSameAsBefore(untrusted, settled, rules)
  return [
    ...(attended === null ? [] : [finding('lane-attended', { since: toIso(attended.since), reason: attended.why.slice(0, 200) })]),
    ...(doubted ? [finding('weight-untrusted', { since: toIso(untrusted.since), reason: untrusted.why })] : []),
    ...(visit.noted ?? []),
  ]
}

/** What letting this vehicle go does to its ticket. An empty exit leaves it as it is; a stored tare needs no check-in before. */
function useOf({ ticket }: Match, { uses }: GateCheck): UseTicket | null {
  if (!ticket || uses === null) return null
  const moved = { kind: 'use-ticket', number: ticket.ticket.number, from: ticket.state } as const
  if (uses === 'gross') return { ...moved, to: 'released', tare: 'keep' }
  return { ...moved, to: 'checked-in', tare: 'this-weighing', ...(ticket.tare === null ? {} : { before: ticket.tare }) }
}

/** The first weighing of a visit says nothing of others. */
function againOf({ weighed = 0, because }: Visit): Pick<WeighingDraft, 'again'> {
  return weighed === 0 ? {} : { again: { nth: Math.min(weighed + 1, 99), because: because ?? 'moved' } }
}

/** Later tares of this truck are compared with them. */
function groupsOf({ watch }: Visit, { weight }: Settled): Pick<WeighingDraft, 'groupsKg'> {
  const groups = axleGroups(watch, weight)
  return groups === null ? {} : { groupsKg: [...groups] }
}

type Evidence = Omit<WeighingDraft, 'findings' | 'verdict' | 'policy'>
function draftOf(state: InPhase<'settling'>, settled: Settled, match: Match, check: GateCheck, rules: Rules): Evidence {
  const { visit } = state
  return {
    visit: visit.number,
    lane: rules.lane,
    scale: rules.scale,
    kind: check.kind,
    pass: check.pass,
    weightKg: settled.weight,
    ...(check.kind === 'tare' ? groupsOf(visit, settled) : {}),
    weighedAt: toIso(settled.at),
    tare: check.tare,
    netKg: check.netKg,
    zeroBeforeKg: state.zero,
    settled: { by: settled.by, spreadKg: settled.spreadKg, readings: settled.readings, overMs: settled.overMs },
    sensors: state.timeline.map(([at, sensor, on]) => [at - settled.at, sensor, on] as [number, typeof sensor, boolean]),
    sightings: visit.sightings.map(({ camera, at, plate, raw, colour, confidence }) => ({
      camera,
      at: toIso(at),
      plate,
      raw,
      colour,
      confidence,
    })),
    vehicle: match.vehicle,
    ticket: match.ticket?.ticket.number ?? null,
    plannedNetKg: match.ticket?.ticket.plannedNetKg ?? null,
    operator: 'automatic',
    ...againOf(visit),
  }
}
