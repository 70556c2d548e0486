import { randomBytes } from 'node:crypto'
import { type Epoch, NO_HASH } from '#edge/ids'
import type { Database } from './database.ts'

/** The epochs of this agent, oldest first, and how far the cloud has receipted each. Nothing but a receipt moves that mark. */
export interface EpochState {
  readonly number: number
  readonly epoch: Epoch
  readonly receipted: { readonly upto: number; readonly hash: string }
  /** First record whose bytes no longer match; null for a whole epoch. */
  readonly brokenFrom: number | null
  /** It came out of a backup: the cloud may hold more of it than this store, and that is no conflict. */
  readonly restored: boolean
}

export interface Epochs {
  all(): EpochState[]
  of(epoch: string): EpochState | null
  /** Begins the epoch after the newest one, or after `atLeast` where a lost store is known to have had more. */
  begin(atLeast: number): Epoch
  receipted(epoch: Epoch, upto: number, hash: string): void
  brokenFrom(epoch: Epoch, seq: number): void
  /** All epochs there are came out of a backup. */
  restored(): void
}

interface EpochRow {
  readonly number: number
  readonly epoch: Epoch
  readonly receipted_upto: number
  readonly receipted_hash: string
  readonly broken_from: number | null
  readonly restored: number
}

export const epochNumber = (epoch: Epoch): number => Number(epoch.slice(0, epoch.indexOf('-')))

export function epochsIn(database: Database): Epochs {
  // Read for every batch and every screen: kept in memory, read again after any change and any rollback.
  let known: EpochState[] | null = null
  const forget = (): void => {
    known = null
  }
  database.onRollback(forget)
  const all = (): EpochState[] => {
    known ??= database.all<EpochRow>('select * from epoch order by number').map((row) => ({
      number: row.number,
      epoch: row.epoch,
      receipted: { upto: row.receipted_upto, hash: row.receipted_hash },
      brokenFrom: row.broken_from,
      restored: row.restored === 1,
    }))
    return known
  }
  return {
    all,
    of: (epoch) => all().find((it) => it.epoch === epoch) ?? null,
    begin(atLeast) {
      const number = Math.max(all().at(-1)?.number ?? 0, atLeast) + 1
      const epoch = `${number}-${randomBytes(4).toString('hex')}` as Epoch
      database.run('insert into epoch (number, epoch, receipted_hash) values (?, ?, ?)', number, epoch, NO_HASH)
      forget()
      return epoch
    },
    receipted(epoch, upto, hash) {
      database.run('update epoch set receipted_upto = ?, receipted_hash = ? where epoch = ?', upto, hash, epoch)
      forget()
    },
    brokenFrom(epoch, seq) {
      database.run('update epoch set broken_from = ? where epoch = ?', seq, epoch)
      forget()
    },
    restored() {
      database.run('update epoch set restored = 1')
      forget()
    },
  }
}
