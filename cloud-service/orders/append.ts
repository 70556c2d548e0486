import { canonical } from '#edge/canonical'
import type { Clock } from '#edge/clock'
import { NO_HASH } from '#edge/ids'
import type { Order, OrderBody, OrderKind } from '#edge/orders'
import type { Signer } from '#edge/seal'
import { toIso } from '#edge/units'
import type { Transaction } from '../database/pool.ts'
import { actAs } from '../database/transaction.ts'
import { type Book, bookAfter } from './book.ts'

/** Where the order sender hears of a new order, at the COMMIT of whoever appended it. */
export const ORDERS_CHANNEL = 'pitgate_orders'

export interface Issuing {
  readonly issuer: Signer
  readonly clock: Clock
}
export interface OrderToAppend<K extends OrderKind> {
  readonly site: string
  readonly kind: K
  readonly body: OrderBody<K>
  /** Only this agent; without it, every agent whom the order concerns. */
  readonly agent?: string
}
export interface Placed {
  readonly agent: string
  readonly epoch: string
  readonly seq: number
}

/**
 * Appends one order to the numbered stream of each agent it concerns, inside the caller's transaction: a ticket goes to exactly one
 * agent of its site (DESIGN.md D19), its void and its driver's claim to the same, a booklet likewise, everything else to all. Numbered under a lock that holds until COMMIT, so the
 * stream has no gaps. The role of ingest is taken for this one act and given back. A ticket's row must exist; it is told its place.
 * Empty where the site has no agent yet: enrolment fills its book (`fill-book.ts`).
 */
export async function appendOrder<K extends OrderKind>(
  tx: Transaction,
  issuing: Issuing,
  order: OrderToAppend<K>,
): Promise<readonly Placed[]> {
  return asIngestFor(tx, async () => {
    const placed: Placed[] = []
    for (const agent of await concerned(tx, order)) placed.push(await appendTo(tx, issuing, agent, order))
    await tx.query('select pg_notify($1, $2)', [ORDERS_CHANNEL, order.site])
    return placed
  })
}

/**
 * One act with the rights of ingest inside a person's transaction, given back afterwards. Whoever calls it has proved before that the
 * person may. When `work` throws the transaction is over, and the rights with it.
 */
export async function asIngestFor<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
  const { rows } = await tx.query<Caller>(
    `select current_setting('role') as role, current_setting('pitgate.role', true) as asking, current_setting('pitgate.scope', true) as scope`,
  )
  const caller = rows[0] as Caller
  await tx.query(actAs(tx, 'pitgate_ingest', 'ingest', ''))
  const done = await work()
  await tx.query(actAs(tx, caller.role, caller.asking ?? '', caller.scope ?? ''))
  return done
}

interface Caller {
  readonly role: 'pitgate_app' | 'pitgate_ingest' | 'pitgate_lens'
  readonly asking: string | null
  readonly scope: string | null
}
interface Addressee {
  readonly agent: string
  readonly epoch: string
}

async function concerned(tx: Transaction, { site, kind, body, agent }: OrderToAppend<OrderKind>): Promise<readonly Addressee[]> {
  const { rows } = await tx.query<Addressee>(
    'select agent, order_epoch as epoch from agent where site = $1 and ($2::text is null or agent = $2) order by agent',
    [site, agent ?? null],
  )
  if (kind === 'ticket' || kind === 'booklet') return rows.slice(0, 1)
  const holder = await holderOf(tx, kind, body)
  return holder === undefined ? rows : rows.filter((row) => row.agent === holder)
}

/**
 * The agent that has what the order is about: null is nobody; undefined: the order is for all. A ticket that was drawn at a site is in the
 * book of the agent that drew it, also where nobody has ordered it back.
 */
async function holderOf(tx: Transaction, kind: OrderKind, body: OrderBody): Promise<string | null | undefined> {
  if (kind === 'void-ticket' || kind === 'claim') {
    const { rows } = await tx.query<{ agent: string | null }>(
      `select coalesce(o.agent, t.origin ->> 'agent') as agent from ticket t left join ordered_ticket o using (number) where t.number = $1`,
      [(body as OrderBody<'void-ticket' | 'claim'>).number],
    )
    return rows[0]?.agent ?? null
  }
  if (kind !== 'withdraw-booklet') return undefined
  const { rows } = await tx.query<{ agent: string | null }>('select agent from booklet where booklet = $1', [
    (body as OrderBody<'withdraw-booklet'>).booklet,
  ])
  return rows[0]?.agent ?? null
}

interface HeadRow {
  readonly seq: number
  readonly hash: string
  readonly book_tickets: number
  readonly book_hash: string
}

async function appendTo<K extends OrderKind>(
  tx: Transaction,
  { issuer, clock }: Issuing,
  { agent, epoch }: Addressee,
  { site, kind, body }: OrderToAppend<K>,
): Promise<Placed> {
  await tx.query(
    `insert into order_head (site, agent, epoch, seq, hash, book_hash) values ($1, $2, $3, 0, $4, $4)
     on conflict (site, agent) do nothing`,
    [site, agent, epoch, NO_HASH],
  )
  const { rows } = await tx.query<HeadRow>(
    'select seq, hash, book_tickets, book_hash from order_head where site = $1 and agent = $2 for update',
    [site, agent],
  )
  const head = rows[0] as HeadRow
  const seq = head.seq + 1
  const order: Order<K> = {
    v: 1,
    site,
    agent,
    epoch,
    seq,
    prev: head.hash,
    suite: issuer.suite,
    key: issuer.key,
    kind,
    at: toIso(clock.now()),
    body,
  }
  const bytes = canonical(order)
  const hash = issuer.hash(bytes)
  const before: Book = { tickets: head.book_tickets, hash: head.book_hash }
  const book = await bookAfter(tx, issuer, before, {
    site,
    agent,
    epoch,
    seq,
    kind,
    body,
  })
  await tx.query('insert into orders (site, agent, epoch, seq, kind, bytes, hash, prev) values ($1, $2, $3, $4, $5, $6, $7, $8)', [
    site,
    agent,
    epoch,
    seq,
    kind,
    bytes,
    hash,
    head.hash,
  ])
  await tx.query('update order_head set seq = $3, hash = $4, book_tickets = $5, book_hash = $6 where site = $1 and agent = $2', [
    site,
    agent,
    seq,
    hash,
    book.tickets,
    book.hash,
  ])
  return { agent, epoch, seq }
}
