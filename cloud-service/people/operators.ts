import type { OperatorRole } from '#edge/acts'
import type { Mistake } from '#edge/mistakes'
import type { Operator } from '#edge/orders'
import { toIso } from '#edge/units'
import type { Transaction } from '../database/pool.ts'
import { appendOrder, type Issuing } from '../orders/append.ts'
import { hashPassword } from './secrets.ts'

/**
 * People who may sign in at a site's console. They are entered, changed and revoked here, and travel as orders: the site knows them also
 * with the cloud gone. All of it runs inside the caller's transaction, as ingest.
 */
export interface OperatorWanted {
  readonly site: string
  readonly id: string
  readonly name: string
  readonly role: OperatorRole
  /** A PIN or password; null leaves the one there is. */
  readonly secret: string | null
  /** How histories name who did it. */
  readonly by: string
}

export type OperatorOutcome = 'done' | 'no-such-site' | 'secret-wanted'

interface Row {
  readonly name: string
  readonly role: OperatorRole
  readonly credential: string
  readonly revoked: boolean
}

/** Enters a person, or changes one: what counts is told to every agent of the site, and unlocks a person who was locked there. */
export async function enterOperator(tx: Transaction, issuing: Issuing, wanted: OperatorWanted): Promise<OperatorOutcome> {
  const { site, id, name, role, secret, by } = wanted
  const { rows: sites } = await tx.query<{ county: string }>('select county from site where site = $1', [site])
  const county = sites[0]?.county
  if (county === undefined) return 'no-such-site'
  const before = await oneOperator(tx, site, id)
  // Who was revoked comes back with a new secret: a name that is mended must not let in somebody who left.
  const known = before?.revoked === false ? before.credential : undefined
  const credential = secret === null ? known : await hashPassword(secret)
  if (credential === undefined) return 'secret-wanted'
  const at = toIso(issuing.clock.now())
  await tx.query(
    `insert into lane_operator (site, county, id, name, role, credential, changed_by, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (site, id) do update set name = excluded.name, role = excluded.role, credential = excluded.credential, revoked = false,
       changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
    [site, county, id, name, role, credential, by, at],
  )
  await note(tx, { site, county, id }, before === null ? 'entered' : secret === null ? 'changed' : 'new-secret', by, at)
  await appendOrder(tx, issuing, { site, kind: 'operator', body: { id, name, role, credential, revoked: false } })
  return 'done'
}

/** Ends every session of this person at the site as soon as the order arrives, and lets him sign in no more. */
export async function revokeOperator(
  tx: Transaction,
  issuing: Issuing,
  { site, id, by }: Pick<OperatorWanted, 'site' | 'id' | 'by'>,
): Promise<'done' | 'unknown'> {
  const at = toIso(issuing.clock.now())
  const { rows } = await tx.query<Omit<Row, 'revoked'> & { county: string }>(
    `update lane_operator set revoked = true, changed_by = $3, changed_at = $4 where site = $1 and id = $2 returning name, role, credential, county`,
    [site, id, by, at],
  )
  const row = rows[0]
  if (row === undefined) return 'unknown'
  const { county, ...operator } = row
  await note(tx, { site, county, id }, 'revoked', by, at)
  await appendOrder(tx, issuing, { site, kind: 'operator', body: { id, ...operator, revoked: true } })
  return 'done'
}

/** Everybody who may sign in at a site now, as a new agent is told. */
export async function operatorsOf(tx: Transaction, site: string): Promise<Operator[]> {
  const { rows } = await tx.query<Operator>(
    'select id, name, role, credential, revoked from lane_operator where site = $1 and not revoked order by id',
    [site],
  )
  return rows
}

async function oneOperator(tx: Transaction, site: string, id: string): Promise<Row | null> {
  const { rows } = await tx.query<Row>('select name, role, credential, revoked from lane_operator where site = $1 and id = $2 for update', [
    site,
    id,
  ])
  return rows[0] ?? null
}

async function note(
  tx: Transaction,
  { site, county, id }: { readonly site: string; readonly county: string; readonly id: string },
  what: string,
  by: string,
  at: string,
): Promise<void> {
  await tx.query(
    `insert into lane_operator_history (site, county, id, number, what, by_whom, at)
     select $1, $2, $3, coalesce(max(number), 0) + 1, $4, $5, $6 from lane_operator_history where site = $1 and id = $3`,
    [site, county, id, what, by, at],
  )
}

const LEAST_DIGITS = 6
const LEAST_LETTERS = 8

/** A PIN of six digits that is no pattern, or a longer password. Five wrong tries lock at the site, so a PIN may be short, not guessable. */
export function secretMistakes(secret: string): readonly Mistake[] {
  const say = (zh: string, en: string): readonly Mistake[] => [{ path: 'secret', zh, en }]
  if (/^[0-9]+$/.test(secret)) {
    if (secret.length < LEAST_DIGITS) return say('数字密码至少六位', 'a PIN has at least six digits')
    const steps = new Set([...secret.slice(1)].map((digit, at) => Number(digit) - Number(secret[at])))
    if (steps.size === 1) return say('数字不能全部相同或依次递增、递减', 'the digits must not all be the same or count up or down')
    return []
  }
  if ([...secret].length < LEAST_LETTERS) return say('密码至少八个字符,或用六位以上数字', 'has at least eight characters, or six digits')
  return []
}
