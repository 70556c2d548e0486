import { type AlarmKind, LATCHED } from '#edge/alarm'
import type { Facts } from '#edge/findings'
import { type Alarms, alarmOf } from './alarms.ts'
import type { Database } from './database.ts'
import { countUp, factIn, keepFact } from './facts.ts'
import type { Journal, Stamps } from './journal.ts'

/** Alarms of the agent itself that stand while their cause lasts, over restarts too: one from its beginning to its end, however often looked. */
export interface Standing {
  /**
   * How it is now: raises what is wanted and does not stand, takes back what stands and is not wanted. A latched kind is not taken back:
   * a person closes it, and the next time is another one. Writes only where something changes.
   */
  settle(cause: Cause, wanted: boolean, facts: () => Facts): void
}

export interface Cause {
  readonly kind: AlarmKind
  /** The cause by name, and the first part of its alarms' occurrences. */
  readonly name: string
  readonly place: string
}

interface Parts {
  readonly database: Database
  readonly journal: Journal
  readonly alarms: Alarms
  readonly stamps: () => Stamps
}

export const standingIn = ({ database, journal, alarms, stamps }: Parts): Standing => ({
  settle({ kind, name, place }, wanted, facts) {
    const fact = `alarm-${name}`
    const standing = factIn(database, fact) ?? ''
    if (wanted === (standing !== '')) return
    journal.commit(() => {
      if (!wanted) {
        if (!LATCHED.has(kind)) journal.append('alarm-returned', { kind, occurrence: standing }, stamps())
        keepFact(database, fact, '')
        return
      }
      const occurrence = `${place}/${countUp(database, `${fact}s`)}`
      alarms.raise(alarmOf(kind, occurrence, facts()), stamps())
      keepFact(database, fact, occurrence)
    })
  },
})
