import { type DrawnTicket, type DrawRefusal, nextSerial, refusalOfDraw, ticketFrom, type Wanted } from '#edge/booklet'
import type { SealedRecord } from '#edge/records'
import { type Signer, signBody } from '#edge/seal'
import type { Booklets, HeldBooklet } from './booklets.ts'
import type { Journal, Stamps } from './journal.ts'
import type { TicketBook } from './ticket-book.ts'

/** One number wanted from one booklet. */
export interface Draw {
  readonly booklet: string
  readonly wanted: Wanted
  readonly operator: string
  readonly darkSince: string
  readonly stamps: Stamps
}
/**
 * Why this site draws nothing. Beside the booklet's own limits: `put-back`, this store was restored after the booklet was signed and nobody
 * here knows which numbers went out meanwhile; `number-taken`, its next number is another ticket's already; `seal-broken`, somebody edited it.
 */
export type RefusalHere = DrawRefusal | 'no-such-booklet' | 'put-back' | 'number-taken' | 'seal-broken'
export type Drew =
  | { readonly ok: true; readonly drawn: DrawnTicket; readonly sealed: SealedRecord }
  | { readonly ok: false; readonly refusal: RefusalHere }

export interface DrawParts {
  readonly journal: Journal
  readonly booklets: Booklets
  readonly book: TicketBook
  /** The agent's own key: with it a drawn ticket is signed, as its record is. */
  readonly signer: Signer
}

/**
 * Draws the next number: one transaction uses up the serial, seals the record and puts the ticket into the book, so that after a crash at any
 * point a number is drawn or it is not, and never twice.
 */
export function drawOn({ journal, booklets, book, signer }: DrawParts, { booklet: name, wanted, operator, darkSince, stamps }: Draw): Drew {
  return journal.commit((): Drew => {
    const held = booklets.get(name)
    if (held === null) return { ok: false, refusal: 'no-such-booklet' }
    const refusal = refusalOfHeld(held) ?? refusalOfDraw(held.booklet, held.drawn, wanted, stamps.at)
    const serial = nextSerial(held.booklet, held.drawn)
    if (refusal !== null || serial === null) return { ok: false, refusal: refusal ?? 'used-up' }
    const ticket = ticketFrom(held.booklet, serial, wanted, stamps.at)
    if (book.get(ticket.number) !== null) return { ok: false, refusal: 'number-taken' }
    const drawn: DrawnTicket = { booklet: held.booklet.booklet, serial, ticket, operator, darkSince }
    const sealed = journal.append('drawn-ticket', drawn, stamps)
    booklets.used(drawn, sealed)
    book.enterDrawn(signBody('ticket', ticket, signer))
    return { ok: true, drawn, sealed }
  })
}

/** What speaks against a booklet as this store holds it, whatever is wanted. */
export const refusalOfHeld = ({ sealGood, putBack }: Pick<HeldBooklet, 'sealGood' | 'putBack'>): RefusalHere | null =>
  sealGood ? (putBack ? 'put-back' : null) : 'seal-broken'
