import { FINDINGS, type Finding, type FindingCall } from '#edge/findings'
import type { VerdictWord, WeighingDraft } from '#edge/weighing'

/** What may open a gate. Anything else, and above all "nothing was found", may not (DESIGN.md D2, I10). */
const ALLOWS: ReadonlySet<WeighingDraft['pass']> = new Set(['coal', 'non-cargo', 'empty-exit'])

/**
 * Whatever mode the policy gave that rule: nobody has confirmed the policy for too long, the lane is attended, or the ticket is not what
 * its issuer signed, and so it allows nothing.
 */
const ALWAYS_ASKS: ReadonlySet<string> = new Set(['policy-over-age', 'lane-attended', 'ticket-seal-broken'])

/**
 * Findings and what the vehicle is doing → open, hold or ask. Only enforced findings count; hold beats ask; a code this version
 * does not know holds. A policy nobody has confirmed for too long leaves the gate to a person, whatever mode it gave that rule.
 */
export function verdictOf(findings: readonly Finding[], pass: WeighingDraft['pass']): VerdictWord {
  const calls = findings.filter(({ mode }) => mode === 'enforce').map(({ code }) => callOf(code))
  if (calls.includes('hold')) return 'hold'
  if (calls.includes('ask') || findings.some(({ code }) => ALWAYS_ASKS.has(code))) return 'ask'
  return ALLOWS.has(pass) ? 'open' : 'ask'
}

const callOf = (code: string): FindingCall => (Object.hasOwn(FINDINGS, code) ? FINDINGS[code as keyof typeof FINDINGS] : 'hold')

/**
 * As many findings as a record takes, in their order. Where there are more, what decided stays and what is only observed goes first: no
 * noise that somebody adds may push the reason off the record.
 */
export function weightiest(findings: readonly Finding[], most: number): Finding[] {
  if (findings.length <= most) return [...findings]
  const kept = new Set([...findings].sort((a, b) => weightOf(b) - weightOf(a)).slice(0, most))
  return findings.filter((found) => kept.has(found))
}
const WEIGHT_OF_MODE = { enforce: 2, warn: 1, observe: 0 } as const
const WEIGHT_OF_CALL = { hold: 2, ask: 1, note: 0 } as const
const weightOf = ({ code, mode }: Finding): number => (ALWAYS_ASKS.has(code) ? 2 : WEIGHT_OF_MODE[mode]) * 3 + WEIGHT_OF_CALL[callOf(code)]

/** The finding that keeps this vehicle here, for the driver's sign: the first enforced one that holds, else the first that asks. */
export function decisive(findings: readonly Finding[]): Finding | null {
  const enforced = findings.filter(({ mode }) => mode === 'enforce')
  return enforced.find(({ code }) => callOf(code) === 'hold') ?? enforced.find(({ code }) => callOf(code) === 'ask') ?? null
}
