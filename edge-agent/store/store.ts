import { mkdirSync } from 'node:fs'
import type { Alarm, AlarmReturned } from '#edge/alarm'
import type { Clock } from '#edge/clock'
import type { AgentId, Epoch, Identity, LaneId, SiteId } from '#edge/ids'
import type { ClockQuality, RecordKind, SealedRecord } from '#edge/records'
import type { Verifier } from '#edge/seal'
import type { Head, Line, Receipt } from '#edge/stream'
import type { Instant } from '#edge/units'
import type { GateOutcome, Photos, Software } from '#edge/weighing'
import type { LaneState } from '#weighing/vocabulary'
import { EdgeError } from '../errors.ts'
import type { AgentKey } from '../keys.ts'
import type { Log } from '../log.ts'
import type { Backups } from './backup.ts'
import { ballastIn } from './ballast.ts'
import { openWhole, settled, settleFound } from './begin.ts'
import type { Booklets } from './booklets.ts'
import type { Claims } from './claims.ts'
import type { Contested } from './contested.ts'
import { type Draw, type Drew, drawOn } from './draw.ts'
import type { EpochState } from './epochs.ts'
import type { Evidence } from './evidence.ts'
import { gateOutcomesIn } from './gate-outcomes.ts'
import type { History } from './history.ts'
import { type Ink, type Inked, inkOn } from './ink.ts'
import type { Journal, Stamps } from './journal.ts'
import { keptIn } from './kept.ts'
import { latePhotosOn } from './late-photos.ts'
import { writeMark } from './marker.ts'
import type { Operators } from './operators.ts'
import type { OrdersInbox } from './orders-inbox.ts'
import type { Policies } from './policies.ts'
import { receiptTaker } from './put-back.ts'
import type { Quotas } from './quota.ts'
import type { ReceiptReading, Receipts } from './receipts.ts'
import type { Register } from './register.ts'
import { type Disk, diskOf } from './room.ts'
import type { ScaleChecks } from './scale-checks.ts'
import type { Scrub } from './scrub.ts'
import type { SlipCounts } from './slips.ts'
import type { Space } from './space.ts'
import type { Standing } from './standing.ts'
import type { Stories } from './stories.ts'
import { noteSuspicion } from './suspect.ts'
import type { TicketBook } from './ticket-book.ts'
import type { Timekeeping } from './timekeeping.ts'
import { upkeepOf } from './upkeep.ts'

/** Everything the agent remembers, behind one door. Synchronous: what returns is durable. */
export interface Store {
  /** Which start of the agent this is: eight hex digits. */
  readonly boot: string
  readonly book: Pick<TicketBook, 'candidates' | 'get' | 'proof'>
  readonly register: Pick<Register, 'candidates' | 'withTags'>
  readonly policies: Pick<Policies, 'of' | 'current' | 'version' | 'age' | 'confirm' | 'confirmedAt'>
  readonly orders: OrdersInbox
  readonly operators: Pick<Operators, 'get' | 'all' | 'tries' | 'keepTries' | 'lockedAfter'>
  readonly history: Pick<History, 'tares' | 'recent'>
  readonly quotas: Pick<Quotas, 'now'>
  readonly claims: Pick<Claims, 'take'>
  readonly booklets: Pick<Booklets, 'all' | 'get'>
  readonly evidence: Omit<Evidence, 'named' | 'want' | 'urgencyOf' | 'asked'>
  readonly slips: SlipCounts
  readonly stories: Stories
  readonly scales: ScaleChecks
  readonly space: Pick<Space, 'room' | 'state'>
  readonly standing: Standing
  readonly time: Timekeeping
  readonly backups: Pick<Backups, 'begin' | 'state' | 'idle'>
  /** The last time the whole journal was verified. */
  verified(): ReturnType<Scrub['done']>
  stamps(): Stamps
  /** Ink before gate: the one transaction of a lane's step. */
  ink(ink: Ink): Inked
  laneState(lane: LaneId): LaneState | null
  /** Draws the next number of a booklet. A commit of its own; where it is refused nothing is written. */
  draw(draw: Draw): Drew
  /** True exactly once per token of this start: the caller may now pulse. */
  mayPulse(token: string): boolean
  /** Photos of a visit that came after its weighing's ink: sealed beside it, and as wanted as the rest of that visit, or as its alarm. */
  latePhotos(photos: Omit<Photos, 'weighing'>, alarmed: boolean): SealedRecord
  /** What the board answered to the pulse of a token. Null where that is already on record. */
  gateAnswered(outcome: GateOutcome): SealedRecord | null
  /** Alarms of the agent itself (a silent device, its link). Null where the occurrence was raised before. */
  raise(alarm: Alarm): SealedRecord | null
  returned(alarm: AlarmReturned): SealedRecord
  head(): Head
  backlog(): ReturnType<Receipts['backlog']>
  waiting(): ReturnType<Receipts['waiting']>
  delivered(): ReturnType<Receipts['delivered']>
  gone(): ReturnType<Receipts['gone']>
  readonly contested: Pick<Contested, 'next' | 'kept'>
  linesFrom(epoch: Epoch, seq: number, max: number): Line[]
  /** The same for the cloud's eyes. Throws where a record among them is no longer what was written: it is never sent as if it were. */
  linesToSend(epoch: Epoch, seq: number, max: number): Line[]
  /** All epochs there are, oldest first, and their records as they lie here. */
  readonly ledger: { epochs(): EpochState[]; readonly entriesAfter: Journal['entriesAfter'] }
  /** The present epoch's alarms that the cloud has not receipted, newest first. */
  alarmsWaiting(max: number): SealedRecord[]
  /** Takes a receipt; a detected rollback begins a new epoch and raises `conflict`. */
  receipted(receipt: Receipt): ReceiptReading
  record(identity: Identity): SealedRecord | null
  /** The newest records of a kind, newest first. */
  newest(kind: RecordKind, max: number): Identity[]
  onAppended(listener: (records: readonly SealedRecord[]) => void): () => void
  /** Set once the disk is in doubt: everything is refused from then on, and the gate stays shut. */
  broken(): EdgeError | null
  /** Begins the housekeeping: checkpoint, retention, budget, room, verification. `onBroken` hears when one of them finds the store in doubt. */
  start(onBroken?: (error: Error) => void): void
  /** Writes the marker and closes. Nothing may be written afterwards. */
  close(): Promise<void>
}

export interface StoreParts {
  readonly folder: string
  readonly site: SiteId
  readonly agent: AgentId
  readonly signer: AgentKey
  /** The pinned keys of the issuer: tickets, policies, order heads. */
  readonly issuer: Verifier
  readonly software: Software
  readonly clock: Clock
  /** The computer's clock as it stands, where `clock` is smoothed; without it, `clock.now`. */
  readonly wall?: () => Instant
  /** What the operating system says of the computer's clock; how far it is believed is found out here (clock-trust.ts). */
  readonly clockQuality: () => ClockQuality
  /** How much of tapes and photos stays here; without it, `EVIDENCE_DEFAULTS`. */
  readonly evidence?: { readonly mostMegabytes: number; readonly keepDays: number }
  /** The disk it is on; without it, the one of `folder` with the limits of `ROOM_LIMITS`. */
  readonly disk?: Disk
  readonly log: Log
}

/**
 * Opens the store, settles what a crash left open, and finds out whether it is still what it was (see boot.ts). Throws EdgeError
 * 'store-locked' or 'store-broken' with a sentence; a rollback or a broken chain does not throw: a new epoch begins, with an alarm.
 */
export function openStore(parts: StoreParts): Store {
  const { folder, log, site, agent, signer, software } = parts
  const disk = parts.disk ?? diskOf(folder)
  const ballast = ballastIn(folder, disk.limits.ballastBytes)
  // A start writes, too.
  mkdirSync(folder, { recursive: true })
  if (disk.freeBytes() < disk.limits.ballastBelowBytes && ballast.drop())
    log.error('a start on a full disk: the ballast is thrown overboard')
  const opened = openWhole(folder, signer, { makeRoom: ballast.drop })
  const { database } = opened
  database.onDoubt((doubt) => noteSuspicion(folder, doubt.message))
  const kept = keptIn(database, disk, parts)
  const { journal, epochs, receipts, lanes, tokens, alarms, stamps } = kept
  const gates = gateOutcomesIn(kept)
  const writing = { ...kept, software, signer, who: { site, agent }, log }

  try {
    settleFound({ ...opened, ...writing })
    gates.settle()
    writeMark(folder, journal.head())
    settled(folder)
  } catch (error) {
    database.close()
    throw error instanceof EdgeError ? error : new EdgeError('store-broken', { cause: error, folder })
  }

  const upkeep = upkeepOf({ folder, database, disk, ballast, seals: signer, kept, log })
  return {
    boot: kept.boot,
    book: kept.book,
    register: kept.register,
    policies: kept.policies,
    orders: kept.orders,
    operators: kept.operators,
    history: kept.history,
    quotas: kept.quotas,
    claims: kept.claims,
    booklets: kept.booklets,
    evidence: kept.evidence,
    slips: kept.slips,
    stories: kept.stories,
    scales: kept.scales,
    space: upkeep.space,
    standing: kept.standing,
    time: kept.time,
    backups: upkeep.backups,
    verified: upkeep.scrub.done,
    stamps,
    ink: (ink) => inkOn(writing, ink),
    laneState: lanes.of,
    draw: (draw) => drawOn(writing, draw),
    mayPulse: tokens.mayPulse,
    latePhotos: (photos, alarmed) => latePhotosOn(kept, photos, alarmed),
    gateAnswered: gates.answered,
    raise: (alarm) => journal.commit(() => alarms.raise(alarm, stamps())),
    returned: (alarm) => journal.commit(() => journal.append('alarm-returned', alarm, stamps())),
    head: journal.head,
    backlog: receipts.backlog,
    waiting: receipts.waiting,
    delivered: receipts.delivered,
    gone: receipts.gone,
    contested: kept.contested,
    linesFrom: journal.linesFrom,
    linesToSend: upkeep.scrub.linesToSend,
    ledger: { epochs: epochs.all, entriesAfter: journal.entriesAfter },
    alarmsWaiting: (max) => journal.alarmsAfter(journal.head().epoch, epochs.of(journal.head().epoch)?.receipted.upto ?? 0, max),
    receipted: receiptTaker(writing),
    record: ({ epoch, seq, ...of }) => (of.site === site && of.agent === agent ? journal.record(epoch, seq) : null),
    newest: journal.newest,
    onAppended: journal.onAppended,
    broken: database.broken,
    start: upkeep.start,
    close: upkeep.close,
  }
}
