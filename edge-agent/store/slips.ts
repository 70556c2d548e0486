import type { Identity } from '#edge/ids'
import type { Database } from './database.ts'

/**
 * How often each weighing's slip went to paper. Not a ledger record: a slip proves nothing that its record does not, and a reprint says so
 * on itself; the count is what makes it say so after a restart too.
 */
export interface SlipCounts {
  /** 0: never. */
  printed(of: Pick<Identity, 'epoch' | 'seq'>): number
  /** One more. */
  add(of: Pick<Identity, 'epoch' | 'seq'>): void
}

export function slipCountsIn(database: Database): SlipCounts {
  return {
    printed: ({ epoch, seq }) =>
      database.one<{ n: number }>('select printed as n from slip where epoch = ? and seq = ?', epoch, seq)?.n ?? 0,
    add: ({ epoch, seq }) =>
      void database.run(
        'insert into slip (epoch, seq, printed) values (?, ?, 1) on conflict (epoch, seq) do update set printed = printed + 1',
        epoch,
        seq,
      ),
  }
}
