import type { ActReason, ManualAct } from '../acts.ts'
import type { AlarmKind } from '../alarm.ts'
import type { Facts, FindingCode, Mode } from '../findings.ts'
import type { IdentitySource } from '../identity-basis.ts'
import type { Phase } from '../lane-status.ts'
import type { AsideWhy } from '../plate-reads.ts'
import type { VerdictWord, WeighingDraft } from '../weighing.ts'

/** What every language of the house must say. A sentence is a template: `{weightKg:t}` stands for a fact, shown in tonnes. */
export interface Words {
  /** Each finding to three readers: the driver's sign (short), the operator's console, the regulator's screen. */
  readonly findings: Readonly<Record<FindingCode, Readonly<Record<Reader, string>>>>
  readonly alarms: Readonly<Record<AlarmKind, { readonly title: string; readonly says: string }>>
  readonly phases: Readonly<Record<Phase, string>>
  readonly blocked: Readonly<Record<BlockedCode, string>>
  readonly verdicts: Readonly<Record<VerdictWord, string>>
  readonly modes: Readonly<Record<Mode, string>>
  readonly kinds: Readonly<Record<WeighingDraft['kind'], string>>
  readonly passes: Readonly<Record<WeighingDraft['pass'], string>>
  readonly matches: Readonly<Record<WeighingDraft['vehicle']['match'], string>>
  /** What the sign shows the driver. */
  readonly say: Readonly<Record<SayCode, string>>
  /** The same as the voice says it: `{x:singly}` is spelt, `{x:number}` is a number; a phrase between commas goes with its fact. */
  readonly speak: Readonly<Record<SayCode, string>>
  readonly why: Readonly<Record<WhyCode, string>>
  /** What a plate rests on, and why a read was set aside. */
  readonly sources: Readonly<Record<IdentitySource, string>>
  readonly asides: Readonly<Record<AsideWhy, string>>
  readonly acts: Readonly<Record<ManualAct, string>>
  readonly reasons: Readonly<Record<ActReason, string>>
  /** Facts that are words of ours and not of the world (`TERM_FACTS` of `why.ts`). */
  readonly terms: Readonly<Record<TermCode, string>>
  /** Stands in for a fact that is null or missing. */
  readonly unknown: string
}
export type Reader = 'driver' | 'operator' | 'regulator'
export type Language = 'zh' | 'en'

export const SAY_CODES = [
  'drive-on',
  'stop-and-switch-off',
  'stand-between-beams',
  'weighing',
  'go',
  'held',
  'wait-for-operator',
  'reverse-off',
  'leave-now',
  'wait',
  'move-forward',
  'move-back',
  'one-at-a-time',
  'wrong-way',
  'show-code',
  'scale-not-ready',
  'attended',
  'stop-not-your-turn',
] as const
export type SayCode = (typeof SAY_CODES)[number]

export const TERM_CODES = [
  /* where a kerb weight comes from */ 'typical',
  'weighed',
  /* where an axle count comes from */ 'register',
  'ticket',
  'nobody',
  /* what a lane serves */ 'tare',
  'gross',
  'both',
  /* how an indicator lost its zero */ 'power-cycled',
  'zeroed',
  /* what a curve or a weight looks like */ 'rolling-on',
  'axle-groups',
  'rolling-off',
  'fell-before-rest',
  'rose-when-leaving',
  'left-behind',
  'second-boarded',
  /* of which a tare is unusual */ 'whole',
  'rear-axles',
  /* sensors, ends, cameras */ 'entry-loop',
  'entry-beam',
  'exit-beam',
  'exit-loop',
  'entry-arm-down',
  'exit-arm-down',
  'entry',
  'exit',
  'front',
  'rear',
  /* what is wrong with the ledger */ 'store-lost',
  'rollback',
  'chain-broken',
  'record-changed',
  'restored',
  'log-grows',
  'foreign-opener',
  'suspect',
  'marker-absent',
  'marker-unreadable',
  'begun-anew',
  'put-back',
  /* why records are missing, or differ */ 'not-sent',
  'no-longer-held',
  'other-bytes',
  'broken-chain',
  'head-mismatch',
  'express-differs',
  'ahead',
  'budget',
  /* what is wrong with a clock */ 'clock-behind',
  'clock-ahead',
  'clock-leapt',
  /* what is wrong with a booklet */ 'serial-missing',
  'serial-twice',
  'number-wrong',
  'ticket-differs',
  'unknown-booklet',
  'over-count',
  'over-tonnes',
  'withdrawn',
  'drawn-late',
  'reported-late',
  /* colours of a plate */ 'blue',
  'yellow',
  'white',
  'black',
  'green',
  'yellow-green',
  /* a boolean */ 'true',
  'false',
] as const
export type TermCode = (typeof TERM_CODES)[number]

export const BLOCKED_CODES = [
  'never-settled',
  'scale-silent',
  'board-silent',
  'outcome-unknown',
  'interrupted',
  'driver-waits',
  'remote-control',
  'zero-off',
  'wrong-way',
  'barrier-hit',
  'two-trucks',
  'weight-untrusted',
  'store-full',
] as const
export type BlockedCode = (typeof BLOCKED_CODES)[number]

export const WHY_CODES = [
  'verdict',
  'weight',
  'plate',
  'no-plate',
  'basis',
  'basis-tag',
  'set-aside',
  'ticket',
  'no-ticket',
  'net',
  'tare',
  'zero',
  'policy',
  'pass',
  'indicator',
  'computed',
] as const
export type WhyCode = (typeof WHY_CODES)[number]

const two = (n: number): string => String(n).padStart(2, '0')
/** Asia/Shanghai keeps no summer time: eight hours on from UTC, all year. */
function inShanghai(iso: string): string {
  const at = new Date(Date.parse(iso) + 8 * 3_600_000)
  return Number.isNaN(at.getTime())
    ? iso
    : `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`
}

/**
 * Fills a template: `{x}` as it is, `{x:t}` kilograms as tonnes with two decimals, `{x:time}` an ISO moment as Shanghai time.
 * A missing or null fact is said to be unknown, never left as a hole.
 */
export function fill(template: string, facts: Facts, unknown: string): string {
  return template.replace(/\{(\w+)(?::(t|time))?\}/g, (_whole, name: string, form?: string) => {
    const value = facts[name]
    if (value === undefined || value === null) return unknown
    if (form === 't' && typeof value === 'number') return (value / 1_000).toFixed(2)
    if (form === 'time' && typeof value === 'string') return inShanghai(value)
    return String(value)
  })
}

/** The names a template asks for. */
export const namesIn = (template: string): string[] => [...template.matchAll(/\{(\w+)(?::\w+)?\}/g)].map((match) => match[1] as string)
