import { days, type Instant, toIso } from '#edge/units'
import type { Database } from './database.ts'
import type { Epochs } from './epochs.ts'

/** Receipted records stay this long, so that a cloud restored from a backup can ask for them again (rule R8). */
const KEPT = days(90)
/** However far the clock may have jumped, this many of the newest stay. */
const KEPT_AT_LEAST = 10_000
const AT_A_TIME = 500
/** A passage finds its token within minutes; a lane that stood still for a holiday finds it, too. */
const TOKENS_KEPT = days(14)

/**
 * Drops a few of the oldest records that the cloud has receipted long ago; nothing else ever leaves the journal (invariant I6). An
 * epoch with broken records is evidence and stays whole.
 */
export function prune(database: Database, epochs: Epochs, now: Instant): number {
  const before = toIso((now - KEPT) as Instant)
  let dropped = 0
  for (const { epoch, receipted, brokenFrom } of epochs.all()) {
    if (brokenFrom !== null) continue
    dropped += database.run(
      `delete from journal where epoch = ? and seq in
       (select seq from journal where epoch = ? and seq <= ? and at < ? order by seq limit ${AT_A_TIME})`,
      epoch,
      epoch,
      receipted.upto - KEPT_AT_LEAST,
      before,
    )
  }
  // What became of an old token is on record; the token itself has no use any more.
  database.run(`delete from token where outcome is not null and minted_at < ?`, toIso((now - TOKENS_KEPT) as Instant))
  forgetTrucks(database, before)
  return dropped
}

/** What trucks weighed long ago: suspicion looks back over days, a stored tare counts for a year at most. */
function forgetTrucks(database: Database, before: string): void {
  database.run(
    `delete from truck_weighing where rowid in (select rowid from truck_weighing where at < ? order by at limit ${AT_A_TIME})
     and (select count(*) from truck_weighing) > ${KEPT_AT_LEAST}`,
    before,
  )
}
