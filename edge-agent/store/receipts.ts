import { type Clock, realSpan } from '#edge/clock'
import { type Epoch, NO_HASH } from '#edge/ids'
import type { Head, Receipt } from '#edge/stream'
import { seconds } from '#edge/units'
import type { Database } from './database.ts'
import type { Epochs } from './epochs.ts'
import { goneFrom } from './gone.ts'
import type { Journal } from './journal.ts'

/** What a receipt told. `rollback`: the cloud holds what we do not, so we, or it, were put back to an older state. */
export type ReceiptReading =
  | { readonly kind: 'advanced' | 'same' }
  | { readonly kind: 'unknown-epoch' }
  /** Less than it said before: late mail, or the cloud was restored from a backup. Believed when it is said again. */
  | { readonly kind: 'behind'; readonly believed: boolean }
  | {
      readonly kind: 'rollback'
      readonly why: 'ahead' | 'other-bytes'
      readonly from: number
    }

export interface Receipts {
  read(receipt: Receipt): ReceiptReading
  /** Records not yet receipted, over all epochs, and the moment of the oldest. Once the disk is in doubt: as they last were. */
  backlog(): { readonly records: number; readonly oldest: string | null }
  /** Where each epoch stands that still has records to send, oldest first: its newest sendable record, and how far it is receipted. */
  waiting(): { readonly head: Head; readonly receipted: number }[]
  /** The newest record of each epoch that has none waiting, oldest first. A cloud put back to a backup may have lost it all the same. */
  delivered(): Head[]
  /** Of epochs whose older records the cloud asks for and that are dropped here: the newest of those. */
  gone(): Head[]
}

const SAID_AGAIN_AFTER = seconds(5)

export function receiptsIn(database: Database, journal: Journal, epochs: Epochs, clock: Clock): Receipts {
  const gone = goneFrom(database)
  let lastBacklog: ReturnType<Receipts['backlog']> = { records: 0, oldest: null }
  const doubted = new Map<Epoch, { readonly upto: number; readonly mono: number }>()
  /** The newest record that may be sent: the head, or the last one before the first broken. */
  const sendable = (epoch: Epoch, brokenFrom: number | null): Head => {
    if (brokenFrom === null) return journal.headOf(epoch)
    return {
      epoch,
      seq: brokenFrom - 1,
      hash: journal.record(epoch, brokenFrom - 1)?.hash ?? NO_HASH,
    }
  }
  const standing = (): { head: Head; receipted: number }[] =>
    epochs.all().map((it) => ({
      head: sendable(it.epoch, it.brokenFrom),
      receipted: it.receipted.upto,
    }))
  const waiting = (): { head: Head; receipted: number }[] => standing().filter((it) => it.head.seq > it.receipted)
  const move = (epoch: Epoch, upto: number, hash: string): void => {
    doubted.delete(epoch)
    database.transaction(() => epochs.receipted(epoch, upto, hash))
  }
  const behind = ({ epoch, upto, hash }: Receipt): ReceiptReading => {
    const said = doubted.get(epoch)
    if (said?.upto !== upto) {
      doubted.set(epoch, { upto, mono: clock.monotonic() })
      return { kind: 'behind', believed: false }
    }
    if (clock.monotonic() - said.mono < realSpan(clock, SAID_AGAIN_AFTER)) return { kind: 'behind', believed: false }
    // What is dropped cannot be sent: what is left follows it.
    const dropped = gone.asked(epoch, upto)
    move(epoch, dropped?.seq ?? upto, dropped?.hash ?? hash)
    return { kind: 'behind', believed: true }
  }
  return {
    waiting,
    gone: gone.heads,
    delivered: () =>
      standing()
        .filter((it) => it.head.seq > 0 && it.head.seq <= it.receipted)
        .map((it) => it.head),
    backlog() {
      // Health and the console ask also in the moment the store refuses to be read, and must then say that and not fail.
      if (database.broken()) return lastBacklog
      const left = waiting()
      const first = left[0]
      lastBacklog = {
        records: left.reduce((sum, it) => sum + it.head.seq - it.receipted, 0),
        oldest: first ? journal.momentOf(first.head.epoch, first.receipted + 1) : null,
      }
      return lastBacklog
    },
    read(receipt) {
      const { epoch, upto, hash } = receipt
      const known = epochs.of(epoch)
      if (!known) return { kind: 'unknown-epoch' }
      const { receipted } = known
      if (known.brokenFrom !== null && upto >= known.brokenFrom) return { kind: 'same' }
      const head = journal.headOf(epoch)
      if (upto > head.seq) {
        if (!known.restored) return { kind: 'rollback', why: 'ahead', from: receipted.upto + 1 }
        // A backup is older than what the cloud holds, and ends where it ends.
        if (receipted.upto === head.seq) return { kind: 'same' }
        move(epoch, head.seq, head.hash)
        return { kind: 'advanced' }
      }
      // A record pruned long ago cannot be compared; it was compared when it was receipted.
      const ours = upto === 0 ? NO_HASH : upto === receipted.upto ? receipted.hash : journal.record(epoch, upto)?.hash
      if (ours !== undefined && ours !== hash)
        return {
          kind: 'rollback',
          why: 'other-bytes',
          from: receipted.upto + 1,
        }
      gone.answered(epoch, upto)
      if (upto < receipted.upto) return behind(receipt)
      if (upto === receipted.upto) {
        doubted.delete(epoch)
        return { kind: 'same' }
      }
      move(epoch, upto, hash)
      return { kind: 'advanced' }
    },
  }
}
