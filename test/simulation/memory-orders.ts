import { canonical } from '#edge/canonical'
import { type AgentId, type Epoch, NO_HASH, type SiteId } from '#edge/ids'
import type { Order } from '#edge/orders'
import type { Signer } from '#edge/seal'
import type { Head } from '#edge/stream'
import type { Statement } from './memory-statements.ts'
import type { OrderRow, Tables } from './memory-tables.ts'

/** The stream of orders of one agent as it lies in the database. */
const EPOCH = '1-0c10ad01' as Epoch

export const ordersHead = ({ orders }: Tables): Head => {
  const last = orders.at(-1)
  return { epoch: EPOCH, seq: orders.length, hash: last?.hash ?? NO_HASH }
}

/** Appends one order as `cloud-service/orders/append.ts` does: a quota, because it needs no other rows. */
export function appendQuota(tables: Tables, issuer: Signer, site: SiteId, agent: AgentId, limitKg: number, at: string): void {
  const { seq, hash } = ordersHead(tables)
  const order: Order<'quota'> = {
    v: 1,
    site,
    agent,
    epoch: EPOCH,
    seq: seq + 1,
    prev: hash,
    suite: issuer.suite,
    key: issuer.key,
    kind: 'quota',
    at,
    body: { month: '2026-11', limitKg },
  }
  const bytes = canonical(order)
  tables.orders.push({ epoch: EPOCH, seq: seq + 1, bytes, hash: issuer.hash(bytes) })
}

const hasOrders = ({ orders }: Tables): boolean => orders.length > 0
const theAgent = ({ agents }: Tables): { site: string; agent: string }[] => [...agents.values()]

/** What the cloud asks and notes when it sends orders and hears how far a site has them. */
export const ORDER_STATEMENTS: readonly Statement[] = [
  {
    begins: 'select site, agent, seq from order_head where site = any',
    writes: false,
    run: (tables) => (hasOrders(tables) ? theAgent(tables).map(({ site, agent }) => ({ site, agent, seq: tables.orders.length })) : []),
  },
  { begins: 'select agent from order_head where site', writes: false, run: (tables) => (hasOrders(tables) ? theAgent(tables) : []) },
  { begins: 'select c.upto from order_cursor', writes: false, run: ({ orderCursor }) => orderCursor.slice(-1) },
  {
    begins: 'select o.epoch, o.seq, o.bytes, o.hash from orders o',
    writes: false,
    run: ({ orders }, [, , after]): readonly OrderRow[] => orders.slice(Number(after), Number(after) + 500),
  },
  {
    begins: 'select h.epoch, h.seq, coalesce(c.upto, 0) as before',
    writes: false,
    run(tables, [, , upto]) {
      if (!hasOrders(tables)) return []
      const { epoch, seq } = ordersHead(tables)
      return [{ epoch, seq, before: tables.orderCursor.at(-1)?.upto ?? 0, hash: tables.orders[Number(upto) - 1]?.hash ?? null }]
    },
  },
  {
    begins: 'insert into order_cursor',
    writes: true,
    run({ orderCursor }, [, , , upto]) {
      if ((orderCursor.at(-1)?.upto ?? 0) < Number(upto)) orderCursor.push({ upto: Number(upto) })
      return 1
    },
  },
  // Whom the cloud calls about a store that began anew is nothing to the streams, and there are no booklets here.
  { begins: 'select a.county from agent a join order_cursor c', writes: false, run: () => [] },
  { begins: 'select booklet from booklet b where b.site', writes: false, run: () => [] },
]
