import { type BareFinding, finding } from './findings.ts'
import type { GateFacts } from './gate-facts.ts'
import type { WeighingDraft } from './weighing.ts'

const HOUR = 3_600_000

/** What the lane itself must confess with a weighing: range, certificate and zero of its scale, age of the policy, its clock. */
export function laneFindings(facts: GateFacts, pass: WeighingDraft['pass']): BareFinding[] {
  const { at, weight, scale, zero, zeroBand, policy, policyAge, clock } = facts
  const findings: BareFinding[] = []
  // A staff car is not weighed for trade: under Min its weight still proves that it carries no coal.
  if (weight < scale.minKg && pass !== 'non-cargo') findings.push(finding('below-minimum-load', { weightKg: weight, minKg: scale.minKg }))
  if (weight > scale.maxKg) findings.push(finding('above-scale-capacity', { weightKg: weight, maxKg: scale.maxKg }))
  if (at > Date.parse(scale.certificateUntil))
    findings.push(finding('scale-certificate-expired', { certificate: scale.certificate, until: scale.certificateUntil }))
  if (zero === null || Math.abs(zero) > zeroBand) findings.push(finding('zero-off', { zeroKg: zero, bandKg: zeroBand }))
  const hours = Math.floor(policyAge / HOUR)
  if (policyAge > policy.attendedAfterHours * HOUR) findings.push(finding('policy-over-age', { hours }))
  else if (policyAge > policy.staleAfterHours * HOUR) findings.push(finding('policy-stale', { hours }))
  if (clock === 'untrusted') findings.push(finding('clock-untrusted', { clock }))
  return findings
}
