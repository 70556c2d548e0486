import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import type { Alarm, AlarmReturned } from '#edge/alarm'
import type { Clock } from '#edge/clock'
import type { AgentId, Epoch, Identity, LaneId, SiteId } from '#edge/ids'
import type { ClockQuality, RecordKind, SealedRecord } from '#edge/records'
import type { Verifier } from '#edge/seal'
import type { Head, Line, Receipt } from '#edge/stream'
import { fromIso, type Instant } from '#edge/units'
import type { GateOutcome, Photos, Software } from '#edge/weighing'
import type { LaneState } from '#weighing/vocabulary'
import { EdgeError } from '../errors.ts'
import { type AgentKey, verifierOf } from '../keys.ts'
import type { Log } from '../log.ts'
import { alarmOf, alarmsIn } from './alarms.ts'
import { type Backups, backupsOf } from './backup.ts'
import { ballastIn } from './ballast.ts'
import { openEpoch, openWhole, settled, settleFound } from './begin.ts'
import { type Booklets, bookletsIn } from './booklets.ts'
import { type Claims, claimsIn } from './claims.ts'
import { type Contested, contestedIn } from './contested.ts'
import type { Database } from './database.ts'
import { type Draw, type Drew, drawOn } from './draw.ts'
import { type EpochState, epochsIn } from './epochs.ts'
import { type Evidence, evidenceIn } from './evidence.ts'
import { EVIDENCE_DEFAULTS } from './evidence-room.ts'
import { type History, historyIn } from './history.ts'
import { housekeeping } from './housekeeping.ts'
import { type Ink, type Inked, inkOn } from './ink.ts'
import { type Journal, journalIn, type Stamps } from './journal.ts'
import { laneStatesIn } from './lane-states.ts'
import { keepMark, writeMark } from './marker.ts'
import { type Operators, operatorsIn } from './operators.ts'
import { type OrdersInbox, ordersInboxIn } from './orders-inbox.ts'
import { type Policies, policiesIn } from './policies.ts'
import { type Quotas, quotasIn } from './quota.ts'
import { type ReceiptReading, type Receipts, receiptsIn } from './receipts.ts'
import { type Register, registerIn } from './register.ts'
import { prune } from './retention.ts'
import { type Disk, diskOf } from './room.ts'
import { type ScaleChecks, scaleChecksIn } from './scale-checks.ts'
import { type BrokenLink, type Scrub, scrubOf } from './scrub.ts'
import { type SlipCounts, slipCountsIn } from './slips.ts'
import { type Space, spaceOf } from './space.ts'
import { type Standing, standingIn } from './standing.ts'
import { type Stories, storiesIn } from './stories.ts'
import { noteSuspicion } from './suspect.ts'
import { type TicketBook, ticketBookIn } from './ticket-book.ts'
import { type Timekeeping, timekeepingIn } from './timekeeping.ts'
import { tokensIn } from './tokens.ts'

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
  const { folder, log, site, agent } = parts
  const boot = randomBytes(4).toString('hex')
  const disk = parts.disk ?? diskOf(folder)
  const ballast = ballastIn(folder, disk.limits.ballastBytes)
  // A start writes, too.
  mkdirSync(folder, { recursive: true })
  if (disk.freeBytes() < disk.limits.ballastBelowBytes && ballast.drop())
    log.error('a start on a full disk: the ballast is thrown overboard')
  const opened = openWhole(folder, parts.signer, { makeRoom: ballast.drop })
  const database: Database = opened.database
  database.onDoubt((doubt) => noteSuspicion(folder, doubt.message))
  const written = journalIn(database, parts)
  const time = timekeepingIn({
    ...parts,
    database,
    told: { site, agent },
    wall: parts.wall ?? parts.clock.now,
    newest: () => fromIso(written.momentOf(written.head().epoch, written.head().seq) ?? ''),
    log: log.child({ part: 'clock' }),
  })
  const clock: Clock = { ...parts.clock, now: time.now }
  const journal: Journal = {
    ...written,
    append(kind, body, stamps) {
      time.witnessed()
      return written.append(kind, body, stamps)
    },
  }
  const epochs = epochsIn(database)
  const alarms = alarmsIn(database, journal)
  const booklets = bookletsIn(database, journal, parts.issuer)
  const own = verifierOf({ [parts.signer.key]: parts.signer.publicKey })
  const book = ticketBookIn(database, parts.issuer, { own, booklets })
  const register = registerIn(database)
  const policies = policiesIn(database, parts.issuer, clock, () => time.judge().why === null)
  const { mostMegabytes, keepDays } = parts.evidence ?? EVIDENCE_DEFAULTS
  const evidence = evidenceIn(
    database,
    { mostBytes: mostMegabytes * 1_000_000, keepDays, freeBytes: () => disk.freeBytes() + database.spareBytes() },
    clock.now,
  )
  const operators = operatorsIn(database)
  const history = historyIn(database)
  const quotas = quotasIn(database)
  const claims = claimsIn(database)
  const lanes = laneStatesIn(database)
  const tokens = tokensIn(database)
  const receipts = receiptsIn(database, journal, epochs, clock)
  const contested = contestedIn(database, (epoch) => journal.headOf(epoch).seq)
  const stamps = (): Stamps => ({ at: clock.now(), mono: clock.monotonic(), boot, clock: time.judge().quality })
  const orders = ordersInboxIn({
    ...parts,
    database,
    journal,
    alarms,
    book,
    register,
    policies,
    evidence,
    operators,
    history,
    quotas,
    claims,
    booklets,
    stamps,
  })
  const epochParts = {
    journal,
    epochs,
    stamps,
    software: parts.software,
    orders,
    who: { site, agent },
  }

  try {
    settleFound({ ...opened, ...epochParts, alarms, log })
    journal.commit(() => {
      for (const { token, lane } of tokens.unanswered()) {
        tokens.answered(token, 'unknown')
        journal.append(
          'gate-outcome',
          {
            lane,
            token,
            outcome: 'unknown',
            detail: 'the agent stopped before the board had answered',
          },
          stamps(),
        )
      }
    })
    writeMark(folder, journal.head())
    settled(folder)
  } catch (error) {
    database.close()
    throw error instanceof EdgeError ? error : new EdgeError('store-broken', { cause: error, folder })
  }

  const marker = keepMark({ folder, head: journal.head, clock, log })
  const standing = standingIn({ database, journal, alarms, stamps })
  const space = spaceOf({ disk, ballast, database, standing, clock, log })
  const backups = backupsOf({ folder, database, head: journal.head })
  let broke = thrown
  const inDoubt = ({ good, from }: BrokenLink): void => {
    const doubt = new EdgeError('store-broken', { why: 'chain-broken', folder, epoch: good.epoch, from })
    log.error({ epoch: good.epoch, from }, 'a record that waits to be sent is not what was written: the agent ends, the next start looks')
    database.doubt(doubt)
    broke(doubt)
  }
  const changed = ({ good: { epoch }, from }: BrokenLink): void => {
    log.error({ epoch, from }, 'a record that the cloud holds is no longer what was written')
    journal.commit(() => alarms.raise(alarmOf('store', `changed/${epoch}/${from}`, { why: 'record-changed', epoch, seq: from }), stamps()))
  }
  const scrub = scrubOf({ database, epochs, hasher: parts.signer, clock, onBroken: inDoubt, onChanged: changed })
  const house = housekeeping({
    database,
    scrub,
    evidence,
    prune: () => {
      prune(database, epochs, clock.now())
      booklets.forget(clock.now())
    },
    clock,
    log,
  })
  journal.onAppended(() => {
    house.written()
    marker.moved()
  })
  const rolledBack = (receipt: Receipt, reading: Extract<ReceiptReading, { kind: 'rollback' }>): void => {
    const before = journal.headOf(receipt.epoch)
    log.error(
      {
        epoch: receipt.epoch,
        cloud: receipt.upto,
        here: before.seq,
        why: reading.why,
      },
      'the cloud holds records that this store does not: it was put back',
    )
    journal.commit(() => {
      epochs.brokenFrom(receipt.epoch, reading.from)
      contested.note(receipt.epoch, reading.from)
      if (receipt.epoch === journal.head().epoch) openEpoch('rollback', before, epochParts)
      orders.startOver()
      alarms.raise(
        alarmOf('conflict', `records/${receipt.epoch}/${reading.from}`, {
          why: reading.why,
          epoch: receipt.epoch,
          cloudSeq: receipt.upto,
          edgeSeq: before.seq,
        }),
        stamps(),
      )
    })
  }

  return {
    boot,
    book,
    register,
    policies,
    orders,
    operators,
    history,
    quotas,
    claims,
    booklets,
    evidence,
    slips: slipCountsIn(database),
    stories: storiesIn(database, journal),
    scales: scaleChecksIn(database, journal),
    space,
    standing,
    time,
    backups,
    verified: scrub.done,
    stamps,
    ink: (ink) =>
      inkOn(
        {
          journal,
          lanes,
          tokens,
          book,
          alarms,
          evidence,
          history,
          quotas,
          software: parts.software,
        },
        ink,
      ),
    laneState: lanes.of,
    draw: (draw) => drawOn({ journal, booklets, book, signer: parts.signer }, draw),
    mayPulse: tokens.mayPulse,
    latePhotos: ({ lane, visit, photos }, alarmed) =>
      journal.commit(() => {
        const weighing = lanes.lastWeighing(lane)
        const seq = weighing?.visit === visit && weighing.epoch === journal.head().epoch ? weighing.seq : null
        const written = journal.append('photos', { lane, visit, weighing: seq, photos: [...photos] }, stamps())
        const urgency = alarmed ? 'alarm' : evidence.urgencyOf({ lane, visit })
        for (const { hash } of photos) evidence.named(hash, written.identity, urgency, { lane, visit })
        return written
      }),
    gateAnswered: (outcome) =>
      journal.commit(() => (tokens.answered(outcome.token, outcome.outcome) ? journal.append('gate-outcome', outcome, stamps()) : null)),
    raise: (alarm) => journal.commit(() => alarms.raise(alarm, stamps())),
    returned: (alarm) => journal.commit(() => journal.append('alarm-returned', alarm, stamps())),
    head: journal.head,
    backlog: receipts.backlog,
    waiting: receipts.waiting,
    delivered: receipts.delivered,
    gone: receipts.gone,
    contested,
    linesFrom: journal.linesFrom,
    linesToSend: scrub.linesToSend,
    ledger: { epochs: epochs.all, entriesAfter: journal.entriesAfter },
    alarmsWaiting: (max) => journal.alarmsAfter(journal.head().epoch, epochs.of(journal.head().epoch)?.receipted.upto ?? 0, max),
    receipted(receipt) {
      const reading = receipts.read(receipt)
      if (reading.kind === 'rollback') rolledBack(receipt, reading)
      return reading
    },
    record: ({ epoch, seq, ...of }) => (of.site === site && of.agent === agent ? journal.record(epoch, seq) : null),
    newest: journal.newest,
    onAppended: journal.onAppended,
    broken: database.broken,
    start(onBroken = thrown) {
      broke = onBroken
      house.start(onBroken)
      space.start(onBroken)
      time.start(standing, onBroken)
    },
    async close() {
      house.stop()
      time.stop()
      await Promise.all([space.stop(), backups.stop()])
      if (!database.broken()) await marker.stop()
      database.close()
      await backups.letGo()
    },
  }
}

/** Where nobody hears of it, it is our own logic that broke. */
const thrown = (error: Error): void => {
  throw error
}
