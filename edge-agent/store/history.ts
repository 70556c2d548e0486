import { canonical } from '#edge/canonical'
import type { KnownTare, RecentWeighing } from '#edge/history'
import { confusableKey, type Plate } from '#edge/plate'
import type { Database } from './database.ts'

/** What this site remembers of each truck: its tares, here and elsewhere, and its last weighings. */
export interface History {
  /** A tare from another site's ledger, or this site's own. Inside a commit. */
  enterTare(tare: KnownTare): void
  /** A weighing of this site. Inside a commit. */
  enterWeighing(place: { readonly epoch: string; readonly seq: number }, weighing: RecentWeighing): void
  /** Of these tractors, newest first, at most ten of each. */
  tares(plates: readonly string[]): KnownTare[]
  /** Of these tractors, newest first, at most twelve in all. */
  recent(plates: readonly string[]): RecentWeighing[]
}

const TARES_OF_EACH = 10
const RECENT = 12

export const historyIn = (database: Database): History => ({
  enterTare: (tare) =>
    void database.run(
      'insert into truck_tare (site, epoch, seq, plate_key, at, body) values (?, ?, ?, ?, ?, ?) on conflict (site, epoch, seq) do update set body = excluded.body',
      tare.site,
      tare.epoch,
      tare.seq,
      confusableKey(tare.plate as Plate),
      tare.at,
      canonical(tare),
    ),
  enterWeighing: ({ epoch, seq }, weighing) =>
    void database.run(
      'insert into truck_weighing (epoch, seq, plate_key, at, body) values (?, ?, ?, ?, ?) on conflict do nothing',
      epoch,
      seq,
      weighing.plate === null ? '' : confusableKey(weighing.plate as Plate),
      weighing.at,
      canonical(weighing),
    ),
  tares: (plates) =>
    [...new Set(plates)].flatMap((plate) =>
      database
        .all<{ body: string }>('select body from truck_tare where plate_key = ? order by at desc limit 40', confusableKey(plate as Plate))
        .map(({ body }) => JSON.parse(body) as KnownTare)
        .filter((tare) => tare.plate === plate)
        .slice(0, TARES_OF_EACH),
    ),
  recent: (plates) =>
    [...new Set(plates)]
      .flatMap((plate) =>
        database
          .all<{ body: string }>(
            'select body from truck_weighing where plate_key = ? order by at desc limit 40',
            confusableKey(plate as Plate),
          )
          .map(({ body }) => JSON.parse(body) as RecentWeighing)
          .filter((weighing) => weighing.plate === plate),
      )
      .sort((a, b) => (a.at < b.at ? 1 : -1))
      .slice(0, RECENT),
})
