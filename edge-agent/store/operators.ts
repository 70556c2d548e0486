import { canonical } from '#edge/canonical'
import type { Operator } from '#edge/orders'
import { fromIso, type Instant, toIso } from '#edge/units'
import type { Database } from './database.ts'

/** The people who may sign in at this site's console, as the cloud's orders name them; known also while the cloud is gone. */
export interface Operators {
  /** The newest order about a person counts. One who is revoked stays known, so that nobody can be entered anew under his name by accident. */
  enter(operator: Operator): void
  /** Null where nobody of this id was ever ordered. */
  get(id: string): Operator | null
  all(): Operator[]
  /** Null where nobody of this id was ever ordered. */
  tries(id: string): Tries | null
  /** Durable when it returns: a power cut gives nobody another five tries. */
  keepTries(id: string, tries: Tries): void
  /** Everybody who may not try before a moment after this one. */
  lockedAfter(now: Instant): { readonly id: string; readonly until: Instant }[]
}

/** How often a person's secret was wrong since it was right, and until when it is not even looked at. */
export interface Tries {
  readonly failures: number
  readonly lockedUntil: Instant | null
}

export const operatorsIn = (database: Database): Operators => ({
  enter: (operator) =>
    void database.run(
      'insert into operator (id, body) values (?, ?) on conflict (id) do update set body = excluded.body, failures = 0, locked_until = null',
      operator.id,
      canonical(operator),
    ),
  get(id) {
    const row = database.one<{ body: string }>('select body from operator where id = ?', id)
    return row && (JSON.parse(row.body) as Operator)
  },
  all: () => database.all<{ body: string }>('select body from operator order by id').map(({ body }) => JSON.parse(body) as Operator),
  tries(id) {
    const row = database.one<{ failures: number; locked_until: string | null }>(
      'select failures, locked_until from operator where id = ?',
      id,
    )
    return row && { failures: row.failures, lockedUntil: row.locked_until === null ? null : fromIso(row.locked_until) }
  },
  keepTries: (id, { failures, lockedUntil }) =>
    void database.transaction(() =>
      database.run(
        'update operator set failures = ?, locked_until = ? where id = ?',
        failures,
        lockedUntil === null ? null : toIso(lockedUntil),
        id,
      ),
    ),
  lockedAfter: (now) =>
    database
      .all<{ id: string; until: string }>(
        'select id, locked_until as until from operator where locked_until > ? order by locked_until desc limit 50',
        toIso(now),
      )
      .flatMap(({ id, until: text }) => {
        const until = fromIso(text)
        return until === null ? [] : [{ id, until }]
      }),
})
