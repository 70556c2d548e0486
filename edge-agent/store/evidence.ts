import type { Epoch, LaneId } from '#edge/ids'
import { type Instant, toIso } from '#edge/units'
import type { Database } from './database.ts'
import { type EvidenceLimits, type EvidenceState, evidenceRoom } from './evidence-room.ts'

/**
 * Tapes and photos, named by the hash of their bytes. A tape is written with its weighing's ink, a photo as it is taken; they travel to
 * the cloud when they are wanted (a vehicle was not let go, an alarm, or somebody asked), and only after their record has been receipted.
 */
export interface Evidence {
  /** Keeps the bytes once. False where the disk has no room left for a photo: it must then not be named. A tape is kept always. */
  keep(piece: Piece): boolean
  /** A record names a photo that was kept before it. */
  named(hash: string, by: Place, urgency: Urgency, of: { readonly lane: LaneId; readonly visit: number | null }): void
  /** Lets all that is named of a visit travel. */
  want(of: OfVisit, urgency: Urgency): void
  /** How urgently what belongs to this visit travels. */
  urgencyOf(of: OfVisit): Urgency
  /** The cloud asks for it: it travels, also again. False where no such evidence is here any more. */
  asked(hash: string): boolean
  /** The next piece that may travel now: alarms first, then what somebody waits for. */
  next(): Travelling | null
  /** Bytes of a piece from an offset on. */
  part(hash: string, from: number, most: number): Uint8Array
  sent(hash: string): void
  /** The cloud will not have it: not offered again unless it is asked for. */
  refused(hash: string, why: string): void
  /** The bytes of a tape as text. */
  text(hash: string): string | null
  /** The bytes of a photo; of nothing else. */
  photo(hash: string): Uint8Array | null
  holds(hash: string): boolean
  /** How many photos are to travel and have not. */
  photosWaiting(): number
  /** Drops some of what is old or beyond the budget and needed by nobody; true where there is more of it to drop. */
  tidy(): boolean
  state(): EvidenceState
}

/** The record a piece of evidence is named by. */
export interface Place {
  readonly epoch: Epoch
  readonly seq: number
}
export interface OfVisit {
  readonly lane: LaneId
  readonly visit: number
}
/** Why a piece travels, the most urgent last. */
export const URGENCIES = ['none', 'not-let-go', 'asked', 'alarm'] as const
export type Urgency = (typeof URGENCIES)[number]
const rank = (urgency: Urgency): number => URGENCIES.indexOf(urgency)

export interface Piece {
  readonly hash: string
  readonly kind: 'tape' | 'photo'
  readonly bytes: Uint8Array
  readonly record: Place | null
  readonly wanted: boolean
  /** Null for a photo of a vehicle that has no visit yet. */
  readonly of?: OfVisit | null
}
export interface Travelling {
  readonly hash: string
  readonly kind: 'tape' | 'photo'
  readonly size: number
  /** What names it; the cloud looks there whether it may come. */
  readonly record: Place | null
}
interface TravellingRow extends Omit<Travelling, 'record'> {
  readonly epoch: Epoch | null
  readonly seq: number | null
}

export function evidenceIn(database: Database, limits: EvidenceLimits, now: () => Instant): Evidence {
  const room = evidenceRoom(database, limits, now)
  const bytesOf = (hash: string, kinds: string): Uint8Array | null => {
    const row = database.one<{ bytes: ArrayBuffer }>('select bytes from evidence where hash = ? and kind like ?', hash, kinds)
    return row && new Uint8Array(row.bytes)
  }
  return {
    keep({ hash, kind, bytes, record, wanted, of = null }) {
      if (kind === 'photo' && !room.takes(bytes.length)) return false
      const urgency = wanted ? rank('not-let-go') : 0
      database.run(
        `insert into evidence (hash, kind, bytes, size, epoch, seq, wanted, lane, visit, kept_at, urgency) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (hash) do update set wanted = max(wanted, excluded.wanted), urgency = max(urgency, excluded.urgency)`,
        hash,
        kind,
        bytes,
        bytes.length,
        record?.epoch ?? null,
        record?.seq ?? null,
        wanted ? 1 : 0,
        of?.lane ?? null,
        of?.visit ?? null,
        toIso(now()),
        urgency,
      )
      room.changed()
      return true
    },
    named: (hash, { epoch, seq }, urgency, { lane, visit }) =>
      void database.run(
        `update evidence set epoch = ?, seq = ?, lane = ?, visit = ?, wanted = max(wanted, ?), urgency = max(urgency, ?)
         where hash = ? and seq is null`,
        epoch,
        seq,
        lane,
        visit,
        urgency === 'none' ? 0 : 1,
        rank(urgency),
        hash,
      ),
    want: ({ lane, visit }, urgency) =>
      void database.run(
        'update evidence set wanted = 1, urgency = max(urgency, ?) where lane = ? and visit = ? and seq is not null',
        rank(urgency),
        lane,
        visit,
      ),
    urgencyOf({ lane, visit }) {
      const row = database.one<{ most: number | null }>(
        'select max(urgency) as most from evidence where lane = ? and visit = ?',
        lane,
        visit,
      )
      return URGENCIES[row?.most ?? 0] ?? 'none'
    },
    asked: (hash) =>
      database.run(
        'update evidence set wanted = 1, sent = 0, refused = null, urgency = max(urgency, ?) where hash = ?',
        rank('asked'),
        hash,
      ) === 1,
    next() {
      // Only whole names are read: text that has rotted would end the process (readable.ts). The epoch is that of its own table.
      const row = database.one<TravellingRow>(
        `select e.hash, e.kind, e.size, epoch.epoch, e.seq from evidence e left join epoch on epoch.epoch = e.epoch
         where e.wanted = 1 and e.sent = 0 and e.refused is null and (e.seq is null or e.seq <= epoch.receipted_upto)
         and e.kind in ('tape', 'photo') and e.hash not glob '*[^0-9a-z]*'
         order by e.urgency desc, e.kept_at, e.hash limit 1`,
      )
      if (!row) return null
      const { epoch, seq, ...piece } = row
      return { ...piece, record: epoch === null || seq === null ? null : { epoch, seq } }
    },
    part(hash, from, most) {
      const row = database.one<{ part: ArrayBuffer }>(
        'select substr(bytes, ?, ?) as part from evidence where hash = ?',
        from + 1,
        most,
        hash,
      )
      return row ? new Uint8Array(row.part) : new Uint8Array()
    },
    sent: (hash) => void database.run('update evidence set sent = 1 where hash = ?', hash),
    refused: (hash, why) => void database.run('update evidence set refused = ? where hash = ?', why, hash),
    text(hash) {
      const bytes = bytesOf(hash, '%')
      return bytes && new TextDecoder().decode(bytes)
    },
    photo: (hash) => bytesOf(hash, 'photo'),
    holds: (hash) => database.one('select 1 as here from evidence where hash = ?', hash) !== null,
    photosWaiting: () =>
      database.one<{ n: number }>(`select count(*) as n from evidence where wanted = 1 and sent = 0 and kind = 'photo' and refused is null`)
        ?.n ?? 0,
    tidy: room.tidy,
    state: room.state,
  }
}
