import { type Clock, realSpan } from '#edge/clock'
import type { Epoch } from '#edge/ids'
import type { Head, Line } from '#edge/stream'
import { type Instant, milliseconds, toIso } from '#edge/units'
import { beginningOf, type ChainRow, followers, RAW, type RawRow, rowsIn, type Seals, walk } from './chain.ts'
import type { Database } from './database.ts'
import type { EpochState, Epochs } from './epochs.ts'
import { linkAt, oldestLink, prevIn } from './links.ts'

/**
 * Reads the whole journal again and again, a little at a time, and verifies every link: bit rot and edits are found while the agent runs,
 * not when a record is wanted. What is about to be sent is verified as it is read.
 */
export interface Scrub {
  /** Verifies for a few milliseconds; true where a round over all epochs is done. */
  slice(): boolean
  /** At most `max` records of an epoch from `seq` on, as they travel. Throws where a link among them is broken, after `onBroken`. */
  linesToSend(epoch: Epoch, seq: number, max: number): Line[]
  /** The last round that was done; null before the first. */
  done(): ScrubDone | null
}

export interface ScrubDone {
  readonly at: string
  readonly records: number
}

export interface BrokenLink {
  /** The last record that follows. */
  readonly good: Head
  readonly from: number
}

interface Parts {
  readonly database: Database
  readonly epochs: Epochs
  readonly seals: Seals
  readonly clock: Clock
  /** What the cloud has not receipted is broken: it will never be sent as if it were good. */
  onBroken(link: BrokenLink): void
  /** A record changed that the cloud holds as it was written: nothing is lost, and somebody must know. */
  onChanged(link: BrokenLink): void
}

/** Off the gate path means: shorter than a reading's own way. */
const AT_MOST = milliseconds(2)
/** Each with a signature, they are a millisecond more. */
const ROWS = 10

export function scrubOf({ database, epochs, seals, clock, onBroken, onChanged }: Parts): Scrub {
  let round: Round | null = null
  let done: ScrubDone | null = null

  const from = (epochsLeft: readonly EpochState[], records: number): Round => {
    const [first, ...left] = epochsLeft
    return { at: first === undefined ? null : beginningOf(database, first), left, records }
  }
  /** A few records on. */
  function step(now: Round, at: Head): Round {
    const of = epochs.of(at.epoch)
    if (of === null) return from(now.left, now.records)
    const last = (of.brokenFrom ?? Number.MAX_SAFE_INTEGER) - 1
    const { good, brokenAt, end } = walk(database, at, Math.max(0, Math.min(ROWS, last - at.seq)), seals)
    const moved = { ...now, at: good, records: now.records + good.seq - at.seq }
    if (good.seq >= last || (brokenAt === null && end)) return from(now.left, moved.records)
    if (brokenAt === null) return moved
    const oldest = beginningOf(database, of)
    // Old records were dropped while they were being walked over.
    if (oldest.seq > good.seq) return { ...moved, at: oldest }
    const link = { good, from: brokenAt }
    if (brokenAt > of.receipted.upto) {
      onBroken(link)
      return from(now.left, moved.records)
    }
    onChanged(link)
    // What follows a broken record is judged by its own links.
    return { ...moved, at: oldestLink(database, good.epoch, brokenAt) ?? good }
  }

  return {
    done: () => done,
    slice() {
      const until = clock.monotonic() + realSpan(clock, AT_MOST)
      round ??= from(epochs.all(), 0)
      do {
        if (round.at === null) break
        round = step(round, round.at)
      } while (clock.monotonic() < until)
      if (round.at !== null) return false
      done = { at: toIso(clock.now() as Instant), records: round.records }
      round = null
      return true
    },
    linesToSend(epoch, seq, max) {
      const rows = rowsIn(
        database.all<RawRow>(`select ${RAW} from journal where epoch = ? and seq >= ? order by seq limit ?`, epoch, seq, max),
      )
      const of = epochs.of(epoch)
      const lines = rows.map(({ bytes, signature }): Line => ({ bytes, signature }))
      // A history that is known to differ is shown as it lies there.
      if (of === null || of.brokenFrom !== null) return lines
      const before = linkBefore(database, { epoch, seq, receipted: of.receipted }, rows[0])
      const held = followers(rows, before, seals)
      if (held === rows.length || seq + held <= of.receipted.upto) return lines
      const last = rows[held - 1] ?? before
      onBroken({ good: { epoch, seq: last.seq, hash: last.hash }, from: last.seq + 1 })
      throw database.broken() ?? new Error('a broken link puts the store in doubt')
    },
  }
}

interface Round {
  /** Null when no epoch is left. */
  readonly at: Head | null
  readonly left: readonly EpochState[]
  readonly records: number
}

interface From {
  readonly epoch: Epoch
  readonly seq: number
  readonly receipted: Pick<Head, 'hash'> & { readonly upto: number }
}
/** The link before these lines: what the cloud receipted stands for itself; before a first record that is left, nothing can be compared. */
function linkBefore(database: Database, { epoch, seq, receipted }: From, first: ChainRow | undefined): Pick<Head, 'seq' | 'hash'> {
  if (seq - 1 === receipted.upto) return { seq: seq - 1, hash: receipted.hash }
  return linkAt(database, epoch, seq - 1) ?? { seq: seq - 1, hash: prevIn(first?.bytes ?? '') ?? '' }
}
