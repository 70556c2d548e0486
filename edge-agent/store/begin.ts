import type { Facts } from '#edge/findings'
import { EdgeError } from '../errors.ts'
import type { Log } from '../log.ts'
import { type Alarms, alarmOf } from './alarms.ts'
import { dropLogAside, type Found, inspect, keepForInquiry, setLogAside } from './boot.ts'
import type { Seals } from './chain.ts'
import { type Database, type DatabaseParts, openDatabase } from './database.ts'
import { epochsIn } from './epochs.ts'
import { dropForeignTrace, foreignTraceIn } from './foreign-opener.ts'
import { type MarkReading, readMark } from './marker.ts'
import { type EpochParts, openEpoch } from './open-epoch.ts'
import { unreadableText } from './readable.ts'
import { dropRestore, takeUpRestore } from './restore-note.ts'
import { dropSuspicion, suspicionIn } from './suspect.ts'
import { strangeSchema } from './whole-schema.ts'

export interface Opened {
  readonly database: Database
  readonly found: Found
  readonly mark: MarkReading
  /** Folder where the files as found are kept, when they were not whole. */
  readonly inquiry: string | null
  /** Why the last start ended in doubt; null where it did not. */
  readonly suspicion: string | null
  /** Another program had the ledger open while no agent ran. */
  readonly foreign: boolean
}

/** Opens the database and looks at it; what is not whole is copied away before anything more is written. */
export function openWhole(folder: string, seals: Seals, parts: DatabaseParts): Opened {
  const mark = readMark(folder)
  const suspicion = suspicionIn(folder)
  const restored = takeUpRestore(folder)
  const foreign = foreignTraceIn(folder)
  setLogAside(folder)
  const database = openDatabase(folder, parts)
  const rotten = rottenBesideTheJournal(database)
  if (rotten) {
    database.doubt(new EdgeError('store-broken', { folder, ...rotten }))
    database.close()
    throw database.broken()
  }
  const thorough = suspicion !== null || foreign
  const found = inspect(database, epochsIn(database).all(), { mark, restored, thorough }, seals)
  if (found.kind !== 'rollback' && found.kind !== 'chain-broken') {
    dropLogAside(folder)
    return { database, found, mark, inquiry: null, suspicion, foreign }
  }
  let inquiry: string
  try {
    inquiry = keepForInquiry(folder)
  } finally {
    database.close()
  }
  return { database: openDatabase(folder, parts), found, mark, inquiry, suspicion, foreign }
}

/** What has rotted where no chain of hashes would tell; null where nothing has. */
function rottenBesideTheJournal(database: Database): Readonly<Record<string, string>> | null {
  const table = strangeSchema(database)
  if (table !== null) return { why: 'a table is not what this program makes it', table }
  const unreadable = unreadableText(database)
  return unreadable && { why: 'text on the disk is no text any more', ...unreadable }
}

/** Once what was found is settled and durable. */
export function settled(folder: string): void {
  dropSuspicion(folder)
  dropForeignTrace(folder)
  dropRestore(folder)
}

type SettleParts = EpochParts & Omit<Opened, 'database'> & { readonly alarms: Alarms; readonly log: Log }
type Tell = (occurrence: string, facts: Facts) => void

/** Goes on in the epoch there is, or begins a new one with an alarm where something is missing (DESIGN.md D4). */
export function settleFound(parts: SettleParts): void {
  const { inquiry, foreign, journal, alarms, stamps, log } = parts
  const tell: Tell = (occurrence, facts) => {
    log.error({ ...facts, inquiry }, 'the store is not what it was')
    alarms.raise(alarmOf('store', occurrence, { ...facts, inquiry }), stamps())
  }
  journal.commit(() => {
    goOnOrBegin(parts, tell)
    // Beside whatever else was found: his trace is dropped now, and he may be who did it.
    const { epoch, seq } = journal.head()
    if (foreign) tell(`foreign/${epoch}/${seq}`, { why: 'foreign-opener', epoch, seq })
  })
}

function goOnOrBegin(parts: SettleParts, tell: Tell): void {
  const { found, mark, suspicion, journal, epochs } = parts
  const doubt: Facts = suspicion === null ? {} : { doubt: suspicion.slice(0, 200) }
  switch (found.kind) {
    case 'first-start':
      openEpoch('first-start', null, parts)
      break
    case 'store-lost':
      openEpoch('store-lost', found.mark, parts)
      tell(`store-lost/${found.mark.epoch}/${found.mark.seq}`, {
        why: 'store-lost',
        lostUpto: found.mark.seq,
        ...doubt,
      })
      break
    case 'rollback':
      openEpoch('rollback', found.mark, parts)
      parts.orders.startOver()
      tell(`rollback/${found.mark.epoch}/${found.mark.seq}`, {
        why: 'rollback',
        epoch: found.mark.epoch,
        markerSeq: found.mark.seq,
        foundSeq: found.found?.seq ?? 0,
        ...doubt,
      })
      break
    case 'chain-broken':
      epochs.brokenFrom(found.good.epoch, found.from)
      openEpoch('store-lost', found.good, parts)
      tell(`chain/${found.good.epoch}/${found.from}`, {
        why: 'chain-broken',
        epoch: found.good.epoch,
        from: found.from,
        ...doubt,
      })
      break
    case 'restored': {
      const { newest, note } = found
      epochs.restored()
      openEpoch('restore', newest, parts, note.newestEpoch)
      parts.orders.startOver()
      const { epoch = '', seq = 0 } = newest ?? {}
      tell(`restored/${journal.head().epoch}`, { why: 'restored', epoch, seq, from: note.from, ...doubt })
      break
    }
    case 'whole': {
      const { epoch, seq } = journal.head()
      if (suspicion !== null) tell(`suspect/${epoch}/${seq}`, { why: 'suspect', epoch, seq, ...doubt })
      // Right after the very first start the marker may not have been written yet.
      if (mark.kind !== 'mark' && seq > 1)
        tell(`marker/${epoch}/${seq}`, {
          why: `marker-${mark.kind}`,
          epoch,
          seq,
        })
    }
  }
}
