import { canonical } from '#edge/canonical'
import type { Operator } from '#edge/orders'
import type { Database } from './database.ts'

/** The people who may sign in at this site's console, as the cloud's orders name them; known also while the cloud is gone. */
export interface Operators {
  /** The newest order about a person counts. One who is revoked stays known, so that nobody can be entered anew under his name by accident. */
  enter(operator: Operator): void
  /** Null where nobody of this id was ever ordered. */
  get(id: string): Operator | null
  all(): Operator[]
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
})
