import type { CloudTables, EdgeFile, History } from './history.ts'
import { countedOnce, escapesAreShown, noGap, receiptsAreTrue, sameOnBothSides } from './on-both-sides.ts'
import {
  acknowledgedIsThere,
  doubtIsTheEnd,
  doubtIsTold,
  escapesAreAlarmed,
  ledgerVerifies,
  oncePerToken,
  onlyReceiptsDeliver,
  pulsesAreDecided,
} from './on-the-edge.ts'

/** The invariants of the reliability rules that a history can break, each with the reader's words and what it is checked by. */
type Asks =
  | { readonly of: 'edge'; readonly check: (edge: EdgeFile, history: History) => string[] }
  | { readonly of: 'both'; readonly check: (edge: EdgeFile, cloud: CloudTables, history: History) => string[] }
export type Invariant = { readonly id: string; readonly zh: string; readonly en: string } & Asks

export const INVARIANTS: readonly Invariant[] = [
  { id: 'I1', zh: '已确认的记录不丢失', en: 'what was acknowledged is there', of: 'edge', check: acknowledgedIsThere },
  { id: 'I2', zh: '两端记录逐条相同', en: 'the same set on both sides, hash for hash', of: 'both', check: sameOnBothSides },
  { id: 'I3', zh: '每车只计一次，吨数分毫不差', en: 'each load once, to the kilogram', of: 'both', check: countedOnce },
  { id: 'I4', zh: '编号无缺口', en: 'no gap', of: 'both', check: noGap },
  { id: 'I5', zh: '回执属实', en: 'receipts are true', of: 'both', check: receiptsAreTrue },
  {
    id: 'I6',
    zh: '无回执不算送达、不删除',
    en: 'nothing is delivered or dropped without a receipt',
    of: 'edge',
    check: onlyReceiptsDeliver,
  },
  { id: 'I7', zh: '账本逐环可验', en: 'the ledger verifies link by link', of: 'edge', check: ledgerVerifies },
  { id: 'I8', zh: '先落账，后抬杆', en: 'no relay moves before its decision is on disk', of: 'edge', check: pulsesAreDecided },
  { id: 'I9', zh: '一次放行至多一个脉冲', en: 'at most one pulse per token', of: 'edge', check: oncePerToken },
  { id: 'I11', zh: '每次闯卡恰有一条报警', en: 'each escape is one alarm', of: 'edge', check: escapesAreAlarmed },
  { id: 'I11', zh: '每次闯卡在云端恰有一条报警', en: 'each escape is one alarm in the cloud', of: 'both', check: escapesAreShown },
  { id: 'R6', zh: '磁盘可疑即停', en: 'once the disk is in doubt nothing more is called safe', of: 'edge', check: doubtIsTheEnd },
  { id: 'I16', zh: '受损必自报', en: 'the system reports its own doubt', of: 'edge', check: doubtIsTold },
]

export interface Outcome {
  readonly id: string
  readonly zh: string
  readonly en: string
  /** `not-asked` where the history lacks a side this one needs. */
  readonly result: 'holds' | 'broken' | 'not-asked'
  /** The first of them; a broken system breaks a thousand times in the same way. */
  readonly violations: readonly string[]
  readonly count: number
}

const SHOWN = 12

/** Holds a history against every invariant it can be asked about. Time and memory grow with its length and no faster. */
export function check(history: History): Outcome[] {
  const { edge, cloud } = history
  return INVARIANTS.map((invariant) => {
    const { id, zh, en } = invariant
    const found =
      edge === null ? null : invariant.of === 'edge' ? invariant.check(edge, history) : cloud && invariant.check(edge, cloud, history)
    if (found === null) return { id, zh, en, result: 'not-asked', violations: [], count: 0 }
    return { id, zh, en, result: found.length === 0 ? 'holds' : 'broken', violations: found.slice(0, SHOWN), count: found.length }
  })
}

/** Every broken invariant as lines, `broken I1 …` first: what a test prints and a saboteur is told by. Empty when all hold. */
export const brokenLines = (outcomes: readonly Outcome[]): string[] =>
  outcomes
    .filter(({ result }) => result === 'broken')
    .flatMap(({ id, zh, en, count, violations }) => [`broken ${id} ${zh} / ${en}: ${count}`, ...violations.map((one) => `  ${one}`)])
