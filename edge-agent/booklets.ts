import { isOpen } from '#edge/book-ticket'
import { nextSerial, refusalOfBooklet, refusalOfDraw, ticketFrom, type Wanted } from '#edge/booklet'
import type { BookletDraw, BookletDrawn, ConsoleBooklet, ConsoleBooklets } from '#edge/console'
import type { Facts, Finding, FindingCode } from '#edge/findings'
import type { RegisteredVehicle } from '#edge/orders'
import { isTrailer, type Plate, readPlate } from '#edge/plate'
import { judge } from '#edge/policy'
import type { Ticket } from '#edge/ticket'
import { checkAtIssue, refusesIssue } from '#edge/ticket-check'
import { days, type Instant, toIso } from '#edge/units'
import { sayFinding } from '#edge/why'
import { type RefusalAtSite, sayBookletRefusal } from '#edge/words/booklet'
import type { Language } from '#edge/words/words'
import type { Log } from './log.ts'
import type { HeldBooklet } from './store/booklets.ts'
import { refusalOfHeld } from './store/draw.ts'
import type { Store } from './store/store.ts'

/**
 * Tickets for trucks while the cloud is away: a person at the site draws the next number of a booklet that was signed ahead. What an issuer
 * checks is checked here, too, by the same functions and the policy in force; what is drawn opens the gate like any other ticket.
 */
export interface BookletDesk {
  listing(): ConsoleBooklets
  /** `operator`: who signed in. Answered only once it is sealed on disk. */
  draw(asked: BookletDraw, operator: string): DrawAnswer
}
export type DrawAnswer =
  | { readonly ok: true; readonly drawn: BookletDrawn }
  /** One sentence in both languages; `kind` is its stable name: a `RefusalAtSite`, or the code of a finding. */
  | { readonly ok: false; readonly kind: string; readonly zh: string; readonly en: string }

export interface BookletDeskParts {
  readonly store: Pick<Store, 'booklets' | 'draw' | 'register' | 'book' | 'history' | 'policies' | 'stamps'>
  /** Since when the cloud is out of reach; null while tickets are issued there. */
  readonly darkSince: () => Instant | null
  readonly log: Log
}

export function bookletDesk({ store, darkSince, log }: BookletDeskParts): BookletDesk {
  return {
    listing: () => bookletsListed(store, store.stamps().at, darkSince()),
    draw(asked, operator) {
      const answer = draw(asked, operator)
      if (answer.ok)
        log.info(
          { booklet: asked.booklet, serial: answer.drawn.serial, ticket: answer.drawn.ticket.number, operator },
          'a ticket was drawn',
        )
      else log.warn({ booklet: asked.booklet, operator, refused: answer.kind }, 'no ticket was drawn')
      return answer
    },
  }

  function draw(asked: BookletDraw, operator: string): DrawAnswer {
    const since = darkSince()
    if (since === null) return no('cloud-is-there')
    const plate = plateIn(asked.plate)
    if (plate === null || isTrailer(plate)) return no('plate-wrong')
    const trailer = asked.trailer === null ? null : plateIn(asked.trailer)
    if (asked.trailer !== null && (trailer === null || !isTrailer(trailer))) return no('trailer-wrong')
    const held = store.booklets.get(asked.booklet)
    if (held === null) return no('no-such-booklet')
    const { booklet, drawn } = held
    const stamps = store.stamps()
    const vehicle = store.register.candidates([plate]).find((known) => known.plate === plate) ?? null
    const { axles = 0, drivenAxles = 0 } = vehicle ?? {}
    const { plateColour, product, plannedNetKg } = asked
    const wanted: Wanted = { plate, plateColour, trailer, axles, drivenAxles, product, plannedNetKg }
    const limit = refusalOfHeld(held) ?? refusalOfDraw(booklet, drawn, wanted, stamps.at)
    const serial = nextSerial(booklet, drawn)
    if (limit !== null || serial === null) return no(limit ?? 'used-up', factsOf(held))
    const against = speaksAgainst(ticketFrom(booklet, serial, wanted, stamps.at), vehicle, stamps.at)
    if (against !== null) return against
    const drew = store.draw({ booklet: asked.booklet, wanted, operator, darkSince: toIso(since), stamps })
    if (!drew.ok) return no(drew.refusal, factsOf(held))
    return { ok: true, drawn: { ticket: drew.drawn.ticket, serial: drew.drawn.serial } }
  }

  /**
   * What an issuer would find against it. Two things refuse whatever the policy says: with two open tickets nobody could tell which of them a
   * truck came on, and a suspended truck gets none from a site that is alone.
   */
  function speaksAgainst(ticket: Ticket, vehicle: RegisteredVehicle | null, at: Instant): DrawAnswer | null {
    const policy = store.policies.current()
    if (policy === null) return no('no-policy')
    const { plate } = ticket
    const openTickets = store.book
      .candidates([plate])
      .filter((known) => isOpen(known) && known.ticket.plate === plate && at < Date.parse(known.ticket.validUntil))
      .map((known) => known.ticket.number)
    const knownTareKg = store.history.tares([plate])[0]?.kg ?? null
    const judged = judge(checkAtIssue({ at, ticket, carrierKnown: true, vehicle, openTickets, knownTareKg }), policy, at)
    const found = judged.find(({ code }) => ALWAYS.has(code)) ?? judged.find((one) => refusesIssue([one]))
    return found === undefined ? null : refusedBy(found)
  }
}
const ALWAYS: ReadonlySet<FindingCode> = new Set(['vehicle-suspended', 'vehicle-has-open-ticket'])

/** A site where nothing runs lists what is left, too. `since` null: the cloud is there, or nobody knows. */
export function bookletsListed(store: Pick<Store, 'booklets'>, at: Instant, since: Instant | null): ConsoleBooklets {
  const listed = store.booklets.all().filter(({ booklet }) => Date.parse(booklet.validUntil) > at - STILL_LISTED)
  return { dark: since !== null, darkSince: since === null ? null : toIso(since), booklets: listed.map((held) => shown(held, at)) }
}
/** Whoever looks for yesterday's booklet is told that it is over. */
const STILL_LISTED = days(1)

function shown(held: HeldBooklet, at: Instant): ConsoleBooklet {
  const { booklet, drawn } = held
  const { carrierName, consignee, category, products, numbers, mostKg, mostEachKg, validFrom, validUntil, ticketHours } = booklet
  return {
    booklet: booklet.booklet,
    carrierName,
    consignee,
    category,
    products,
    count: numbers.length,
    left: numbers.length - drawn.count,
    mostKg,
    leftKg: mostKg - drawn.kg,
    mostEachKg,
    validFrom,
    validUntil,
    ticketHours,
    refusal: refusalOfHeld(held) ?? refusalOfBooklet(booklet, drawn, at),
  }
}

const plateIn = (text: string): Plate | null => {
  const reading = readPlate(text)
  return reading.kind === 'plate' ? reading.plate : null
}

const factsOf = ({ booklet: { validFrom, validUntil, mostEachKg, mostKg }, drawn }: HeldBooklet): Facts => ({
  validFrom,
  validUntil,
  mostEachKg,
  leftKg: mostKg - drawn.kg,
})
function no(kind: RefusalAtSite, facts: Facts = {}): DrawAnswer {
  const says = (language: Language): string => sayBookletRefusal(kind, facts, language)
  return { ok: false, kind, zh: says('zh'), en: says('en') }
}
function refusedBy(found: Finding): DrawAnswer {
  const says = (language: Language): string => sayFinding(found, language, 'operator')
  return { ok: false, kind: found.code, zh: says('zh'), en: says('en') }
}
