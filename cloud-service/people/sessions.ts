import type { Person, Role } from '#cloud/api'
import type { Clock } from '#edge/clock'
import { after, hours, type Instant, minutes, toIso } from '#edge/units'
import type { Pool } from '../database/pool.ts'
import { asNobody, asPerson } from '../database/transaction.ts'
import { newToken, passwordFits, tokenHash } from './secrets.ts'
import { MAY_HANDLE_ALARMS, MAY_ISSUE, type Who } from './who.ts'

/** Sign-in with opaque sessions kept here (DESIGN.md D15): ending one, or changing a person, counts at the next request. */
export const SESSION_LASTS = hours(12)
const FAILURES_ALLOWED = 5
const LOCKED_FOR = minutes(15)

export type SignIn =
  | { readonly ok: true; readonly token: string; readonly expiresAt: Instant; readonly who: Who }
  | { readonly ok: false; readonly reason: 'wrong' }
  | { readonly ok: false; readonly reason: 'locked'; readonly until: Instant }

interface PersonRow {
  readonly name: string
  readonly shown_name: string
  readonly role: Role
  readonly scope: string | null
}
const PERSON = 'p.name, p.shown_name, p.role, p.scope'

export async function signIn(pool: Pool, clock: Clock, name: string, password: string): Promise<SignIn> {
  const now = clock.now()
  const found = await asNobody(pool, async (tx) => {
    const { rows } = await tx.query<PersonRow & { password_hash: string; locked_until: string | null }>(
      `select ${PERSON}, p.password_hash, p.locked_until from person p where p.name = $1`,
      [name],
    )
    return rows[0] ?? null
  })
  const lockedUntil = found?.locked_until ? (Date.parse(found.locked_until) as Instant) : null
  if (lockedUntil !== null && lockedUntil > now) return { ok: false, reason: 'locked', until: lockedUntil }
  const fits = await passwordFits(found?.password_hash ?? null, password)
  return asNobody(pool, async (tx) => {
    if (!found || !fits) {
      // Counted in the row, so that attempts through several instances add up.
      await tx.query(
        `update person set failures = (failures + 1) % $2,
           locked_until = case when failures + 1 >= $2 then $3::timestamptz else locked_until end where name = $1`,
        [name, FAILURES_ALLOWED, toIso(after(now, LOCKED_FOR))],
      )
      return { ok: false, reason: 'wrong' }
    }
    const token = newToken()
    const expiresAt = after(now, SESSION_LASTS)
    await tx.query('update person set failures = 0, locked_until = null where name = $1', [name])
    await tx.query('insert into session (id_hash, name, created_at, expires_at) values ($1, $2, $3, $4)', [
      tokenHash(token),
      name,
      toIso(now),
      toIso(expiresAt),
    ])
    return { ok: true, token, expiresAt, who: whoOf(found, tokenHash(token)) }
  })
}

/** Whose session this is now, or null: unknown, ended, expired. */
export async function readSession(pool: Pool, clock: Clock, token: string): Promise<Who | null> {
  const { rows } = await asNobody(pool, (tx) =>
    tx.query<PersonRow>(
      `select ${PERSON} from session s join person p using (name) where s.id_hash = $1 and s.ended_at is null and s.expires_at > $2`,
      [tokenHash(token), toIso(clock.now())],
    ),
  )
  return rows[0] ? whoOf(rows[0], tokenHash(token)) : null
}

/** Of these sessions, the ones still good, each with what its person may see now. */
export async function stillGood(pool: Pool, clock: Clock, sessions: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await asNobody(pool, (tx) =>
    tx.query<{ id_hash: string; rights: string }>(
      `select s.id_hash, concat_ws(' ', p.role, p.scope) as rights from session s join person p using (name)
       where s.id_hash = any($1) and s.ended_at is null and s.expires_at > $2`,
      [sessions, toIso(clock.now())],
    ),
  )
  return new Map(rows.map((row) => [row.id_hash, row.rights]))
}
export const rightsOf = (who: Who): string => (who.scope === null ? who.role : `${who.role} ${who.scope}`)

export async function endSession(pool: Pool, clock: Clock, session: string): Promise<void> {
  await asNobody(pool, (tx) =>
    tx.query('update session set ended_at = $2 where id_hash = $1 and ended_at is null', [session, toIso(clock.now())]),
  )
}
/** Ends every session of a person: a lost telephone, a changed password, somebody who left. */
export async function endSessionsOf(pool: Pool, clock: Clock, name: string): Promise<void> {
  await asNobody(pool, (tx) =>
    tx.query('update session set ended_at = $2 where name = $1 and ended_at is null', [name, toIso(clock.now())]),
  )
}

function whoOf(row: PersonRow, session: string): Who {
  return { id: `person:${row.name}`, name: row.name, by: row.shown_name, role: row.role, scope: row.scope, session }
}

/** How the screens name whoever is signed in. The name of the scope is read with the person's own rights. */
export async function personOf(pool: Pool, who: Who): Promise<Person> {
  const { rows } = await asPerson(pool, who, (tx) =>
    tx.query<{ name: string }>(
      `select name from county where $1 = 'county' and code = $2 union all select name from carrier where $1 = 'carrier' and carrier = $2
       union all select name from site where $1 in ('operator', 'enterprise') and site = $2`,
      [who.role, who.scope],
    ),
  )
  return {
    name: who.name,
    shownName: who.by,
    role: who.role,
    scope: who.scope,
    scopeName: rows[0]?.name ?? who.scope ?? '榆林市',
    may: { issueTickets: MAY_ISSUE.includes(who.role), handleAlarms: MAY_HANDLE_ALARMS.includes(who.role) },
  }
}
