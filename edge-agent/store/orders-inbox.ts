import { Compile } from 'typebox/compile'
import type { AgentId, Epoch } from '#edge/ids'
import { ORDER_BODIES, type Order, OrderEnvelopeSchema, type OrderKind } from '#edge/orders'
import { accept, type Batch, emptyHead, type Head, headIsSigned, ordersOf, type Receipt, receiptFor } from '#edge/stream'
import type { Log } from '../log.ts'
import { type Alarms, alarmOf } from './alarms.ts'
import type { Database } from './database.ts'
import { epochNumber } from './epochs.ts'
import type { Journal, Stamps } from './journal.ts'
import { type ObeyParts, obeying, type Refusal } from './obey.ts'

/**
 * What the cloud tells this site, applied in order and each exactly once: a whole batch with its head in one transaction, receipted
 * afterwards (DESIGN.md D7). A batch stands only under a head signed with the pinned issuer key. An order in it that cannot be obeyed
 * (a ticket with a broken seal, a kind this version does not know) keeps its place, is kept verbatim and told; the stream goes on.
 */
export interface OrdersInbox {
  /** Null receipt: the batch is not from our issuer, and nobody is answered. */
  apply(batch: Batch): {
    readonly receipt: Receipt | null
    readonly applied: readonly OrderKind[]
  }
  /** How far orders are applied; null before the first. */
  head(): Head | null
  refused(): number
  /**
   * This store was put back to an older state, its tickets with it: all orders are asked for again, and with them what the cloud knows
   * of used ones. From booklets held here nothing is drawn any more. Inside a commit.
   */
  startOver(): void
}

interface Parts extends ObeyParts {
  readonly database: Database
  readonly journal: Journal
  readonly alarms: Alarms
  readonly agent: AgentId
  readonly stamps: () => Stamps
  readonly log: Log
}

const envelope = Compile(OrderEnvelopeSchema)
const bodies = Object.fromEntries(Object.entries(ORDER_BODIES).map(([kind, schema]) => [kind, Compile(schema)]))

export function ordersInboxIn(parts: Parts): OrdersInbox {
  const { database, journal, alarms, issuer, site, agent, stamps, log } = parts
  const obey = obeying(parts)
  let known: Head | null | undefined
  database.onRollback(() => {
    known = undefined
  })
  const head = (): Head | null => {
    if (known === undefined) known = database.one<Head>('select epoch, seq, hash from order_head')
    return known
  }
  const keepHead = ({ epoch, seq, hash }: Head): void => {
    database.run(
      'insert into order_head (one, epoch, seq, hash) values (1, ?, ?, ?) on conflict (one) do update set epoch = excluded.epoch, seq = excluded.seq, hash = excluded.hash',
      epoch,
      seq,
      hash,
    )
    known = { epoch, seq, hash }
  }
  const refuse = (epoch: Epoch, seq: number, why: Refusal, bytes: string): void => {
    database.run(
      'insert into refused_order (epoch, seq, why, bytes) values (?, ?, ?, ?) on conflict do nothing',
      epoch,
      seq,
      String(why),
      bytes,
    )
    log.warn({ epoch, seq, why }, 'an order cannot be obeyed')
    if (why === 'seal-broken')
      alarms.raise(
        alarmOf('seal-broken', `order/${epoch}/${seq}`, {
          what: 'order',
          seq,
          why,
        }),
        stamps(),
      )
    else if (why !== 'unknown-ticket' && why !== 'unknown-booklet')
      alarms.raise(
        alarmOf('implausible-ticket', `order/${epoch}/${seq}`, {
          what: 'order',
          seq,
          why,
        }),
        stamps(),
      )
  }
  const judge = (bytes: string, epoch: Epoch, seq: number): { kind: OrderKind } | { refusal: Refusal } => {
    const order = parse(bytes)
    if (!envelope.Check(order)) return { refusal: 'unreadable' }
    if (order.site !== site || order.agent !== agent || order.epoch !== epoch || order.seq !== seq) return { refusal: 'not-for-us' }
    const body = (order as unknown as Order).body
    if (!Object.hasOwn(bodies, order.kind)) return { refusal: 'unknown-kind' }
    if (!bodies[order.kind]?.Check(body)) return { refusal: 'unreadable' }
    const refusal = obey[order.kind](body as never, seq)
    return refusal === null ? { kind: order.kind } : { refusal }
  }
  const alarm = (kind: 'seal-broken' | 'conflict', occurrence: string, why: string, batch: Batch): void => {
    log.error({ why, epoch: batch.epoch, from: batch.from, key: batch.head.key }, 'orders that are not ours to obey')
    journal.commit(() =>
      alarms.raise(
        alarmOf(kind, occurrence.slice(0, 80), {
          what: 'orders',
          why,
          from: batch.from,
          key: batch.head.key.slice(0, 16),
        }),
        stamps(),
      ),
    )
  }
  return {
    head,
    startOver() {
      database.run('delete from order_head')
      parts.booklets.putBack()
      known = undefined
    },
    refused: () => database.one<{ n: number }>('select count(*) as n from refused_order')?.n ?? 0,
    apply(batch) {
      if (!headIsSigned(ordersOf(site, agent), batch.head, issuer)) {
        alarm('seal-broken', `orders-head/${batch.head.key.slice(0, 16)}`, 'foreign-issuer', batch)
        return { receipt: null, applied: [] }
      }
      const stand = standpoint(head(), batch.epoch)
      const now = head() ?? emptyHead(batch.epoch)
      // A stream from before a restore of the cloud, arriving late: we have moved on and say where we stand.
      if (!stand) return { receipt: receiptFor(now, null), applied: [] }
      const judged = accept(stand, batch, issuer, prevOf)
      if (judged.kind === 'conflict') {
        alarm('conflict', `orders/${batch.epoch}/${stand.seq}`, judged.why, batch)
        return { receipt: receiptFor(stand, null), applied: [] }
      }
      if (judged.kind !== 'next') return { receipt: receiptFor(stand, batch.head), applied: [] }
      const applied: OrderKind[] = []
      journal.commit(() => {
        for (const [at, line] of batch.lines.entries()) {
          if (at < judged.skip) continue
          const verdict = judge(line.bytes, batch.epoch, batch.from + at)
          if ('kind' in verdict) applied.push(verdict.kind)
          else refuse(batch.epoch, batch.from + at, verdict.refusal, line.bytes)
        }
        keepHead(batch.head)
      })
      return { receipt: receiptFor(batch.head, batch.head), applied }
    },
  }
}

/** Where we stand for a batch of this epoch: a later epoch of the cloud begins anew, an earlier one is over. */
function standpoint(have: Head | null, epoch: Epoch): Head | null {
  if (have === null || epochNumber(epoch) > epochNumber(have.epoch)) return emptyHead(epoch)
  return have.epoch === epoch ? have : null
}

function parse(bytes: string): unknown {
  try {
    return JSON.parse(bytes)
  } catch {
    return null
  }
}
function prevOf(bytes: string): string | null {
  const prev = (parse(bytes) as { prev?: unknown } | null)?.prev
  return typeof prev === 'string' ? prev : null
}
