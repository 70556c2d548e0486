import { type BareFinding, type Finding, type FindingCode, finding, type Mode } from '#edge/findings'
import { judge, type Policy } from '#edge/policy'
import type { Instant, Kilograms } from '#edge/units'
import { afterLeaving } from '../suspicion.ts'
import { weightiest } from '../verdict.ts'
import type { Common, Crossing, Given, InPhase, LaneEffect, Rules, Step, Visit } from '../vocabulary.ts'
import { alarmsOf, raiseOnce } from './alarms.ts'
import { andThen, go, hasSensors, plateOf, weightNow } from './lane.ts'

/** A vehicle has left by the exit: the record of it, with what was noticed only then. */

type Leaving = InPhase<'released' | 'clearing'>

/** What may be noticed after the verdict; in which mode it counts is kept with the verdict, because no policy is asked later. */
const LATE: readonly FindingCode[] = [
  'weight-step',
  'curve-shape',
  'curve-smooth',
  'half-on',
  'two-trucks',
  'moved-while-weighing',
  'zero-not-returned',
  'sensor-stuck',
  'sensor-masked',
  'tailgate',
  'remote-control',
  'passage-unproved',
]
export const lateModes = (policy: Policy, at: Instant): NonNullable<Given['modes']> =>
  Object.fromEntries(
    judge(
      LATE.map((code) => ({ code, facts: {} })),
      policy,
      at,
    ).map(({ code, mode }): [FindingCode, Mode] => [code, mode]),
  )

/** A record takes so many. */
const MOST = 8

function late({ visit, given }: Leaving, bare: readonly BareFinding[]): Finding[] {
  const told = new Set<string>([...(given?.findings ?? []), ...(visit?.noted ?? [])].map(({ code }) => code))
  // What was noted after the verdict stands in no weighing yet.
  const since = (visit?.noted ?? []).filter(({ code }) => !given?.findings.some((known) => known.code === code))
  const all = [...since, ...bare.filter(({ code }) => !told.has(code))]
  const judged = all.map((one): Finding => ({ ...one, mode: given?.modes?.[one.code] ?? 'warn' }))
  return weightiest(judged, MOST)
}

/** What weight and sensors say of a vehicle that was weighed here, now that it is gone. */
const told = (given: Given, visit: Visit, lane: Common, at: Instant, zero: Kilograms | null, rules: Rules): BareFinding[] =>
  (visit.weighed ?? 0) > 0 ? afterLeaving({ at, visit, lane, weight: given.weight, given: given.findings, zero, rules }) : []

/** The passage's record and, where what was noticed as it left is an alarm, that. */
export function passed(state: Leaving, of: Crossing, at: Instant, rules: Rules): Step {
  const { visit, given } = state
  const unproved = hasSensors('exit', rules) ? [] : [finding('passage-unproved', { lane: rules.lane })]
  const findings = of.free && visit && given ? late(state, [...told(given, visit, state, at, null, rules), ...unproved]) : []
  const weight = weightNow(state, at, rules)
  const body = {
    lane: rules.lane,
    passage: of.passage,
    visit: visit?.number ?? null,
    plate: plateOf(state),
    ticket: given?.ticket ?? null,
    zeroAfterKg: weight !== null && weight < rules.emptyBelow ? weight : null,
    ...(findings.length === 0 ? {} : { findings }),
  }
  const written: LaneEffect = { kind: 'write', record: { kind: 'passage', body, free: of.free } }
  return andThen(alarmsOf(findings, state, at, rules), (now) => go(now, written))
}

/** The platform is at rest behind it: a zero that did not return is an alarm of its own. */
export function zeroBehind(state: InPhase<'clearing'>, at: Instant, rules: Rules): Step {
  const { visit, given, gone } = state
  if (gone !== 'by-exit' || !visit || !given) return go(state)
  const off = told(given, visit, state, at, state.weight, rules).find(({ code }) => code === 'zero-not-returned')
  if (!off || given.modes?.[off.code] === 'observe') return go(state)
  return raiseOnce('zero-drift', state, at, rules, off.facts)
}
