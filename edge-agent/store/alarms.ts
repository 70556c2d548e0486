import { ALARM_KINDS, type Alarm, type AlarmKind } from '#edge/alarm'
import type { Facts } from '#edge/findings'
import type { LaneId } from '#edge/ids'
import type { SealedRecord } from '#edge/records'
import type { Database } from './database.ts'
import type { Journal, Stamps } from './journal.ts'

/** Alarms as records. One occurrence is raised once in an epoch, however many eyes see it (invariant I11). */
export interface Alarms {
  /** Inside a commit. Null where this occurrence has been raised already. */
  raise(alarm: Alarm, stamps: Stamps): SealedRecord | null
}

export const alarmsIn = (database: Database, journal: Journal): Alarms => ({
  raise(alarm, stamps) {
    const first = database.run(
      'insert into raised (epoch, kind, occurrence) values (?, ?, ?) on conflict do nothing',
      journal.head().epoch,
      alarm.kind,
      alarm.occurrence,
    )
    return first === 1 ? journal.append('alarm', alarm, stamps) : null
  },
})

/** An alarm with the severity of its kind. */
export const alarmOf = (kind: AlarmKind, occurrence: string, facts: Facts, lane: LaneId | null = null): Alarm => ({
  kind,
  severity: ALARM_KINDS[kind],
  lane,
  occurrence,
  facts,
})
