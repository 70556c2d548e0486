import type { Epoch, LaneId } from '#edge/ids'
import type { LedgerRecord } from '#edge/records'
import type { Database } from './database.ts'
import type { Journal } from './journal.ts'
import { recordIn } from './record-in.ts'

/** Which records belong together: those of one vehicle's stay, and what allowed an opening. For people who ask; nothing decides by it. */
export interface Stories {
  /** The newest visit of a lane, or of any where none is named; null where there has been none among the newest records. */
  newestVisit(lane: LaneId | null): VisitOf | null
  /** All records of a visit, in the order in which they were sealed. */
  recordsOf(visit: VisitOf): LedgerRecord[]
  /** An open token: which gate, why, and the record that allowed it; null once it has been pruned. */
  token(token: string): TokenTold | null
  /** What allowed this passage to leave: the newest that decided about its visit before it, where that was a yes. */
  allowed(passage: LedgerRecord<'passage'>): LedgerRecord | null
  /** How a ticket was drawn from a booklet; null for one that was not, or whose record has left the journal. */
  drawn(ticket: string): LedgerRecord | null
}

export interface VisitOf {
  readonly epoch: Epoch
  readonly lane: LaneId
  readonly visit: number
}
export interface TokenTold {
  readonly lane: LaneId
  readonly visit: number | null
  readonly gate: 'entry' | 'exit'
  readonly why: string
  readonly epoch: Epoch
  readonly seq: number | null
}

/** So far back is looked: many hours at a busy site. */
const LOOK_BACK = 4_000
const AT_A_TIME = 500
/** A visit lasts minutes; its records lie this close together even where four lanes write between them. */
const LONGEST_VISIT = 1_500

export function storiesIn(database: Database, journal: Journal): Stories {
  const between = (epoch: Epoch, from: number, to: number): LedgerRecord[] =>
    journal.linesFrom(epoch, from, Math.max(0, to - from + 1)).flatMap(({ bytes }) => recordIn(bytes) ?? [])
  const token = (name: string): TokenTold | null =>
    database.one<TokenTold>('select lane, visit, gate, why, epoch, seq from token where token = ?', name)

  /** Whose a record is; a gate outcome is of the visit its token was minted for, an alarm of a passage is of that passage's visit. */
  const ofWhom = (record: LedgerRecord): { readonly lane: string; readonly visit: number } | null => {
    const { body } = record
    if ('occurrence' in body) {
      const named = /^([a-z0-9-]+)\/visit-(\d+)$/.exec(body.occurrence)
      return named ? { lane: named[1] ?? '', visit: Number(named[2]) } : null
    }
    if ('token' in body && 'outcome' in body) {
      const told = token(body.token)
      return told?.visit ? { lane: told.lane, visit: told.visit } : null
    }
    return 'visit' in body && body.visit !== null ? { lane: body.lane, visit: body.visit } : null
  }

  return {
    newestVisit(lane) {
      const { epoch, seq } = journal.head()
      for (let to = seq; to > 0 && to > seq - LOOK_BACK; to -= AT_A_TIME)
        for (const record of between(epoch, Math.max(1, to - AT_A_TIME + 1), to).reverse()) {
          const whose = ofWhom(record)
          if (whose && (lane === null || whose.lane === lane)) return { epoch, lane: whose.lane as LaneId, visit: whose.visit }
        }
      return null
    },
    recordsOf({ epoch, lane, visit }) {
      const head = journal.headOf(epoch).seq
      const found: LedgerRecord[] = []
      for (let to = head; to > 0 && to > head - LOOK_BACK; to -= AT_A_TIME) {
        const records = between(epoch, Math.max(1, to - AT_A_TIME + 1), to)
        found.unshift(
          ...records.filter((record) => {
            const whose = ofWhom(record)
            return whose?.lane === lane && whose.visit === visit
          }),
        )
        const [first] = found
        if (first && first.seq > to + LONGEST_VISIT) break
      }
      return withTheLane(found, lane, ofWhom, between)
    },
    token,
    allowed({ body: { token: held, lane, visit }, epoch, seq }) {
      const told = held === null ? null : token(held)
      if (told?.seq) return read(journal, told.epoch, told.seq)
      if (visit === null) return null
      const before = between(epoch, Math.max(1, seq - AT_A_TIME), seq - 1).filter((record) => {
        const whose = ofWhom(record)
        return whose?.lane === lane && whose.visit === visit && decides(record)
      })
      const newest = before.at(-1) ?? null
      return newest && allows(newest) ? newest : null
    },
    drawn(ticket) {
      const place = database.one<{ epoch: Epoch; seq: number }>('select epoch, seq from drawn_ticket where number = ?', ticket)
      return place && read(journal, place.epoch, place.seq)
    },
  }
}

/**
 * With what else happened on the lane while the vehicle was here: alarms of its crossing, of a lift or of a device, and acts on the lane.
 * They name no visit, but they were sealed between its first and its last record.
 */
function withTheLane(
  found: readonly LedgerRecord[],
  lane: LaneId,
  whose: (record: LedgerRecord) => { readonly visit: number } | null,
  between: (epoch: Epoch, from: number, to: number) => LedgerRecord[],
): LedgerRecord[] {
  const [first] = found
  const last = found.at(-1)
  if (!first || !last) return [...found]
  const meanwhile = between(first.epoch as Epoch, first.seq, last.seq + WRITTEN_WITH_THE_LAST).filter(
    (record) =>
      'lane' in record.body && record.body.lane === lane && whose(record) === null && record.at >= first.at && record.at <= last.at,
  )
  return [...found, ...meanwhile].sort((a, b) => a.seq - b.seq)
}
/** Records of one step stand side by side, the alarm behind the passage it is about. */
const WRITTEN_WITH_THE_LAST = 8

const DECIDING: readonly string[] = ['release', 'lift', 'hold', 'void', 'refuse', 'timed-out', 'turned-back']
function decides(record: LedgerRecord): boolean {
  return record.kind === 'weighing' || (record.kind === 'decision' && DECIDING.includes((record as LedgerRecord<'decision'>).body.act))
}
function allows(record: LedgerRecord): boolean {
  if (record.kind === 'weighing') return (record as LedgerRecord<'weighing'>).body.verdict === 'open'
  const { act } = (record as LedgerRecord<'decision'>).body
  return act === 'release' || act === 'lift'
}

const read = (journal: Journal, epoch: Epoch, seq: number): LedgerRecord | null => {
  const found = journal.record(epoch, seq)
  return found && recordIn(found.bytes)
}
