import { EdgeError } from '../errors.ts'
import type { Log } from '../log.ts'
import { alarmOf } from './alarms.ts'
import { type Backups, backupsOf } from './backup.ts'
import type { Ballast } from './ballast.ts'
import type { Seals } from './chain.ts'
import type { Database } from './database.ts'
import { housekeeping } from './housekeeping.ts'
import type { Kept } from './kept.ts'
import { keepMark } from './marker.ts'
import { prune } from './retention.ts'
import type { Disk } from './room.ts'
import { type BrokenLink, type Scrub, scrubOf } from './scrub.ts'
import { type Space, spaceOf } from './space.ts'

/** What the store does for itself beside the lanes: marker, room, verification, retention, time, backups. */
export interface Upkeep {
  readonly space: Space
  readonly scrub: Scrub
  readonly backups: Backups
  /** `onBroken` hears when one of them finds the store in doubt. */
  start(onBroken?: (error: Error) => void): void
  /** Ends all of it, writes the marker where the store is not in doubt, and closes the database. */
  close(): Promise<void>
}

interface Parts {
  readonly folder: string
  readonly database: Database
  readonly disk: Disk
  readonly ballast: Ballast
  readonly seals: Seals
  readonly kept: Kept
  readonly log: Log
}

export function upkeepOf({ folder, database, disk, ballast, seals, kept, log }: Parts): Upkeep {
  const { journal, epochs, alarms, booklets, evidence, standing, time, clock, stamps } = kept
  let broke = thrown
  const marker = keepMark({ folder, head: journal.head, clock, log })
  const space = spaceOf({ disk, ballast, database, standing, clock, log })
  const backups = backupsOf({ folder, database, head: journal.head })
  const inDoubt = ({ good, from }: BrokenLink): void => {
    const doubt = new EdgeError('store-broken', { why: 'chain-broken', folder, epoch: good.epoch, from })
    log.error({ epoch: good.epoch, from }, 'a record that waits to be sent is not what was written: the agent ends, the next start looks')
    database.doubt(doubt)
    broke(doubt)
  }
  const changed = ({ good: { epoch }, from }: BrokenLink): void => {
    log.error({ epoch, from }, 'a record that the cloud holds is no longer what was written')
    journal.commit(() => alarms.raise(alarmOf('store', `changed/${epoch}/${from}`, { why: 'record-changed', epoch, seq: from }), stamps()))
  }
  const scrub = scrubOf({ database, epochs, seals, clock, onBroken: inDoubt, onChanged: changed })
  const house = housekeeping({
    database,
    scrub,
    evidence,
    prune: () => {
      prune(database, epochs, clock.now())
      booklets.forget(clock.now())
    },
    clock,
    log,
  })
  journal.onAppended(() => {
    house.written()
    marker.moved()
  })
  return {
    space,
    scrub,
    backups,
    start(onBroken = thrown) {
      broke = onBroken
      house.start(onBroken)
      space.start(onBroken)
      time.start(standing, onBroken)
    },
    async close() {
      house.stop()
      time.stop()
      await Promise.all([space.stop(), backups.stop()])
      if (!database.broken()) await marker.stop()
      database.close()
      await backups.letGo()
    },
  }
}

/** Where nobody hears of it, it is our own logic that broke. */
const thrown = (error: Error): void => {
  throw error
}
