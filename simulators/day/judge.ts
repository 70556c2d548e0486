import { compareHashes } from '#cloud/reconcile'
import { FINDINGS } from '#edge/findings'
import type { Evidence } from './evidence.ts'
import { EXPECTED, EXPECTED_OF_FAULTS, type Expectation } from './expectations.ts'
import { type GateJudgement, judgeGates } from './judge-gates.ts'
import { CHEATS, type DayKind, HONEST_KINDS } from './kinds.ts'
import type { SaidRecord } from './ledger.ts'
import type { TruePass, TrueVisit } from './player.ts'
import type { TrueTrouble } from './run.ts'

/**
 * Holds the ground truth of a day against what the system says of it (pure). Nothing here decides what is right: that stands in
 * `expectations.ts` and in the plant's own log.
 */
export interface Judgement {
  readonly good: boolean
  readonly honest: HonestJudgement
  readonly cheats: readonly KindJudgement[]
  readonly faults: readonly KindJudgement[]
  readonly gates: GateJudgement
  readonly escapes: {
    readonly happened: number
    readonly alarms: number
    readonly unalarmed: readonly string[]
    readonly doubled: readonly string[]
  }
  readonly ledger: {
    readonly edge: number
    readonly cloud: number
    readonly onlyEdge: readonly string[]
    readonly onlyCloud: readonly string[]
    readonly differ: readonly string[]
    readonly conflicts: number
    readonly quarantined: number
  }
  readonly why: { readonly asked: number; readonly proved: number; readonly unsaid: number; readonly failed: readonly string[] }
  readonly alarms: Readonly<Record<string, number>>
  readonly load: {
    readonly busy: number | null
    readonly agentCores: number
    readonly mineCores: number
    readonly agentRssMb: number
    readonly lateP99Ms: number
    readonly lateMostMs: number
  }
  readonly unplayed: Readonly<Record<string, number>>
  readonly surprises: readonly string[]
}
export interface HonestJudgement {
  readonly trucks: number
  /** Came through each time at the first try and without anybody's hand. */
  readonly smooth: number
  /** Came through without a hand, on a second try. */
  readonly again: number
  readonly exceptions: readonly Exception[]
  /** Findings that count against an honest truck, by code: how many of its weighings were held or asked for by them. */
  readonly falseFindings: Readonly<Record<string, number>>
  /** Findings that were only noted. */
  readonly notes: Readonly<Record<string, number>>
  /** Alarms while an honest truck was there and nothing was wrong with the equipment, by kind and reason: nobody was kept by them. */
  readonly falseAlarms: Readonly<Record<string, number>>
  /** Weighings of honest trucks. */
  readonly weighings: number
  readonly stoodSeconds: { readonly median: number; readonly p99: number }
}
export interface Exception {
  readonly kind: DayKind
  readonly plate: string
  readonly lane: string
  readonly at: number
  readonly what: 'hand' | 'second-try' | 'did-not-leave'
  /** The findings that held it, or what was done to the equipment just then. */
  readonly because: readonly string[]
  /** Something was done to the equipment meanwhile: it is nobody's mistake. */
  readonly excused: boolean
}
export interface KindJudgement {
  readonly kind: string
  readonly came: number
  readonly found: number
  /** What was said, how often. */
  readonly said: Readonly<Record<string, number>>
  readonly missed: readonly { readonly plate: string; readonly lane: string; readonly at: number; readonly said: readonly string[] }[]
  /** Left by an automatic release although it should not have, whatever was said of it. */
  readonly slipped: number
  /** Left so while one of its findings was only noted: the policy in force warns of it and holds nobody for it. */
  readonly warnedOnly: number
}

/** Acts about the lane, not about whoever stands there. */
const OF_THE_LANE = ['attended-on', 'attended-off']
const SLACK_MS = 90_000
const ESCAPES = ['escape', 'held-vehicle-left', 'tailgate']

export function judgeDay(evidence: Evidence): Judgement {
  const { edge, cloud, day, truth, why, load } = evidence
  const byLane = laneIndex(edge.records)
  const honest = judgeHonest(evidence, byLane)
  const cheats = CHEATS.map((kind) => judgeKind(kind, EXPECTED[kind], day.visits, day.troubles, byLane)).filter(({ came }) => came > 0)
  const faults = judgeFaults(day.troubles, byLane)
  const gates = judgeGates(evidence)
  const escapes = judgeEscapes(evidence, byLane)
  const edgeHashes = new Map(edge.records.map(({ epoch, seq, hash }) => [`${epoch} ${seq}`, hash]))
  const { onlyEdge, onlyCloud, differ } = compareHashes(edgeHashes, cloud.hashes)
  const ledger = {
    edge: edgeHashes.size,
    cloud: cloud.hashes.size,
    onlyEdge,
    onlyCloud,
    differ,
    conflicts: cloud.conflicts,
    quarantined: cloud.quarantined,
  }
  const explained = {
    asked: why.length,
    proved: why.filter(({ proved }) => proved === true).length,
    unsaid: why.filter(({ proved }) => proved === null).length,
    failed: why.flatMap(({ id, kind, proved, sentences, detail }) => {
      if (proved === false) return [`${id}: ${detail}`]
      return sentences === 0 ? [`${id}: ${kind}: 无说明 / without a sentence`] : []
    }),
  }
  const written = edge.records.length
  const surprises = [...evidence.surprises, ...(truth.length === 0 ? ['the plants say nothing'] : [])]
  return {
    good:
      honest.exceptions.every(({ excused }) => excused) &&
      // Also one that stands on its lane as the day ends: it did not leave.
      !day.unplayed.some((kind) => HONEST_KINDS.includes(kind)) &&
      surprises.length === 0 &&
      cheats.every(({ missed, slipped }) => missed.length + slipped === 0) &&
      faults.every(({ missed }) => missed.length === 0) &&
      gates.without.length === 0 &&
      gates.twice.length === 0 &&
      escapes.unalarmed.length === 0 &&
      escapes.doubled.length === 0 &&
      ledger.onlyEdge.length + ledger.onlyCloud.length + ledger.differ.length + ledger.conflicts + ledger.quarantined === 0 &&
      explained.failed.length === 0 &&
      explained.asked === written,
    honest,
    cheats,
    faults,
    gates,
    escapes,
    ledger,
    why: explained,
    alarms: counted(edge.records.filter(({ kind }) => kind === 'alarm').map(({ body }) => String(body.kind))),
    load: {
      busy: mean(load.flatMap(({ busy }) => (busy === null ? [] : [busy]))),
      agentCores: mean(load.flatMap(({ cores }) => cores.agent ?? [])) ?? 0,
      mineCores: mean(load.flatMap(({ cores }) => cores.mine ?? [])) ?? 0,
      agentRssMb: Math.max(0, ...load.flatMap(({ rssMb }) => rssMb.agent ?? [])),
      lateP99Ms: Math.max(0, ...load.map(({ lateP99Ms }) => lateP99Ms)),
      lateMostMs: Math.max(0, ...load.map(({ lateMostMs }) => lateMostMs)),
    },
    unplayed: counted(day.unplayed),
    surprises,
  }
}

type ByLane = ReadonlyMap<string, readonly SaidRecord[]>
function laneIndex(records: readonly SaidRecord[]): ByLane {
  const lanes = new Map<string, SaidRecord[]>()
  for (const record of records) {
    const { lane } = record.body
    if (typeof lane === 'string') lanes.set(lane, [...(lanes.get(lane) ?? []), record])
  }
  return lanes
}
const saidAt = (byLane: ByLane, lane: string, from: number, until: number): SaidRecord[] =>
  (byLane.get(lane) ?? []).filter(({ at }) => at >= from && at <= until)

interface SaidFinding {
  readonly code: string
  readonly mode: string
}
export const findingsOf = ({ body }: SaidRecord): readonly SaidFinding[] =>
  Array.isArray(body.findings) ? (body.findings as SaidFinding[]) : []
/** Everything said about a lane in a while: codes of findings, kinds of alarms, and what the lane itself decided. */
const words = (records: readonly SaidRecord[]): string[] => [...new Set(records.flatMap(wordsOf))]
function wordsOf(record: SaidRecord): string[] {
  const { kind, body } = record
  if (kind === 'alarm') return [`!${body.kind}`]
  if (kind === 'decision') return body.operator === 'automatic' ? [`=${body.act}`] : []
  return findingsOf(record).map(({ code }) => code)
}

function judgeHonest({ day }: Evidence, byLane: ByLane): HonestJudgement {
  const visits = day.visits.filter(({ kind }) => HONEST_KINDS.includes(kind))
  const exceptions: Exception[] = []
  const held: string[] = []
  const noted: string[] = []
  const alarmed: string[] = []
  const stood: number[] = []
  let weighings = 0
  let smooth = 0
  let again = 0
  for (const visit of visits) {
    const before = exceptions.length
    for (const pass of visit.passes) {
      const records = saidAt(byLane, pass.lane, pass.from, pass.until)
      const own = records.filter(({ kind, body }) => kind === 'weighing' && body.vehicle !== undefined)
      weighings += own.length
      if (!day.troubles.some((trouble) => touches(trouble, pass))) alarmed.push(...records.flatMap(alarmWords))
      stood.push(pass.stoodSeconds)
      for (const { code, mode } of own.flatMap(findingsOf)) {
        if (mode === 'enforce' && FINDINGS[code as keyof typeof FINDINGS] !== 'note') held.push(code)
        else noted.push(code)
      }
      const hands = records.filter(
        ({ kind, body }) => kind === 'decision' && body.operator !== 'automatic' && !OF_THE_LANE.includes(String(body.act)),
      )
      const what = hands.length > 0 ? 'hand' : pass.went === 'back' ? 'second-try' : null
      if (what === null) continue
      const troubles = day.troubles.filter((trouble) => touches(trouble, pass))
      exceptions.push({
        kind: visit.kind,
        plate: pass.plate,
        lane: pass.lane,
        at: pass.from,
        what,
        because: [
          ...own
            .flatMap(findingsOf)
            .filter(({ mode, code }) => mode === 'enforce' && FINDINGS[code as keyof typeof FINDINGS] !== 'note')
            .map(({ code }) => code),
          ...hands.map(({ body }) => `act ${String(body.act)}`),
          ...troubles.map((trouble) => trouble.what),
        ],
        excused: troubles.length > 0,
      })
    }
    const last = visit.passes.at(-1)
    if (last?.went !== 'out')
      exceptions.push({
        ...placeOf(visit),
        what: 'did-not-leave',
        because: exceptions.at(-1)?.because ?? [],
        excused: exceptions.at(-1)?.excused ?? false,
      })
    else if (exceptions.length === before) smooth += 1
    else if (exceptions.slice(before).every(({ what }) => what === 'second-try')) again += 1
  }
  stood.sort((a, b) => a - b)
  return {
    trucks: visits.length,
    smooth,
    again,
    exceptions,
    falseFindings: counted(held),
    notes: counted(noted),
    falseAlarms: counted(alarmed),
    weighings,
    stoodSeconds: { median: stood[Math.floor(stood.length / 2)] ?? 0, p99: stood[Math.floor(stood.length * 0.99)] ?? 0 },
  }
}
function alarmWords({ kind, body }: SaidRecord): string[] {
  if (kind !== 'alarm') return []
  const { form, why, reason } = (body.facts ?? {}) as Record<string, unknown>
  return [[body.kind, form ?? why ?? reason].filter((word) => typeof word === 'string').join(' ')]
}
const placeOf = ({ kind, plate, passes }: TrueVisit) => ({ kind, plate, lane: passes.at(-1)?.lane ?? '', at: passes.at(-1)?.from ?? 0 })
/** Equipment that was out of order on its lane, or everywhere, while it was there or shortly before: a lane has to find its feet again. */
const touches = ({ lane, from, until, what }: TrueTrouble, pass: TruePass): boolean =>
  what !== 'network-cut' && (lane === null || lane === pass.lane) && from <= pass.until && until + 2 * SLACK_MS >= pass.from

function judgeKind(
  kind: DayKind,
  expected: Expectation,
  visits: readonly TrueVisit[],
  troubles: readonly TrueTrouble[],
  byLane: ByLane,
): KindJudgement {
  const came = visits.filter((visit) => visit.kind === kind)
  const said: string[] = []
  const missed: KindJudgement['missed'][number][] = []
  let slipped = 0
  let warnedOnly = 0
  for (const visit of came) {
    const records = visit.passes.flatMap((pass) => saidAt(byLane, pass.lane, pass.from, pass.until + SLACK_MS))
    const heard = words(records)
    const hits = heard.filter((word) => meets(word, expected))
    // Before a camera that reads nothing nobody can say whose ticket it is, or that it is none: for want of a plate he is kept all the same.
    const blind = visit.passes.some((pass) => troubles.some((trouble) => trouble.what === 'camera-dead' && touches(trouble, pass)))
    if (hits.length === 0 && blind && heard.includes('no-plate') && isPrevented(visit, byLane)) hits.push('no-plate')
    // Whoever comes while the agent has no power meets shut arms, and goes back without a record of it.
    const dark = visit.passes.some((pass) => troubles.some((trouble) => trouble.what === 'power-cut' && touches(trouble, pass)))
    if (hits.length === 0 && (expected.prevented || dark) && isPrevented(visit, byLane))
      hits.push(dark ? 'prevented (power cut)' : 'prevented')
    said.push(...hits)
    const quiet = expected.findings.length + expected.alarms.length === 0
    const last = visit.passes.at(-1)
    if (hits.length === 0 && !quiet) missed.push({ plate: visit.plate, lane: last?.lane ?? '', at: last?.from ?? 0, said: heard })
    const wentThrough = !expected.through && last?.went === 'out' && kind !== 'escape' && kind !== 'bolt'
    if (!wentThrough || records.some(letGoByHand)) continue
    if (records.flatMap(findingsOf).some(({ code, mode }) => mode !== 'enforce' && meets(code, expected))) warnedOnly += 1
    else slipped += 1
  }
  return { kind, came: came.length, found: came.length - missed.length, said: counted(said), missed, slipped, warnedOnly }
}
const letGoByHand = ({ kind, body }: SaidRecord): boolean =>
  kind === 'decision' && body.operator !== 'automatic' && (body.act === 'release' || body.act === 'lift')
/** It was never let go with that: not weighed at all, or held, and it went back. */
const isPrevented = ({ passes }: TrueVisit, byLane: ByLane): boolean => {
  const last = passes.at(-1)
  return (
    last !== undefined &&
    last.went === 'back' &&
    !saidAt(byLane, last.lane, last.from, last.until).some(({ kind, body }) => kind === 'weighing' && body.verdict === 'open')
  )
}
const meets = (word: string, { findings, alarms, decisions = [] }: Expectation): boolean =>
  (findings as readonly string[]).includes(word) ||
  (alarms as readonly string[]).some((alarm) => word === `!${alarm}`) ||
  decisions.some((act) => word === `=${act}`)

function judgeFaults(troubles: readonly TrueTrouble[], byLane: ByLane): KindJudgement[] {
  return Object.entries(EXPECTED_OF_FAULTS).flatMap(([kind, expected]) => {
    const came = troubles.filter(({ what, lane }) => what === kind && lane !== null)
    if (came.length === 0) return []
    const said: string[] = []
    const missed: KindJudgement['missed'][number][] = []
    for (const { lane, from, until } of came) {
      const heard = words(saidAt(byLane, lane ?? '', from, until + 2 * SLACK_MS))
      const hits = heard.filter((word) => meets(word, expected))
      const during = saidAt(byLane, lane ?? '', from, until).filter(({ kind, body }) => kind === 'weighing' && body.verdict === 'open')
      if (hits.length === 0 && expected.prevented && during.length === 0) hits.push('prevented')
      said.push(...hits)
      if (hits.length === 0) missed.push({ plate: '', lane: lane ?? '', at: from, said: heard })
    }
    return [{ kind, came: came.length, found: came.length - missed.length, said: counted(said), missed, slipped: 0, warnedOnly: 0 }]
  })
}

/** Every vehicle that left by the exit without being let go, as the plants saw it, against the alarms: one each. */
function judgeEscapes({ truth, edge }: Evidence, byLane: ByLane): Judgement['escapes'] {
  const happened = truth.filter((one) => one.kind === 'escape')
  const alarms = edge.records.filter(({ kind, body }) => kind === 'alarm' && ESCAPES.includes(String(body.kind)))
  const unalarmed: string[] = []
  const doubled: string[] = []
  for (const one of happened) {
    if (one.kind !== 'escape') continue
    const near = saidAt(byLane, one.lane, one.at - SLACK_MS / 3, one.at + SLACK_MS / 3).filter(
      (record) => record.kind === 'alarm' && ESCAPES.includes(String(record.body.kind)),
    )
    const words = `${new Date(one.at).toISOString()} ${one.lane} ${one.plate}`
    if (near.length === 0) unalarmed.push(words)
    if (near.length > 1) doubled.push(words)
  }
  return { happened: happened.length, alarms: alarms.length, unalarmed, doubled }
}

function counted(all: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const one of all) counts[one] = (counts[one] ?? 0) + 1
  return Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a))
}
const mean = (of: readonly number[]): number | null =>
  of.length === 0 ? null : Math.round((of.reduce((sum, one) => sum + one, 0) / of.length) * 100) / 100
