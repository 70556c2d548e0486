import { canonical } from '#edge/canonical'
import type { Operator } from '#edge/orders'
import { fromIso, type Instant, toIso } from '#edge/units'
import type { Database } from './database.ts'
import { factIn, keepFact } from './facts.ts'

/** The people who may sign in at this site's console, as the cloud's orders name them; known also while the cloud is gone. */
export interface Operators {
  /** The newest order about a person counts. One who is revoked stays known, so that nobody can be entered anew under his name by accident. */
  enter(operator: Operator): void
  /** Null where nobody of this id was ever ordered. */
  get(id: string): Operator | null
  all(): Operator[]
  /** Null where nobody of this id was ever ordered. */
  tries(id: string, from?: TriedFrom): Tries | null
  /** Durable when it returns: a power cut gives nobody another five tries. */
  keepTries(id: string, tries: Tries, from?: TriedFrom): void
  /** Everybody who may not try before a moment after this one. */
  lockedAfter(now: Instant): { readonly id: string; readonly until: Instant }[]
}

/** How often a person's secret was wrong since it was right, and until when it is not even looked at. */
export interface Tries {
  readonly failures: number
  readonly lockedUntil: Instant | null
}

/** Counted apart, so that who guesses from the network does not lock the people at this computer itself out. */
export type TriedFrom = 'here' | 'network'

const NONE: Tries = { failures: 0, lockedUntil: null }
const NETWORK = 'tries-from-network/'

export const operatorsIn = (database: Database): Operators => ({
  enter(operator) {
    database.run(
      'insert into operator (id, body) values (?, ?) on conflict (id) do update set body = excluded.body, failures = 0, locked_until = null',
      operator.id,
      canonical(operator),
    )
    database.run('delete from fact where name = ?', NETWORK + operator.id)
  },
  get(id) {
    const row = database.one<{ body: string }>('select body from operator where id = ?', id)
    return row && (JSON.parse(row.body) as Operator)
  },
  all: () => database.all<{ body: string }>('select body from operator order by id').map(({ body }) => JSON.parse(body) as Operator),
  tries(id, from = 'here') {
    const row = database.one<{ failures: number; locked_until: string | null }>(
      'select failures, locked_until from operator where id = ?',
      id,
    )
    if (row && from === 'network') return readTries(factIn(database, NETWORK + id))
    return row && { failures: row.failures, lockedUntil: row.locked_until === null ? null : fromIso(row.locked_until) }
  },
  keepTries: (id, { failures, lockedUntil }, from = 'here') =>
    void database.transaction(() => {
      const until = lockedUntil === null ? null : toIso(lockedUntil)
      if (from === 'network') keepFact(database, NETWORK + id, JSON.stringify({ failures, until }))
      else database.run('update operator set failures = ?, locked_until = ? where id = ?', failures, until, id)
    }),
  lockedAfter: (now) =>
    database
      .all<{ id: string; until: string }>(
        `select id, max(until) as until from (select id, locked_until as until from operator
           union all select substr(name, ?), json_extract(value, '$.until') from fact where name glob ?)
         where until > ? group by id order by until desc limit 50`,
        NETWORK.length + 1,
        `${NETWORK}*`,
        toIso(now),
      )
      .flatMap(({ id, until: text }) => {
        const until = fromIso(text)
        return until === null ? [] : [{ id, until }]
      }),
})

function readTries(text: string | null): Tries {
  if (text === null) return NONE
  const { failures, until } = JSON.parse(text) as { readonly failures: number; readonly until: string | null }
  return { failures, lockedUntil: until === null ? null : fromIso(until) }
}
