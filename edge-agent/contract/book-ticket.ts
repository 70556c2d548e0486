import type { Ticket, TicketState } from './ticket.ts'
import type { Tare } from './weighing.ts'

/** One ticket as this site's book knows it, with what has happened to it here. */
export interface BookTicket {
  readonly ticket: Ticket
  readonly state: TicketState
  readonly sealGood: boolean
  /** The empty weighing it was checked in with; null before that. */
  readonly tare: Tare | null
  /** Where and when it was used up, for the words "already used at …". */
  readonly usedAt: string | null
}

/** States in which a ticket can still carry a truck through the gate. */
const OPEN: ReadonlySet<TicketState> = new Set(['issued', 'checked-in', 'held'])
export const isOpen = (book: BookTicket): boolean => OPEN.has(book.state)
