import { type BareFinding, finding } from './findings.ts'
import type { GateFacts } from './gate-facts.ts'
import { scaleStateFindings } from './scale-state-check.ts'
import type { Sensor, WeighingDraft } from './weighing.ts'

const HOUR = 3_600_000
/** Only both beams together show that a vehicle stands wholly on the platform. */
const BEAMS: readonly Sensor[] = ['entry-beam', 'exit-beam']
const AT_THE_EXIT: readonly Sensor[] = ['exit-beam', 'exit-loop']

/**
 * What the lane itself must confess with a weighing: range, certificate and zero of its scale, age of the policy, its clock, and
 * what it has no sensors for.
 */
export function laneFindings(facts: GateFacts, pass: WeighingDraft['pass']): BareFinding[] {
  const { at, weight, scale, zero, zeroBand, policy, policyAge, clock, lane, fitted } = facts
  const findings: BareFinding[] = []
  // A staff car is not weighed for trade: under Min its weight still proves that it carries no coal.
  if (weight < scale.minKg && pass !== 'non-cargo') findings.push(finding('below-minimum-load', { weightKg: weight, minKg: scale.minKg }))
  if (weight > scale.maxKg) findings.push(finding('above-scale-capacity', { weightKg: weight, maxKg: scale.maxKg }))
  if (at > Date.parse(scale.certificateUntil))
    findings.push(finding('scale-certificate-expired', { certificate: scale.certificate, until: scale.certificateUntil }))
  if (zero === null || Math.abs(zero) > zeroBand) findings.push(finding('zero-off', { zeroKg: zero, bandKg: zeroBand }))
  findings.push(...scaleStateFindings({ at, policy, state: facts.scaleState ?? null }))
  const hours = Math.floor(policyAge / HOUR)
  if (policyAge > policy.attendedAfterHours * HOUR) findings.push(finding('policy-over-age', { hours }))
  else if (policyAge > policy.staleAfterHours * HOUR) findings.push(finding('policy-stale', { hours }))
  if (clock === 'untrusted') findings.push(finding('clock-untrusted', { clock }))
  if (!BEAMS.every((beam) => fitted.includes(beam))) findings.push(finding('position-unproved', { lane }))
  if (!AT_THE_EXIT.some((sensor) => fitted.includes(sensor))) findings.push(finding('passage-unproved', { lane }))
  return findings
}
