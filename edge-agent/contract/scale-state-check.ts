import { type BareFinding, finding } from './findings.ts'
import type { Policy } from './policy.ts'
import type { ScaleState } from './scale-state.ts'
import type { Instant } from './units.ts'

const HOUR = 3_600_000

export interface ScaleFacts {
  readonly at: Instant
  readonly policy: Pick<Policy, 'checkWeighingHours'>
  /** Null where nobody keeps it: tapes of before it was kept. */
  readonly state: ScaleState | null
}

/**
 * What a scale's own state has against its weights: a check weighing that is due or was off, a seal that is not whole. Its certificate is
 * in `laneFindings`, a zero that drifts in `weighing/suspicion/`.
 */
export function scaleStateFindings({ at, policy, state }: ScaleFacts): BareFinding[] {
  if (state === null) return []
  const { check, seal } = state
  const hours = policy.checkWeighingHours
  const due = hours !== undefined && (check === null || at - Date.parse(check.at) > hours * HOUR)
  const findings: BareFinding[] = []
  if (due) findings.push(finding('check-weighing-due', { lastAt: check?.at ?? null, hours }))
  if (check !== null && !check.good) {
    const { knownKg, shownKg, limitKg } = check
    findings.push(finding('check-weighing-off', { knownKg, shownKg, limitKg, checkedAt: check.at }))
  }
  if (seal !== null) findings.push(finding('scale-seal-broken', { seal: seal.seal, foundAt: seal.at }))
  return findings
}

/** Which way the zero goes, before it is far enough off for a finding: what a person at the scale is told. */
export interface ZeroTrend {
  /** Where it stands now. */
  readonly zeroKg: number
  /** By how much it moved in that time, along the line. */
  readonly movedKg: number
  readonly hours: number
}

const LOOKED_BACK = 24 * HOUR
const LEAST_ZEROS = 6
const LEAST_SPAN = 4 * HOUR
/**
 * In e. A zero is shown in whole divisions, so one that rests between two of them may step once by itself: over any six or more zeros
 * the line through one such step moves by less than 1.3 e. Beyond 1.5 e it has moved over two divisions, in one direction.
 */
const BAND = 1.5

/**
 * The trend of the empty platform's zero over the last day: the median of the slopes between all pairs of zeros (Theil and Sen), so that
 * a person or a stone that was on the platform at one of them bends nothing. Null while it does not drift away from zero, or too few
 * zeros were seen to say so. At most 48 zeros: about a thousand pairs.
 */
export function zeroTrend(zeros: ScaleState['zeros'], eKg: number, at: Instant): ZeroTrend | null {
  const points = zeros.map(([when, kg]) => ({ at: Date.parse(when), kg })).filter((point) => point.at <= at && at - point.at <= LOOKED_BACK)
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last || points.length < LEAST_ZEROS || last.at - first.at < LEAST_SPAN) return null
  const slopes = points.flatMap((a, nth) => points.slice(nth + 1).map((b) => (b.kg - a.kg) / (b.at - a.at))).sort((a, b) => a - b)
  const movedKg = Math.round(middle(slopes) * (last.at - first.at))
  const away = Math.sign(movedKg) === Math.sign(last.kg)
  if (!away || Math.abs(movedKg) <= BAND * eKg) return null
  return { zeroKg: last.kg, movedKg, hours: Math.round((last.at - first.at) / HOUR) }
}

function middle(sorted: readonly number[]): number {
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half] ?? 0
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2
}
