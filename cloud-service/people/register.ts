import type { Role } from '#cloud/api'
import type { Clock } from '#edge/clock'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { hashPassword } from './secrets.ts'
import { endSessionsOf } from './sessions.ts'

export interface NewPerson {
  readonly name: string
  readonly shownName: string
  readonly password: string
  readonly role: Role
  /** A county code, a site or a carrier; null only for the city. */
  readonly scope: string | null
}

/** Enters a person, or changes one: new password, role or scope count at once, because the sessions of before are ended. */
export async function enterPerson(pool: Pool, clock: Clock, person: NewPerson): Promise<void> {
  const passwordHash = await hashPassword(person.password)
  await asIngest(pool, (tx) =>
    tx.query(
      `insert into person (name, shown_name, password_hash, role, scope) values ($1, $2, $3, $4, $5)
       on conflict (name) do update set shown_name = excluded.shown_name, password_hash = excluded.password_hash, role = excluded.role,
         scope = excluded.scope, failures = 0, locked_until = null`,
      [person.name, person.shownName, passwordHash, person.role, person.scope],
    ),
  )
  await endSessionsOf(pool, clock, person.name)
}
