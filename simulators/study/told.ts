import { FINDINGS, type FindingCode } from '#edge/findings'
import type { Measured } from '#weighing/suspicion/measured'
import { kindOf, type Story, SUSPICION_CODES } from './kinds.ts'
import { specOf } from './spec.ts'
import { measured } from './tuning.ts'
import { type Outcome, playVisit } from './visit.ts'

/** How a cheat was noticed, at its soonest; `harmless`: nobody noticed, and the weight was right or never taken. */
export type How = 'verdict' | 'refused' | 'leaving' | 'alarm' | 'harmless' | 'missed'

/** One visit in a line of the study. */
export interface Told {
  readonly seed: number
  readonly story: Story
  readonly pass: 'tare' | 'gross'
  /** What the cheat did to the weight that was judged (of a water tank: to the tare), kilograms, never negative. */
  readonly effectKg: number
  readonly tares: number
  readonly how: How
  readonly codes: readonly string[]
  /** Weight shown less true weight; null where it was not weighed. */
  readonly offKg: number | null
  /** Findings that would hold it, were all rules enforced, although its weight was right. */
  readonly falsely: readonly string[]
  readonly beams: boolean
  readonly measures: readonly Measured[]
}

/** Errors of an honest weighing: the zero before it, people, three divisions. */
const RIGHT_KG = 160

export function tellVisit(seed: number): Told {
  const outcome = playVisit(specOf(seed))
  const { spec, weightKg } = outcome
  const found = outcome.found.filter(counts).map(({ code }) => code)
  const later = outcome.later.filter(counts).map(({ code }) => code)
  const offKg = weightKg === null ? null : Math.round(weightKg - spec.trueKg)
  const right = offKg !== null && Math.abs(offKg) <= RIGHT_KG
  const effectKg = spec.story === 'water-tank' ? spec.size : spec.size === 0 ? 0 : Math.abs(offKg ?? spec.size)
  const holds = found.filter((code) => FINDINGS[code] !== 'note' && SUSPICION_CODES.has(code))
  return {
    seed,
    story: spec.story,
    pass: spec.pass,
    effectKg,
    tares: spec.history.length,
    how: howItWent(outcome, found, later, right),
    codes: [...new Set([...found, ...later])],
    offKg,
    falsely: spec.story === 'honest' && right ? holds : [],
    beams: outcome.beams,
    measures: measured(outcome),
  }
}

function howItWent({ spec: { story }, blocked, alarms, left }: Outcome, found: FindingCode[], later: FindingCode[], right: boolean): How {
  if (story === 'honest') return right ? 'harmless' : 'missed'
  const how = howOf(story, found, later, { blocked, alarms, right })
  // The first truck was held for its own weight: there was nobody to follow.
  return story === 'tailgate' && how === 'missed' && left === null ? 'harmless' : how
}

/** What the study counts: anti-cheating, and two plates within one stay. */
const counts = ({ code }: { readonly code: string }): boolean => SUSPICION_CODES.has(code) || code === 'two-plates'

function howOf(
  story: Exclude<Story, 'honest'>,
  found: readonly FindingCode[],
  later: readonly FindingCode[],
  { blocked, alarms, right }: { blocked: string | null; alarms: readonly string[]; right: boolean },
): How {
  const { codes, refused } = kindOf(story)
  if (found.some((code) => codes.includes(code))) return 'verdict'
  if (refused && blocked !== null) return 'refused'
  if (later.some((code) => codes.includes(code))) return 'leaving'
  if (refused && alarms.some((kind) => ALARMS.has(kind))) return 'alarm'
  return ABOUT_WEIGHT.has(story) && (right || blocked !== null) ? 'harmless' : 'missed'
}
/** Cheats that are nothing where the weight comes out right; the others should be noticed whatever is shown. */
const ABOUT_WEIGHT: ReadonlySet<string> = new Set([
  'chip-at-rest',
  'chip-ramp',
  'chip-after-verdict',
  'chip-rolling',
  'chip-boarding',
  'chip-left-on',
  'chip-constant',
  'chip-scale',
  'rocking',
  'power-cycled',
])
const ALARMS: ReadonlySet<string> = new Set(['escape', 'tailgate', 'drive-off', 'held-vehicle-left', 'weight-curve'])

export const wasNoticed = ({ how }: Told): boolean => how === 'verdict' || how === 'refused' || how === 'leaving' || how === 'alarm'
