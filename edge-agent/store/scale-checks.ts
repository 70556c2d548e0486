import type { AlarmKind } from '#edge/alarm'
import { canonical } from '#edge/canonical'
import type { LaneId } from '#edge/ids'
import type { SealedRecord } from '#edge/records'
import type { ScaleCheck, ScaleState } from '#edge/scale-state'
import { hours, type Instant, type Kilograms, toIso } from '#edge/units'
import type { Database } from './database.ts'
import { factIn, keepFact } from './facts.ts'
import type { Journal, Stamps } from './journal.ts'

/** What people found when they looked at a scale, and how its empty platform's zero went: see `contract/scale-state.ts`. */
export interface ScaleChecks {
  /** Seals the check in the ledger and counts it from now on. A commit of its own. */
  enter(check: ScaleCheck, stamps: Stamps): SealedRecord
  /** The zero of an empty platform: the first of each hour is kept. A commit of its own, where it writes at all. */
  sawZero(lane: LaneId, at: Instant, zero: Kilograms): void
  state(lane: LaneId): ScaleState
  /** Occurrence of this lane's open alarm of a kind, so that it can be taken back after a restart, too. */
  alarmed(kind: AlarmKind, lane: LaneId): string | null
  noteAlarm(kind: AlarmKind, lane: LaneId, occurrence: string | null): void
}

/** The newest hours that stay: as many as a `ScaleState` may hold, and two days for a lane that never rests. */
const ZEROS_KEPT = 48
/** Checks stay in the ledger; here only what a verdict asks for. */
const CHECKS_KEPT = hours(24 * 400)

interface CheckRow {
  readonly at: string
  readonly body: string
}

export function scaleChecksIn(database: Database, journal: Journal): ScaleChecks {
  const known = new Map<LaneId, ScaleState>()
  const hourSeen = new Map<LaneId, string>()
  database.onRollback(() => {
    known.clear()
    hourSeen.clear()
  })
  const newest = (lane: LaneId, what: ScaleCheck['what']): { readonly at: string; readonly check: ScaleCheck } | null => {
    const row = database.one<CheckRow>('select at, body from scale_check where lane = ? and what = ? order by at desc limit 1', lane, what)
    return row && { at: row.at, check: JSON.parse(row.body) as ScaleCheck }
  }
  const read = (lane: LaneId): ScaleState => {
    const weighed = newest(lane, 'known-weight')
    const sealed = newest(lane, 'seal')
    const set = newest(lane, 'zero-set')
    // What the zero did before a person set it says nothing about what it does since.
    const zeros = database
      .all<{ at: string; kg: number }>(
        'select at, kg from zero_seen where lane = ? and at > ? order by at desc limit ?',
        lane,
        set?.at ?? '',
        ZEROS_KEPT,
      )
      .reverse()
    return {
      check: weighed && checkOf(weighed.at, weighed.check),
      seal: sealed === null || sealed.check.good ? null : { at: sealed.at, seal: sealed.check.seal ?? '' },
      zeros: zeros.map(({ at, kg }) => [at, kg]),
    }
  }
  return {
    enter(check, stamps) {
      known.delete(check.lane)
      return journal.commit(() => {
        const at = toIso(stamps.at)
        const sealed = journal.append('scale-check', check, stamps)
        database.run(
          'insert into scale_check (lane, what, at, body) values (?, ?, ?, ?) on conflict (lane, what, at) do update set body = excluded.body',
          check.lane,
          check.what,
          at,
          canonical(check),
        )
        database.run('delete from scale_check where at < ?', toIso((stamps.at - CHECKS_KEPT) as Instant))
        return sealed
      })
    },
    sawZero(lane, at, zero) {
      const hour = toIso(at).slice(0, 13)
      if (hourSeen.get(lane) === hour) return
      hourSeen.set(lane, hour)
      known.delete(lane)
      journal.commit(() => {
        database.run(
          'insert into zero_seen (lane, hour, at, kg) values (?, ?, ?, ?) on conflict (lane, hour) do nothing',
          lane,
          hour,
          toIso(at),
          zero,
        )
        database.run(
          'delete from zero_seen where lane = ? and hour not in (select hour from zero_seen where lane = ? order by hour desc limit ?)',
          lane,
          lane,
          ZEROS_KEPT,
        )
      })
    },
    alarmed: (kind, lane) => factIn(database, `alarm/${kind}/${lane}`) || null,
    noteAlarm: (kind, lane, occurrence) => keepFact(database, `alarm/${kind}/${lane}`, occurrence ?? ''),
    state(lane) {
      const before = known.get(lane)
      // A disk in doubt is asked nothing more; screens go on with what is known.
      if (before === undefined && database.broken()) return { check: null, seal: null, zeros: [] }
      const state = before ?? read(lane)
      known.set(lane, state)
      return state
    },
  }
}

/** A check whose figures are missing is no check: older programs never wrote one. */
function checkOf(at: string, { knownKg, shownKg, limitKg, good }: ScaleCheck): ScaleState['check'] {
  return knownKg === null || shownKg === null || limitKg === null ? null : { at, knownKg, shownKg, limitKg, good }
}
