import type { OrderBody, OrderKind } from '#edge/orders'
import type { Hasher } from '#edge/seal'
import { bookEntry, bookHash } from '#edge/ticket'
import type { Transaction } from '../database/pool.ts'

/** The ticket book as an agent has it when it has applied all its orders; `hello` proves the one there is this one (DESIGN.md D7). */
export interface Book {
  readonly tickets: number
  readonly hash: string
}

export interface BookOrder {
  readonly site: string
  readonly agent: string
  readonly epoch: string
  readonly seq: number
  readonly kind: OrderKind
  readonly body: OrderBody
}

/**
 * What an order does to the book it goes into. Ordered again (a book filled anew), a ticket is still one entry. A booklet is told its place.
 * What is drawn from it stands outside this proof until its record has come and it is ordered back (ingest/drawn-tickets.ts).
 */
export async function bookAfter(tx: Transaction, hasher: Hasher, book: Book, order: BookOrder): Promise<Book> {
  if (order.kind === 'ticket') return enter(tx, hasher, book, order, order.body as OrderBody<'ticket'>)
  if (order.kind === 'void-ticket') return strike(tx, hasher, book, (order.body as OrderBody<'void-ticket'>).number)
  if (order.kind === 'booklet') await place(tx, order, (order.body as OrderBody<'booklet'>).body.booklet)
  if (order.kind === 'withdraw-booklet') await placeWithdrawal(tx, order, (order.body as OrderBody<'withdraw-booklet'>).booklet)
  return book
}

const place = (tx: Transaction, { agent, epoch, seq }: BookOrder, booklet: string): Promise<unknown> =>
  tx.query('update booklet set agent = $2, order_epoch = $3, order_seq = $4 where booklet = $1', [booklet, agent, epoch, seq])
const placeWithdrawal = (tx: Transaction, { epoch, seq }: BookOrder, booklet: string): Promise<unknown> =>
  tx.query('update booklet set withdraw_epoch = $2, withdraw_seq = $3 where booklet = $1', [booklet, epoch, seq])

async function enter(
  tx: Transaction,
  hasher: Hasher,
  book: Book,
  order: BookOrder,
  { body, signature }: OrderBody<'ticket'>,
): Promise<Book> {
  const { site, agent, epoch, seq } = order
  await tx.query('update ticket set order_seq = $2 where number = $1', [body.number, seq])
  const { rowCount } = await tx.query(
    'insert into ordered_ticket (number, site, agent, epoch, signature) values ($1, $2, $3, $4, $5) on conflict (number) do nothing',
    [body.number, site, agent, epoch, signature],
  )
  if (rowCount === 0) return book
  return {
    tickets: book.tickets + 1,
    hash: toggled(book.hash, bookEntry(body.number, signature, false), hasher),
  }
}

async function strike(tx: Transaction, hasher: Hasher, book: Book, number: string): Promise<Book> {
  const { rows } = await tx.query<{ signature: string }>(
    'update ordered_ticket set voided = true where number = $1 and not voided returning signature',
    [number],
  )
  const signature = rows[0]?.signature
  if (signature === undefined) return book
  const struck = toggled(book.hash, bookEntry(number, signature, false), hasher)
  return {
    tickets: book.tickets,
    hash: toggled(struck, bookEntry(number, signature, true), hasher),
  }
}

/** The book's hash is the XOR over its entries: putting one in and taking it out are the same act. */
export function toggled(sum: string, entry: string, hasher: Hasher): string {
  const one = bookHash([entry], hasher)
  return [...sum].map((digit, at) => (Number.parseInt(digit, 16) ^ Number.parseInt(one[at] as string, 16)).toString(16)).join('')
}
