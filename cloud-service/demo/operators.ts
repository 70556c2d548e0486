import { randomInt } from 'node:crypto'
import type { OperatorRole } from '#edge/acts'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import type { Issuing } from '../orders/append.ts'
import { enterOperator, secretMistakes } from '../people/operators.ts'
import { DEMO_OPERATORS } from './people.ts'
import { DEMO_SITES } from './yulin.ts'

/** One person of a demo site's console, and the PIN made up for him. */
export interface SeededOperator {
  readonly site: string
  readonly id: string
  readonly name: string
  readonly role: OperatorRole
  readonly pin: string
}

/** The same people at every demo site, each with a PIN of his own; those of before keep theirs, if the database still has them. */
export async function seedOperators(pool: Pool, issuing: Issuing, kept: readonly SeededOperator[]): Promise<SeededOperator[]> {
  const seeded: SeededOperator[] = []
  for (const { site } of DEMO_SITES)
    for (const { id, name, role } of DEMO_OPERATORS) {
      const before = kept.find((one) => one.site === site && one.id === id)
      const pin = before?.pin ?? newPin()
      const known = before !== undefined && (await isThere(pool, site, id))
      if (!known) await asIngest(pool, (tx) => enterOperator(tx, issuing, { site, id, name, role, secret: pin, by: 'demo' }))
      seeded.push({ site, id, name, role, pin })
    }
  return seeded
}

const isThere = async (pool: Pool, site: string, id: string): Promise<boolean> =>
  (await asIngest(pool, (tx) => tx.query('select from lane_operator where site = $1 and id = $2', [site, id]))).rowCount === 1

function newPin(): string {
  const pin = String(randomInt(100_000, 1_000_000))
  return secretMistakes(pin).length === 0 ? pin : newPin()
}
