import type { PoolClient } from 'pg'
import type { Clock } from '#edge/clock'
import type { Epoch } from '#edge/ids'
import type { Signer } from '#edge/seal'
import { BATCH_MAX_LINES, batchLength, encodeBatch, type Head, type Line, ordersOf, signHead } from '#edge/stream'
import { seconds } from '#edge/units'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { ORDERS_CHANNEL } from './append.ts'
import { type Beginning, closeUsed } from './close-used.ts'

/** Sends each site its orders: at once when one is appended, again from a place when the site says it stands there. */
export interface OrderSender {
  start(): void
  /** The site stands at `seq` of its orders: whatever follows is sent (again). `records` is the epoch it writes, where it said so. */
  standsAt(site: string, agent: string, seq: number, records: string | null): void
  /** The site writes an epoch older than `left`, of which we hold records. */
  putBack(site: string, agent: string, left: string): void
  /** Sends what this instance has not sent yet; called for the sites it leases. */
  wake(site: string): void
  /** The connection to the broker is new: nothing that was under way may be believed. */
  forget(): void
  stop(): Promise<void>
}

interface SenderParts {
  readonly pool: Pool
  readonly issuer: Signer
  readonly clock: Clock
  readonly log: Log
  /** Sites whose lease this instance holds. */
  readonly leased: () => ReadonlySet<string>
  /** Hands a batch to the broker; rejects when it cannot. */
  readonly publish: (site: string, agent: string, payload: string) => Promise<void>
  /** These alarms are new. */
  readonly alarmed: (alarms: readonly string[]) => void
}

/** A lost notification is made good within this time. */
const POLL = seconds(2)

export function createOrderSender({ pool, issuer, clock, log, leased, publish, alarmed }: SenderParts): OrderSender {
  /** Newest order handed to the broker, by `site/agent`. A broker may lose it: receipts and hellos say so. */
  const sent = new Map<string, number>()
  /** Agents whose store is not what it was: what is used up is closed before they are sent any orders. */
  const anew = new Map<string, Beginning>()
  /** One sending at a time per agent. */
  const busy = new Map<string, Promise<void>>()
  let stopped = false
  let listener: PoolClient | null = null
  let cancelPoll: () => void = () => {}

  const began = (name: string, { records = null, left = null }: Partial<Beginning>): void => {
    const before = anew.get(name)
    anew.set(name, { records: records ?? before?.records ?? null, left: left ?? before?.left ?? null })
  }

  const sendTo = (site: string, agent: string): void => {
    const name = `${site}/${agent}`
    const next = (busy.get(name) ?? Promise.resolve()).then(async () => {
      if (stopped || !leased().has(site)) return
      try {
        const beginning = anew.get(name)
        if (beginning !== undefined) {
          const alarms = await closeUsed(pool, { issuer, clock }, site, agent, beginning)
          if (alarms.length > 0) alarmed(alarms)
          if (anew.get(name) === beginning) anew.delete(name)
        }
        await sendRest(site, agent)
      } catch (error) {
        log.warn({ site, agent, reason: reasonOf(error) }, 'orders could not be sent now')
      }
    })
    busy.set(name, next)
  }

  const sendRest = async (site: string, agent: string): Promise<void> => {
    const name = `${site}/${agent}`
    for (;;) {
      const from = sent.get(name) ?? (await receipted(site, agent))
      const { epoch, lines, heads } = await following(site, agent, from)
      const count = batchLength(lines)
      const head = heads[count - 1]
      if (head === undefined || epoch === null) return
      const batch = { epoch, from: from + 1, lines: lines.slice(0, count), head: signHead(ordersOf(site, agent), head, issuer) }
      await publish(site, agent, encodeBatch(batch))
      sent.set(name, head.seq)
    }
  }

  const receipted = (site: string, agent: string): Promise<number> =>
    asIngest(pool, async (tx) => {
      const { rows } = await tx.query<{ upto: number }>(
        'select c.upto from order_cursor c join order_head h using (site, agent, epoch) where c.site = $1 and c.agent = $2',
        [site, agent],
      )
      return rows[0]?.upto ?? 0
    })

  const following = (site: string, agent: string, after: number): Promise<{ epoch: Epoch | null; lines: Line[]; heads: Head[] }> =>
    asIngest(pool, async (tx) => {
      const { rows } = await tx.query<{ epoch: Epoch; seq: number; bytes: string; hash: string }>(
        `select o.epoch, o.seq, o.bytes, o.hash from orders o join order_head h using (site, agent, epoch)
         where o.site = $1 and o.agent = $2 and o.seq > $3 order by o.seq limit ${BATCH_MAX_LINES}`,
        [site, agent, after],
      )
      return {
        epoch: rows[0]?.epoch ?? null,
        lines: rows.map(({ bytes }) => ({ bytes, signature: null })),
        heads: rows.map(({ epoch, seq, hash }) => ({ epoch, seq, hash })),
      }
    })

  const wake = (site: string): void => {
    if (!leased().has(site)) return
    void asIngest(pool, (tx) => tx.query<{ agent: string }>('select agent from order_head where site = $1', [site])).then(
      ({ rows }) => {
        for (const { agent } of rows) sendTo(site, agent)
      },
      (error: unknown) => log.debug({ site, reason: reasonOf(error) }, 'who has orders could not be asked now'),
    )
  }

  const poll = (): void => {
    cancelPoll = clock.timer(POLL, () => {
      void look().finally(() => {
        if (!stopped) poll()
      })
    })
  }
  /** Keeps listening, and looks for orders whose notification was missed. */
  const look = async (): Promise<void> => {
    try {
      if (listener === null) await listen()
      const { rows } = await asIngest(pool, (tx) =>
        tx.query<{ site: string; agent: string; seq: number }>('select site, agent, seq from order_head where site = any($1)', [
          [...leased()],
        ]),
      )
      for (const { site, agent, seq } of rows) if ((sent.get(`${site}/${agent}`) ?? -1) < seq) sendTo(site, agent)
    } catch (error) {
      log.debug({ reason: reasonOf(error) }, 'new orders could not be looked for now')
    }
  }
  const listen = async (): Promise<void> => {
    const client = await pool.connect()
    const lost = (): void => {
      if (listener !== client) return
      listener = null
      client.release(true)
    }
    client.once('end', lost)
    client.on('notification', ({ payload }) => wake(payload ?? ''))
    try {
      await client.query(`listen ${ORDERS_CHANNEL}`)
      listener = client
    } catch (error) {
      client.release(true)
      throw error
    }
  }

  return {
    start() {
      void look().finally(() => {
        if (!stopped) poll()
      })
    },
    standsAt(site, agent, seq, records) {
      const name = `${site}/${agent}`
      sent.set(name, seq)
      if (seq === 0) began(name, { records })
      sendTo(site, agent)
    },
    putBack(site, agent, left) {
      began(`${site}/${agent}`, { left })
      sendTo(site, agent)
    },
    wake,
    forget: () => sent.clear(),
    async stop() {
      stopped = true
      cancelPoll()
      await Promise.all(busy.values())
      listener?.release(true)
      listener = null
    },
  }
}
