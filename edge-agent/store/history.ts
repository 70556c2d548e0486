import { canonical } from '#edge/canonical'
import type { KnownTare, RecentWeighing } from '#edge/history'
import { confusableKey, type Plate } from '#edge/plate'
import type { Database } from './database.ts'

/** What this site remembers of each truck: its tares, here and elsewhere, and its last weighings. */
export interface History {
  /** A tare from another site's ledger, or this site's own. Inside a commit. */
  enterTare(tare: KnownTare): void
  /** A person said that this weighing does not count: no later load rests on it. Inside a commit. */
  forgetTare(place: { readonly site: string; readonly epoch: string; readonly seq: number }): void
  /** A weighing of this site. Inside a commit. */
  enterWeighing(place: { readonly epoch: string; readonly seq: number }, weighing: RecentWeighing): void
  /** Of these tractors, newest first, at most ten of each. */
  tares(plates: readonly string[]): KnownTare[]
  /** Of these tractors, newest first, at most twelve in all. */
  recent(plates: readonly string[]): RecentWeighing[]
}

const TARES_OF_EACH = 10
const RECENT = 12
/** Trucks whose plates are confusable share a key: enough rows to have all that is wanted of each of them. */
const ROWS_OF_A_KEY = 40

export const historyIn = (database: Database): History => ({
  enterTare(tare) {
    const key = confusableKey(tare.plate as Plate)
    database.run(
      'insert into truck_tare (site, epoch, seq, plate_key, at, body) values (?, ?, ?, ?, ?, ?) on conflict (site, epoch, seq) do update set body = excluded.body',
      tare.site,
      tare.epoch,
      tare.seq,
      key,
      tare.at,
      canonical(tare),
    )
    // So a truck that comes three times a day for years takes no more room than one that came forty times.
    database.run(
      'delete from truck_tare where plate_key = ? and at < (select at from truck_tare where plate_key = ? order by at desc limit 1 offset ?)',
      key,
      key,
      ROWS_OF_A_KEY - 1,
    )
  },
  forgetTare: ({ site, epoch, seq }) =>
    void database.run('delete from truck_tare where site = ? and epoch = ? and seq = ?', site, epoch, seq),
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
        .all<{ body: string }>(
          'select body from truck_tare where plate_key = ? order by at desc limit ?',
          confusableKey(plate as Plate),
          ROWS_OF_A_KEY,
        )
        .map(({ body }) => JSON.parse(body) as KnownTare)
        .filter((tare) => tare.plate === plate)
        .slice(0, TARES_OF_EACH),
    ),
  recent: (plates) =>
    [...new Set(plates)]
      .flatMap((plate) =>
        database
          .all<{ body: string }>(
            'select body from truck_weighing where plate_key = ? order by at desc limit ?',
            confusableKey(plate as Plate),
            ROWS_OF_A_KEY,
          )
          .map(({ body }) => JSON.parse(body) as RecentWeighing)
          .filter((weighing) => weighing.plate === plate),
      )
      .sort((a, b) => (a.at < b.at ? 1 : -1))
      .slice(0, RECENT),
})
