import { type Booklet, type Drawn, type DrawnTicket, type SignedBooklet, ticketFits } from '#edge/booklet'
import { canonical } from '#edge/canonical'
import type { BookletId } from '#edge/ids'
import type { LedgerRecord, SealedRecord } from '#edge/records'
import { bodyIsSigned, type Verifier } from '#edge/seal'
import { type Ticket, ticketNumberIsWhole } from '#edge/ticket'
import { after, days, hours, type Instant, toIso } from '#edge/units'
import type { Database } from './database.ts'
import type { Journal } from './journal.ts'
import { recordIn } from './record-in.ts'

/** The booklets of this site, and which of their numbers have been drawn here: see `contract/booklet.ts`. */
export interface Booklets {
  /**
   * Enters a booklet whose signature the caller has verified. The same again changes nothing. False when it is none that could be drawn
   * from: another one of that name is here, its hours end before they begin, a number in it is no number, or stands there twice.
   * Inside a commit.
   */
  enter(signed: SignedBooklet, orderSeq: number): boolean
  /** Nothing is drawn from it any more. False where it is unknown. Inside a commit. */
  withdraw(booklet: BookletId): boolean
  /** This store was put back: nobody here knows which numbers went out meanwhile, so none is drawn from what it holds. Inside a commit. */
  putBack(): void
  /** In the order in which they came. */
  all(): HeldBooklet[]
  get(booklet: string): HeldBooklet | null
  /** The next number is used up, by this record. Inside the commit that writes it; throws where that number is no longer the next. */
  used(drawn: DrawnTicket, record: SealedRecord): void
  /** Whether a drawn ticket is what its booklet allows. One whose booklet has been forgotten is closed, and nothing rests on it. */
  allows(ticket: Ticket): boolean
  /** Forgets booklets whose tickets ended long ago. */
  forget(now: Instant): void
}

export interface HeldBooklet {
  readonly booklet: Booklet
  /** Verified again at every reading: whoever edits the file after a booklet was entered gains nothing by it. */
  readonly sealGood: boolean
  readonly drawn: Drawn
  /** See `Booklets.putBack`. */
  readonly putBack: boolean
}

interface Row {
  readonly signed: string
  readonly drawn: number
  readonly drawn_kg: number
  readonly stopped: 'withdrawn' | 'put-back' | null
}

const KEPT_AFTER = days(30)
const COLUMNS = 'signed, drawn, drawn_kg, stopped'

export function bookletsIn(database: Database, journal: Journal, issuer: Verifier): Booklets {
  const read = (row: Row): HeldBooklet => {
    const signed = JSON.parse(row.signed) as SignedBooklet
    return {
      booklet: signed.body,
      sealGood: bodyIsSigned('booklet', signed, issuer),
      drawn: { count: row.drawn, kg: row.drawn_kg, withdrawn: row.stopped === 'withdrawn' },
      putBack: row.stopped === 'put-back',
    }
  }
  const rowOf = (booklet: string): Row | null => database.one<Row>(`select ${COLUMNS} from booklet where booklet = ?`, booklet)
  return {
    enter(signed, orderSeq) {
      const { booklet, numbers, validFrom, validUntil, ticketHours } = signed.body
      const held = rowOf(booklet)
      if (held) return held.signed === canonical(signed)
      const whole = numbers.every(ticketNumberIsWhole) && new Set(numbers).size === numbers.length
      if (!whole || !(Date.parse(validFrom) < Date.parse(validUntil))) return false
      const keepUntil = after(after(Date.parse(validUntil) as Instant, hours(ticketHours)), KEPT_AFTER)
      const from = notBefore(journal)
      database.run(
        'insert into booklet (booklet, signed, order_seq, stopped, keep_until) values (?, ?, ?, ?, ?)',
        booklet,
        canonical(signed),
        orderSeq,
        from !== null && Date.parse(validFrom) <= from ? 'put-back' : null,
        toIso(keepUntil),
      )
      return true
    },
    withdraw: (booklet) => database.run(`update booklet set stopped = 'withdrawn' where booklet = ?`, booklet) === 1,
    putBack: () => void database.run(`update booklet set stopped = 'put-back' where stopped is null`),
    all: () => database.all<Row>(`select ${COLUMNS} from booklet order by order_seq, booklet`).map(read),
    get(booklet) {
      const row = rowOf(booklet)
      return row && read(row)
    },
    used({ booklet, serial, ticket }, { identity: { epoch, seq } }) {
      const moved = database.run(
        'update booklet set drawn = ?, drawn_kg = drawn_kg + ? where booklet = ? and drawn = ? and stopped is null',
        serial,
        ticket.plannedNetKg,
        booklet,
        serial - 1,
      )
      if (moved !== 1) throw new Error(`serial ${serial} of ${booklet} is not the next to be drawn`)
      database.run(
        'insert into drawn_ticket (number, booklet, serial, epoch, seq) values (?, ?, ?, ?, ?)',
        ticket.number,
        booklet,
        serial,
        epoch,
        seq,
      )
    },
    allows(ticket) {
      const row = database.one<{ signed: string; serial: number }>(
        'select signed, serial from drawn_ticket join booklet using (booklet) where number = ?',
        ticket.number,
      )
      if (row === null) return false
      const signed = JSON.parse(row.signed) as SignedBooklet
      return bodyIsSigned('booklet', signed, issuer) && ticketFits(signed.body, row.serial, ticket)
    },
    forget(now) {
      const gone = database.all<{ booklet: string }>('select booklet from booklet where keep_until < ? limit 5', toIso(now))
      if (gone.length === 0) return
      database.transaction(() => {
        for (const { booklet } of gone) {
          database.run(
            `update ticket set state = 'expired' where state in ('issued', 'checked-in', 'held') and ordered = 0
             and number in (select number from drawn_ticket where booklet = ?)`,
            booklet,
          )
          database.run('delete from drawn_ticket where booklet = ?', booklet)
          database.run('delete from booklet where booklet = ?', booklet)
        }
      })
    },
  }
}

/**
 * Where this epoch began because records were lost or put back: when. A booklet whose hours had begun by then may have been drawn from in
 * what was lost.
 */
function notBefore(journal: Journal): Instant | null {
  const first = journal.record(journal.head().epoch, 1)
  const opening = first && recordIn(first.bytes)
  if (opening?.kind !== 'opening' || (opening as LedgerRecord<'opening'>).body.reason === 'first-start') return null
  return Date.parse(opening.at) as Instant
}
