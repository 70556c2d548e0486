import type { CarrierId, SiteId } from '#edge/ids'
import { toIso } from '#edge/units'
import { listBooklets } from '../booklets/queries.ts'
import { signBooklet } from '../booklets/sign.ts'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import type { Issuing } from '../orders/append.ts'
import { DEMO_CARRIERS } from './people.ts'
import { DEMO_SITES } from './yulin.ts'

/** Each demo site has a booklet to draw from when its network is cut (`demo pull broker`); one that is used up or over is followed by a new one. */
export async function seedBooklets(pool: Pool, issuing: Issuing): Promise<void> {
  for (const { site } of DEMO_SITES)
    await asIngest(pool, async (tx) => {
      const { items } = await listBooklets(tx, toIso(issuing.clock.now()), { site }, 50)
      if (items.some(({ state }) => state === 'open')) return
      const { order } = await signBooklet(tx, issuing, 'demo', {
        site: site as SiteId,
        carrier: DEMO_CARRIERS[0].carrier as CarrierId,
        consignee: '锦界电厂(示例)',
        products: [
          { coalClass: 'BN', category: 'FINE' },
          { coalClass: 'BN', category: 'LUMP' },
        ],
        count: 20,
        mostKg: 700_000,
        validHours: 168,
      })
      await order(tx)
    })
}
