import { days, type Instant, minutes, toIso } from '#edge/units'
import type { Database } from './database.ts'
import { factIn, keepFact } from './facts.ts'
import { textIn } from './readable.ts'

/** How much evidence stays at the site: configured, or as reasoned in `EVIDENCE_DEFAULTS`. */
export interface EvidenceLimits {
  readonly mostBytes: number
  readonly keepDays: number
  /** Free bytes of the disk the store is on. */
  freeBytes(): number
}

/**
 * A 10 Mt mine takes about 1,800 weighings a day with three or four photos of 150 kB: 1 GB. What was not let go travels within minutes;
 * the rest is kept for the question that comes later, and thirty days are what people ask about. A small mine has them in this budget, a
 * large one about ten days, on a disk of 32 GB.
 */
export const EVIDENCE_DEFAULTS = { mostMegabytes: 10_000, keepDays: 30 } as const

/** What lies here, what waits, and what is gone: for `doctor`, health and the console. */
export interface EvidenceState {
  readonly photos: number
  readonly tapes: number
  readonly bytes: number
  readonly mostBytes: number
  readonly keepDays: number
  /** Pieces that shall travel and have not, and the moment the oldest of them was kept. */
  readonly waiting: number
  readonly waitingBytes: number
  readonly waitingSince: string | null
  /** More than the budget, and everything is needed: nothing of it is dropped. */
  readonly overBytes: number
  /** Since this store began. `refusedPhotos` came while the disk had no room. */
  readonly droppedPhotos: number
  readonly droppedTapes: number
  readonly refusedPhotos: number
}

/** With less than this left no photo is kept: records, and the tapes in their ink, come first. */
const LEFT_FOR_RECORDS = 512 * 1024 * 1024
/** A photo nobody has named by then belongs to no record: a vehicle that turned away, or one too many of a visit. */
const UNNAMED_FOR = minutes(60)
/** Dropping a picture reads its pages once more: a few at a time, off the gate path. */
const AT_A_TIME = 25

/**
 * A piece is needed while it shall travel and has not, while its record is not receipted (who has not seen the record cannot ask for what it
 * names), and while its vehicle may still be at the lane: it is of the newest visit there.
 */
const NEEDED = `(
  (e.wanted = 1 and e.sent = 0 and e.refused is null)
  or (e.seq is not null and e.seq > coalesce((select receipted_upto from epoch where epoch.epoch = e.epoch), 0))
  or exists (select 1 from lane where lane.lane = e.lane and lane.visit = e.visit)
)`

export function evidenceRoom(database: Database, { mostBytes, keepDays, freeBytes }: EvidenceLimits, now: () => Instant) {
  let counted: Counted | null = null
  database.onRollback(() => {
    counted = null
  })
  const count = (): Counted => {
    // No text of these rows is read here or below: what has rotted would end the process (readable.ts).
    const row = database.one<{ photos: number | null; tapes: number | null; bytes: number | null }>(
      `select sum(kind = 'photo') as photos, sum(kind = 'tape') as tapes, sum(size) as bytes from evidence`,
    )
    return { photos: row?.photos ?? 0, tapes: row?.tapes ?? 0, bytes: row?.bytes ?? 0 }
  }
  const tally = (name: Tally): number => Number(factIn(database, name) ?? 0)
  const add = (name: Tally, by: number): void => {
    if (by > 0) keepFact(database, name, String(tally(name) + by))
  }
  const before = (span: number): string => toIso((now() - span) as Instant)

  /** The oldest of a kind that nobody needs: first what is named by no record or too old, then, over the budget, any. */
  function droppable(kind: 'photo' | 'tape', anyAge: boolean, atMost: number): Dropped[] {
    const old = anyAge ? '' : `and (e.kept_at < ? or (e.seq is null and e.kind = 'photo' and e.kept_at < ?))`
    return database.all<Dropped>(
      `select e.rowid as at, e.size from evidence e where e.kind = ? and not (e.seq is null and e.kept_at > ?) and not ${NEEDED} ${old} order by e.kept_at limit ?`,
      kind,
      before(UNNAMED_FOR),
      ...(anyAge ? [] : [before(days(keepDays)), before(UNNAMED_FOR)]),
      atMost,
    )
  }
  function drop(kind: 'photo' | 'tape', pieces: readonly Dropped[]): number {
    for (const { at } of pieces) database.run('delete from evidence where rowid = ?', at)
    add(kind === 'photo' ? 'evidence-dropped-photos' : 'evidence-dropped-tapes', pieces.length)
    return pieces.reduce((sum, { size }) => sum + size, 0)
  }
  const room = {
    /** Whether the disk has room for a photo of so many bytes; one it has not is counted. */
    takes(bytes: number): boolean {
      if (freeBytes() - bytes >= LEFT_FOR_RECORDS) return true
      add('evidence-refused-photos', 1)
      return false
    },
    changed(): void {
      counted = null
    },
    tidy: (): boolean =>
      database.transaction(() => {
        let left = AT_A_TIME
        for (const kind of ['photo', 'tape'] as const) {
          const old = droppable(kind, false, left)
          drop(kind, old)
          left -= old.length
        }
        let over = count().bytes - mostBytes
        let dropped = AT_A_TIME - left
        for (const kind of ['photo', 'tape'] as const) {
          const spare = over > 0 && left > 0 ? enough(droppable(kind, true, left), over) : []
          over -= drop(kind, spare)
          left -= spare.length
          dropped += spare.length
        }
        counted = null
        return dropped >= AT_A_TIME
      }),
    state(): EvidenceState {
      counted ??= count()
      const waiting = database.one<{ n: number; bytes: number | null; oldest: ArrayBuffer | null }>(
        `select count(*) as n, sum(size) as bytes, cast(min(kept_at) as blob) as oldest from evidence
         where wanted = 1 and sent = 0 and refused is null`,
      )
      return {
        ...counted,
        mostBytes,
        keepDays,
        waiting: waiting?.n ?? 0,
        waitingBytes: waiting?.bytes ?? 0,
        waitingSince: waiting?.oldest ? textIn(waiting.oldest) : null,
        overBytes: Math.max(0, counted.bytes - mostBytes),
        droppedPhotos: tally('evidence-dropped-photos'),
        droppedTapes: tally('evidence-dropped-tapes'),
        refusedPhotos: tally('evidence-refused-photos'),
      }
    },
  }
  return room
}

type Tally = 'evidence-dropped-photos' | 'evidence-dropped-tapes' | 'evidence-refused-photos'
type Counted = Pick<EvidenceState, 'photos' | 'tapes' | 'bytes'>
/** A piece by its place in the table: its name may have rotted. */
interface Dropped {
  readonly at: number
  readonly size: number
}

/** The first of these that free so many bytes. */
function enough(pieces: readonly Dropped[], bytes: number): Dropped[] {
  const chosen: Dropped[] = []
  let freed = 0
  for (const piece of pieces) {
    if (freed >= bytes) break
    chosen.push(piece)
    freed += piece.size
  }
  return chosen
}
