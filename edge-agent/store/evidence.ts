import type { Epoch } from '#edge/ids'
import type { Database } from './database.ts'

/**
 * Tapes and photos, named by the hash of their bytes. A tape is written with its weighing's ink; it travels to the cloud when it is
 * wanted (a vehicle was not let go, an alarm, or somebody asked), and only after its record has been receipted.
 */
export interface Evidence {
  /** Keeps the bytes once. `record` is the weighing that names it; `wanted` lets it travel. */
  keep(piece: Piece): void
  /** A weighing names a photo that was kept before it. */
  named(hash: string, by: Place, wanted: boolean): void
  /** Lets all that a weighing names travel, once. */
  want(of: Place): void
  /** The cloud asks for it: it travels, also again. False where no such evidence is here any more. */
  asked(hash: string): boolean
  /** The next piece that may travel now. */
  next(): Travelling | null
  sent(hash: string): void
  /** The cloud will not have it: not offered again unless it is asked for. */
  refused(hash: string, why: string): void
  /** The bytes of a tape as text. */
  text(hash: string): string | null
  /** Drops the oldest beyond the budget: those that have travelled first; never one that is wanted and has not. */
  tidy(): void
}

/** The weighing a piece of evidence belongs to. */
export interface Place {
  readonly epoch: Epoch
  readonly seq: number
}
export interface Piece {
  readonly hash: string
  readonly kind: 'tape' | 'photo'
  readonly bytes: Uint8Array
  readonly record: Place | null
  readonly wanted: boolean
}
export interface Travelling {
  readonly hash: string
  readonly kind: 'tape' | 'photo'
  readonly bytes: Uint8Array
}

export function evidenceIn(database: Database, budgetBytes: number): Evidence {
  const bytesOf = (hash: string): Uint8Array | null => {
    const row = database.one<{ bytes: ArrayBuffer }>('select bytes from evidence where hash = ?', hash)
    return row && new Uint8Array(row.bytes)
  }
  return {
    keep({ hash, kind, bytes, record, wanted }) {
      database.run(
        `insert into evidence (hash, kind, bytes, size, epoch, seq, wanted) values (?, ?, ?, ?, ?, ?, ?)
         on conflict (hash) do update set wanted = max(wanted, excluded.wanted)`,
        hash,
        kind,
        bytes,
        bytes.length,
        record?.epoch ?? null,
        record?.seq ?? null,
        wanted ? 1 : 0,
      )
    },
    named: (hash, { epoch, seq }, wanted) =>
      void database.run(
        'update evidence set epoch = ?, seq = ?, wanted = max(wanted, ?) where hash = ? and seq is null',
        epoch,
        seq,
        wanted ? 1 : 0,
        hash,
      ),
    want: ({ epoch, seq }) => void database.run('update evidence set wanted = 1 where epoch = ? and seq = ?', epoch, seq),
    asked: (hash) => database.run('update evidence set wanted = 1, sent = 0, refused = null where hash = ?', hash) === 1,
    next() {
      const row = database.one<{ hash: string; kind: 'tape' | 'photo' }>(
        `select hash, kind from evidence left join epoch using (epoch)
         where wanted = 1 and sent = 0 and refused is null and (seq is null or seq <= receipted_upto) order by evidence.rowid limit 1`,
      )
      const bytes = row && bytesOf(row.hash)
      return row && bytes && { ...row, bytes }
    },
    sent: (hash) => void database.run('update evidence set sent = 1 where hash = ?', hash),
    refused: (hash, why) => void database.run('update evidence set refused = ? where hash = ?', why, hash),
    text(hash) {
      const bytes = bytesOf(hash)
      return bytes && new TextDecoder().decode(bytes)
    },
    tidy() {
      let over = (database.one<{ n: number | null }>('select sum(size) as n from evidence')?.n ?? 0) - budgetBytes
      while (over > 0) {
        const oldest = database.one<{ hash: string; size: number }>(
          'select hash, size from evidence where not (wanted = 1 and sent = 0 and refused is null) order by sent desc, rowid limit 1',
        )
        if (!oldest) return
        database.run('delete from evidence where hash = ?', oldest.hash)
        over -= oldest.size
      }
    },
  }
}
