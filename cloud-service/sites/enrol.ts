import { randomBytes } from 'node:crypto'
import type { Epoch } from '#edge/ids'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { CloudError } from '../errors.ts'
import { isPublicKey, keyId } from '../keys.ts'
import type { Issuing } from '../orders/append.ts'
import { fillBook } from '../orders/fill-book.ts'

/**
 * Registers an agent of a site with the public half of its key, and orders to it all it needs to decide alone. Enrolled again (a new
 * key after a new machine) it keeps its stream of orders; what the new machine lacks it asks for itself.
 */
export async function enrolAgent(
  pool: Pool,
  issuing: Issuing,
  site: string,
  agent: string,
  publicKey: string,
): Promise<{ readonly orders: number }> {
  if (!isPublicKey(publicKey))
    throw new CloudError('config-wrong', `"${publicKey}" is not a public key: 43 letters as \`edge key\` prints them.`)
  return asIngest(pool, async (tx) => {
    const { rowCount } = await tx.query(
      `insert into agent (site, agent, county, key, public_key, order_epoch) select s.site, $2, s.county, $3, $4, $5 from site s where s.site = $1
       on conflict (site, agent) do update set key = excluded.key, public_key = excluded.public_key`,
      [site, agent, keyId(publicKey), publicKey, newOrderEpoch()],
    )
    if (rowCount !== 1) throw new CloudError('config-wrong', `没有站点 ${site} / there is no site "${site}".`)
    const begun = await tx.query('select from order_head where site = $1 and agent = $2', [site, agent])
    return { orders: begun.rowCount === 0 ? await fillBook(tx, issuing, site, agent) : 0 }
  })
}

/** An agent has one stream of orders for good: a new machine is sent the same again. */
const newOrderEpoch = (): Epoch => `1-${randomBytes(4).toString('hex')}` as Epoch
