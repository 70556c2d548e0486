import type { BookTicket } from '#edge/book-ticket'
import { canonical } from '#edge/canonical'
import type { TicketNumber } from '#edge/ids'
import { confusableKey, Plate, readPlate } from '#edge/plate'
import { bodyIsSigned, type Verifier } from '#edge/seal'
import { bookEntry, bookHash, type SignedTicket, type TicketState } from '#edge/ticket'
import type { Tare } from '#edge/weighing'
import { EdgeError } from '../errors.ts'
import type { Booklets } from './booklets.ts'
import type { Database } from './database.ts'
import { factIn, keepFact } from './facts.ts'

/**
 * The tickets of this site, delivered ahead of the trucks and used once (DESIGN.md D19, DOMAIN.md section 3). Expired, voided and used
 * ones are kept: "already used at …" must have something to stand on.
 */
export interface TicketBook {
  /**
   * Enters a ticket whose signature the caller has verified. The same ticket again changes nothing; its state here stays, also where it was
   * drawn here before the cloud ordered it. False when its plate is no plate, or when the number is already another ticket's.
   */
  enter(signed: SignedTicket, orderSeq: number): boolean
  /** A ticket drawn from a booklet, signed by this agent; its number is not in the book yet. Inside the commit that seals its record. */
  enterDrawn(signed: SignedTicket): void
  /** Takes a ticket back. False when it is unknown here; a ticket that has already left stays released, the book still notes the void. */
  void(number: TicketNumber, state: 'voided' | 'expired'): boolean
  /** Tickets whose plate is one of these or confusable with it: the open ones, and the five newest others of each. */
  candidates(plates: readonly string[]): BookTicket[]
  get(number: string): BookTicket | null
  /** Moves a ticket on, once: throws EdgeError 'ticket-moved' where it is no longer what the decision rested on. */
  use(number: TicketNumber, from: TicketState, to: TicketState, about: { tare: Tare | 'keep'; usedAt: string | null }): void
  /**
   * The vehicle it was used for did not leave: back to what it was before, with the tare it had `before` if that was replaced, without
   * one where it had none yet. One that was taken back meanwhile is voided; one that is no longer `from` stays as it is.
   */
  giveBack(number: TicketNumber, from: TicketState, to: TicketState, before: Tare | null): void
  /** What `hello` proves the book with: how many tickets the cloud's orders brought, and the hash over all of them. */
  proof(): { readonly tickets: number; readonly hash: string }
}

interface TicketRow {
  readonly signed: string
  readonly state: TicketState
  readonly tare: string | null
  readonly used_at: string | null
  readonly ordered: number
}

/** What a drawn ticket rests on: this agent's own signature, and its booklet. */
export interface DrawnBy {
  readonly own: Verifier
  readonly booklets: Pick<Booklets, 'allows'>
}

const OTHERS_KEPT_IN_SIGHT = 5
const COLUMNS = 'signed, state, tare, used_at, ordered'
const OPEN = `('issued', 'checked-in', 'held')`

export function ticketBookIn(database: Database, issuer: Verifier, { own, booklets }: DrawnBy): TicketBook {
  let proven: { tickets: number; hash: string } | null = null
  database.onRollback(() => {
    proven = null
  })
  // Verified again at every reading: whoever edits the file after a ticket was entered gains nothing by it.
  const read = (row: TicketRow): BookTicket => {
    const signed = JSON.parse(row.signed) as SignedTicket
    return {
      ticket: signed.body,
      state: row.state,
      sealGood:
        row.ordered === 1 ? bodyIsSigned('ticket', signed, issuer) : bodyIsSigned('ticket', signed, own) && booklets.allows(signed.body),
      tare: row.tare === null ? null : (JSON.parse(row.tare) as Tare),
      usedAt: row.used_at,
    }
  }
  /** The hash is a XOR over entries, so one entry is put in, or taken out, without reading the others. */
  const toggle = (entry: string): void => {
    const sum = factIn(database, 'book') ?? '0'.repeat(64)
    keepFact(database, 'book', xor(sum, bookHash([entry], issuer)))
    proven = null
  }
  const insert = (signed: SignedTicket, plate: Plate, orderSeq: number, ordered: 0 | 1): void => {
    database.run(
      `insert into ticket (number, plate_key, signed, signature, state, order_seq, ordered) values (?, ?, ?, ?, 'issued', ?, ?)`,
      signed.body.number,
      confusableKey(plate),
      canonical(signed),
      signed.signature,
      orderSeq,
      ordered,
    )
  }
  /** A ticket drawn here that the cloud now orders, too: from now on its authority is the cloud's signature. */
  const adopt = (signed: SignedTicket, orderSeq: number, held: { readonly signed: string; readonly voided: number }): boolean => {
    if (canonical((JSON.parse(held.signed) as SignedTicket).body) !== canonical(signed.body)) return false
    const { number } = signed.body
    const row = [canonical(signed), signed.signature, orderSeq, number] as const
    database.run('update ticket set signed = ?, signature = ?, order_seq = ?, ordered = 1 where number = ?', ...row)
    toggle(bookEntry(number, signed.signature, held.voided === 1))
    return true
  }
  return {
    enter(signed, orderSeq) {
      const { number } = signed.body
      const plate = readPlate(signed.body.plate)
      if (plate.kind !== 'plate') return false
      const held = database.one<TicketRow & { readonly signature: string; readonly voided: number }>(
        `select ${COLUMNS}, signature, voided from ticket where number = ?`,
        number,
      )
      if (held?.ordered === 1) return held.signature === signed.signature
      if (held) return adopt(signed, orderSeq, held)
      insert(signed, plate.plate, orderSeq, 1)
      toggle(bookEntry(number, signed.signature, false))
      return true
    },
    enterDrawn(signed) {
      const newest = database.one<{ seq: number }>('select seq from order_head')?.seq ?? 0
      insert(signed, Plate(signed.body.plate), newest, 0)
    },
    void(number, state) {
      const row = database.one<{ signature: string; voided: number; ordered: number }>(
        'select signature, voided, ordered from ticket where number = ?',
        number,
      )
      if (!row) return false
      if (row.voided === 1) return true
      database.run(`update ticket set voided = 1, state = case when state in ${OPEN} then ? else state end where number = ?`, state, number)
      if (row.ordered === 0) return true
      toggle(bookEntry(number, row.signature, false))
      toggle(bookEntry(number, row.signature, true))
      return true
    },
    candidates(plates) {
      const keys = [...new Set(plates.map((plate) => confusableKey(plate as Plate)))]
      return keys.flatMap((key) => [
        ...database
          .all<TicketRow>(`select ${COLUMNS} from ticket where plate_key = ? and state in ${OPEN} order by order_seq`, key)
          .map(read),
        ...database
          .all<TicketRow>(
            `select ${COLUMNS} from ticket where plate_key = ? and state not in ${OPEN} order by order_seq desc limit ${OTHERS_KEPT_IN_SIGHT}`,
            key,
          )
          .map(read),
      ])
    },
    get(number) {
      const row = database.one<TicketRow>(`select ${COLUMNS} from ticket where number = ?`, number)
      return row && read(row)
    },
    use(number, from, to, { tare, usedAt }) {
      const moved = database.run(
        'update ticket set state = ?, tare = case when ? is null then tare else ? end, used_at = coalesce(?, used_at) where number = ? and state = ?',
        to,
        tare === 'keep' ? null : canonical(tare),
        tare === 'keep' ? null : canonical(tare),
        usedAt,
        number,
        from,
      )
      if (moved === 1) return
      const now = database.one<{ state: string }>('select state from ticket where number = ?', number)?.state ?? 'unknown here'
      throw new EdgeError('ticket-moved', { number, from, to, now })
    },
    giveBack(number, from, to, before) {
      database.run(
        `update ticket set state = case when voided = 1 then 'voided' else ? end,
           tare = case when ? = 'issued' then null else coalesce(?, tare) end, used_at = null where number = ? and state = ?`,
        to,
        to,
        before && canonical(before),
        number,
        from,
      )
    },
    proof() {
      proven ??= {
        tickets: database.one<{ n: number }>('select count(*) as n from ticket where ordered = 1')?.n ?? 0,
        hash: factIn(database, 'book') ?? '0'.repeat(64),
      }
      return proven
    },
  }
}

function xor(a: string, b: string): string {
  let sum = ''
  for (let at = 0; at < 64; at += 1) sum += (Number.parseInt(a[at] as string, 16) ^ Number.parseInt(b[at] as string, 16)).toString(16)
  return sum
}
