import type { Hello } from '#edge/messages'
import { goneOf, headIsSigned, type Receipt, receiptFor, recordsOf, type SignedHead } from '#edge/stream'
import { closeBooklets } from '../booklets/close.ts'
import type { Pool, Transaction } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { applied, type OrdersHeard } from '../orders/receipts.ts'
import type { Agent } from './agents.ts'
import { returnAlarms } from './alarms.ts'
import { heardOfGaps, noteGap } from './gaps.ts'
import { leftEpoch } from './left-epoch.ts'
import type { Recorder } from './record.ts'

export interface HelloHeard {
  /** One for every epoch the agent still waits for: a hello is always answered, and the answer confirms the policy. */
  readonly receipts: readonly Receipt[]
  readonly orders: OrdersHeard
  /** The epoch it writes, by its signed head; null where it has said none that is believed. */
  readonly records: string | null
  /** An epoch we hold records of and it has left behind (left-epoch.ts); null where there is none. */
  readonly left: string | null
  /** Ids of alarms that moved: a silence that is over, a hole that nobody can fill. */
  readonly alarms: readonly string[]
  /** Heads that are not signed by the agent's key: not believed. */
  readonly unsigned: number
}

/** An agent says where both streams stand and how it is. Its heads are believed only under its signature. */
export async function recordHello(pool: Pool, recorder: Recorder, agent: Agent, hello: Hello): Promise<HelloHeard> {
  const stream = recordsOf(agent.site, agent.agent)
  const heads = [...hello.waiting, ...(hello.records === null ? [] : [hello.records])] as readonly SignedHead[]
  const isTheirs = (of: string) => (head: SignedHead) => head.key === agent.key && headIsSigned(of, head, agent.verifier)
  const believed = heads.filter(isTheirs(stream))
  const said = (hello.gone ?? []) as readonly SignedHead[]
  const gone = said.filter(isTheirs(goneOf(agent.site, agent.agent)))
  const holes: string[] = []
  for (const one of gone) holes.push(...(await recorder.leap(agent, one)))
  return asIngest(pool, async (tx) => {
    const receipts: Receipt[] = []
    await heardOfGaps(tx, agent)
    for (const head of believed) {
      const stands = await recorder.readStand(tx, agent, head.epoch)
      await noteGap(tx, agent, head, stands)
      receipts.push(receiptFor(stands, head))
    }
    const stands = hello.orders && { epoch: hello.orders.epoch, upto: hello.orders.seq, hash: hello.orders.hash }
    const orders = await applied(tx, agent.site, agent.agent, stands, true)
    const newest = believed.find(({ epoch }) => epoch === hello.records?.epoch)
    const left = newest === undefined ? null : await leftEpoch(tx, agent, hello, newest.epoch)
    await noteAgent(tx, agent, hello)
    if (stands !== null && newest !== undefined) await closeBooklets(tx, agent, stands, newest)
    const alarms = [...holes, ...(await endSilence(tx, agent))]
    return {
      receipts,
      orders,
      records: newest?.epoch ?? null,
      left,
      alarms,
      unsigned: heads.length - believed.length + said.length - gone.length,
    }
  })
}

/** The book is whole when the site has applied the newest order and proves, by its hash, the very tickets that were ordered. */
async function noteAgent(tx: Transaction, agent: Agent, hello: Hello): Promise<void> {
  await tx.query(
    `update agent a set online = true, heard_at = now(), boot = $3, clock = $4, software = $5, legal = $6, backlog = $7, oldest_waiting = $8,
       book_tickets = $9, policy = $10,
       book_whole = coalesce((select h.epoch = $11 and h.seq = $12::bigint and h.hash = $13 and h.book_tickets = $9::int and h.book_hash = $14
                              from order_head h where h.site = a.site and h.agent = a.agent), $9::int = 0)
     where site = $1 and agent = $2`,
    [
      agent.site,
      agent.agent,
      hello.boot,
      hello.clock,
      hello.software.version,
      hello.software.legal,
      hello.backlog.records,
      hello.backlog.oldest,
      hello.book.tickets,
      hello.policy,
      hello.orders?.epoch ?? null,
      hello.orders?.seq ?? null,
      hello.orders?.hash ?? null,
      hello.book.hash,
    ],
  )
}

/** It speaks again: whatever said it was silent is over. */
export async function endSilence(tx: Transaction, agent: Pick<Agent, 'site' | 'agent' | 'county'>): Promise<string[]> {
  const { rows } = await tx.query<{ occurrence: string }>(
    `select occurrence from alarm where site = $1 and agent = $2 and kind = 'agent-silent' and state in ('unacknowledged', 'acknowledged')`,
    [agent.site, agent.agent],
  )
  if (rows.length === 0) return []
  const over = rows.map(({ occurrence }) => ({ kind: 'agent-silent' as const, occurrence }))
  return returnAlarms(tx, agent, over)
}
