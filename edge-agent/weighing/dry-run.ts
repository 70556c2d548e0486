import type { Finding, FindingCode } from '#edge/findings'
import type { Policy } from '#edge/policy'
import type { Instant } from '#edge/units'
import type { VerdictWord, WeighingDraft } from '#edge/weighing'
import { replay, type Tape } from './tape.ts'
import { verdictOf } from './verdict.ts'

/**
 * What another policy would have done to weighings that have been: each tape is told to the machine once more with that policy in its
 * dossier, and nothing else changed (DESIGN.md D13). The same at edge and cloud.
 */
export interface DryRun {
  /** So many could be judged again. */
  readonly compared: number
  readonly before: VerdictCounts
  readonly after: VerdictCounts
  /** Findings by code, those that changed most verdicts first. */
  readonly findings: readonly CodeEffect[]
  readonly changed: readonly Changed[]
  /** Their tape is gone, or is none. */
  readonly untaped: number
  /** This software judges them otherwise than the one that decided, with the same policy: nothing could be said of the change alone. */
  readonly otherwise: number
}
export type VerdictCounts = Readonly<Record<VerdictWord, number>>

export interface CodeEffect {
  readonly code: FindingCode
  /** Weighings it was found in, and those in which it spoke against the vehicle, before and after. */
  readonly found: number
  readonly countedBefore: number
  readonly countedAfter: number
  /** Verdicts that changed, and in which it was part of the reason. */
  readonly changed: number
}

export interface Changed {
  readonly id: string
  readonly plate: string | null
  readonly weightKg: number
  readonly weighedAt: string
  readonly from: VerdictWord
  readonly to: VerdictWord
  /** What counts now and did not, or did and does not any more. */
  readonly because: readonly Finding[]
}

/** A weighing as it was recorded, with its tape. */
export interface Judged {
  readonly id: string
  readonly weighing: WeighingDraft
  readonly tape: Tape | null
}

const VERDICTS: readonly VerdictWord[] = ['open', 'hold', 'ask']

/**
 * A policy as it will be when all its rules are in force: a trial of next month's rule on last week's weighings would else say nothing.
 * Rules that have ended by `now` are left out.
 */
export function asIfInForce(policy: Policy, now: Instant): Policy {
  const rules = Object.entries(policy.rules).flatMap(([code, { from: _from, until, ...rule }]) =>
    until !== undefined && Date.parse(until) <= now ? [] : [[code, rule] as const],
  )
  return { ...policy, rules: Object.fromEntries(rules) }
}

/** The weighing this tape comes to under a policy, or under its own; null where it comes to none. */
export function judgeAgain(tape: Tape, weighedAt: string, policy: Policy | null): WeighingDraft | null {
  const inputs = tape.inputs.map((input) =>
    input.kind === 'dossier' && policy !== null ? { ...input, dossier: { ...input.dossier, policy } } : input,
  )
  return replay({ ...tape, inputs }).find((draft) => draft.weighedAt === weighedAt) ?? null
}

/** Runs all of them as they are fetched, one by one: the tapes need not be in memory together. */
export async function dryRunOver(policy: Policy, weighings: AsyncIterable<Judged>): Promise<DryRun> {
  const tally = newTally()
  for await (const one of weighings) take(tally, one, policy)
  return told(tally)
}

interface Tally {
  readonly before: Record<VerdictWord, number>
  readonly after: Record<VerdictWord, number>
  readonly codes: Map<FindingCode, { found: number; countedBefore: number; countedAfter: number; changed: number }>
  readonly changed: Changed[]
  untaped: number
  otherwise: number
}
const newTally = (): Tally => ({
  before: { open: 0, hold: 0, ask: 0 },
  after: { open: 0, hold: 0, ask: 0 },
  codes: new Map(),
  changed: [],
  untaped: 0,
  otherwise: 0,
})

function take(tally: Tally, { id, weighing, tape }: Judged, policy: Policy): void {
  const was = tape && judgeAgain(tape, weighing.weighedAt, null)
  const is = tape && judgeAgain(tape, weighing.weighedAt, policy)
  if (!was || !is) {
    tally.untaped += 1
    return
  }
  if (was.verdict !== weighing.verdict) {
    tally.otherwise += 1
    return
  }
  tally.before[was.verdict] += 1
  tally.after[is.verdict] += 1
  const [then, now] = [against(was), against(is)]
  const because = [
    ...is.findings.filter(({ code }) => now.has(code) && !then.has(code)),
    ...was.findings.filter(({ code }) => then.has(code) && !now.has(code)),
  ]
  const reasons = new Set(because.map(({ code }) => code))
  const { plate } = is.vehicle
  const { weightKg, weighedAt } = weighing
  if (was.verdict !== is.verdict) tally.changed.push({ id, plate, weightKg, weighedAt, from: was.verdict, to: is.verdict, because })
  for (const code of new Set([...was.findings, ...is.findings].map((found) => found.code))) {
    const row = tally.codes.get(code) ?? { found: 0, countedBefore: 0, countedAfter: 0, changed: 0 }
    row.found += 1
    row.countedBefore += then.has(code) ? 1 : 0
    row.countedAfter += now.has(code) ? 1 : 0
    row.changed += was.verdict !== is.verdict && reasons.has(code) ? 1 : 0
    tally.codes.set(code, row)
  }
}

/** What alone would have kept this vehicle from leaving. */
const against = ({ findings }: WeighingDraft): ReadonlySet<FindingCode> =>
  new Set(findings.filter((found) => verdictOf([found], 'coal') !== 'open').map(({ code }) => code))

function told({ before, after, codes, changed, untaped, otherwise }: Tally): DryRun {
  const findings = [...codes].map(([code, row]) => ({ code, ...row }))
  return {
    compared: VERDICTS.reduce((sum, verdict) => sum + before[verdict], 0),
    before,
    after,
    findings: findings.sort((a, b) => b.changed - a.changed || b.found - a.found || (a.code < b.code ? -1 : 1)),
    changed,
    untaped,
    otherwise,
  }
}
