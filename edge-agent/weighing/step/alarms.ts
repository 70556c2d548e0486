import { ALARM_KINDS, type AlarmKind } from '#edge/alarm'
import type { Facts, Finding } from '#edge/findings'
import type { Instant } from '#edge/units'
import type { LaneEffect, LaneState, Rules, Step } from '../vocabulary.ts'
import { andThen, changeVisit, go, isLoaded, plateOf, visitOf, weightNow } from './lane.ts'

/** An alarm record. `which` names the plant event (`7`, `visit-12`), so that edge and cloud meet on one row. */
export function raise(kind: AlarmKind, which: string, state: LaneState, at: Instant, rules: Rules, more: Facts = {}): LaneEffect {
  const given = 'given' in state ? state.given : null
  // Of a vehicle that has driven off, what it weighed.
  const standing = isLoaded(state, at, rules) ? weightNow(state, at, rules) : null
  const facts: Facts = {
    plate: plateOf(state),
    ticket: given?.ticket ?? null,
    weightKg: standing ?? given?.weight ?? weightNow(state, at, rules),
    phase: state.phase,
    ...more,
  }
  const body = { kind, severity: ALARM_KINDS[kind], lane: rules.lane, occurrence: `${rules.lane}/${which}`, facts }
  return { kind: 'write', record: { kind: 'alarm', body } }
}

/**
 * Findings that are an alarm of their own. A rule that is only observed raises none. A drifting zero is one alarm for all vehicles: the
 * agent's watch over the scale raises it.
 */
const ALARM_OF: Partial<Record<Finding['code'], AlarmKind>> = {
  'over-legal-limit': 'overload',
  'ticket-other-truck': 'ticket-mismatch',
  'fake-plate': 'ticket-mismatch',
  'ticket-used': 'ticket-reuse',
  'plate-changed': 'ticket-mismatch',
  'tare-off-history': 'tare-anomaly',
  'pair-changed': 'tare-anomaly',
  'quota-exceeded': 'quota',
  'weight-step': 'weight-curve',
  'curve-smooth': 'weight-curve',
  'curve-shape': 'weight-curve',
  'half-on': 'weight-curve',
  'two-trucks': 'weight-curve',
  'moved-while-weighing': 'weight-curve',
  'weighed-until-fits': 'weight-curve',
  'zero-not-returned': 'zero-drift',
}
export function alarmsOf(findings: readonly Finding[], state: LaneState, at: Instant, rules: Rules): Step {
  const kinds = new Map<AlarmKind, Finding>()
  for (const found of findings) {
    const kind = ALARM_OF[found.code]
    if (kind && found.mode !== 'observe' && !kinds.has(kind)) kinds.set(kind, found)
  }
  return [...kinds].reduce((step, [kind, { facts }]) => andThen(step, (now) => raiseOnce(kind, now, at, rules, facts)), go(state))
}

/** An alarm of a visit, once: weighing a vehicle again for the same reason is not another event. */
export function raiseOnce(kind: AlarmKind, state: LaneState, at: Instant, rules: Rules, facts: Facts = {}): Step {
  const visit = visitOf(state)
  if (visit === null || visit.alarmed?.includes(kind)) return go(state)
  const told = changeVisit(state, (before) => ({ ...before, alarmed: [...(before.alarmed ?? []), kind] }))
  return go(told, raise(kind, `visit-${visit.number}`, state, at, rules, facts))
}
