import { randomBytes } from 'node:crypto'
import type { SignBooklet } from '#cloud/api'
import type { Booklet, SignedBooklet } from '#edge/booklet'
import type { BookletId, TicketNumber } from '#edge/ids'
import { signBody } from '#edge/seal'
import { ticketNumber } from '#edge/ticket'
import { after, hours, Instant, seconds, toIso } from '#edge/units'
import type { Transaction } from '../database/pool.ts'
import { appendOrder, type Issuing } from '../orders/append.ts'
import { Refusal } from '../problems.ts'
import { carrierNameOf, newestPolicy, shanghaiDay, siteOf } from '../tickets/issue.ts'

const USUAL = { validHours: 72, ticketHours: 24, reportWithinHours: 72, eachKg: 40_000 }

export interface Signing {
  readonly booklet: BookletId
  readonly signed: SignedBooklet
  /** Hands the booklet to its site; the last act of the same transaction. */
  readonly order: (tx: Transaction) => Promise<void>
}

/**
 * Signs a booklet for one site, carrier and consignee inside the caller's transaction: what the caller may see decides which sites and
 * carriers there are. The month's quota is not asked here, as it is not when a ticket is issued: the site's own policy judges it at the
 * gate, where a drawn ticket counts like any other, and numbers that are never drawn take nothing from it.
 */
export async function signBooklet(tx: Transaction, issuing: Issuing, by: string, wanted: SignBooklet): Promise<Signing> {
  const { county } = await siteOf(tx, wanted.site)
  const carrierName = await carrierNameOf(tx, wanted.carrier)
  if (carrierName === null)
    throw new Refusal('mistakes', { mistakes: [{ path: 'carrier', zh: '没有登记的承运企业', en: 'is no registered carrier' }] })
  const { version } = await newestPolicy(tx)
  const now = issuing.clock.now()
  const body = draft({ wanted, county, carrierName, policy: version, now })
  const signed = signBody('booklet', body, issuing.issuer)
  const { booklet, site, carrier, numbers, mostKg, validFrom, validUntil } = body
  await tx.query(
    `insert into booklet (booklet, site, county, carrier, signed, signed_at, signed_by, count, most_kg, valid_from, valid_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [booklet, site, county, carrier, signed, toIso(now), by, numbers.length, mostKg, validFrom, validUntil],
  )
  return { booklet, signed, order: async (last) => void (await appendOrder(last, issuing, { site, kind: 'booklet', body: signed })) }
}

interface Draft {
  readonly wanted: SignBooklet
  readonly county: string
  readonly carrierName: string
  readonly policy: number
  readonly now: Instant
}

function draft({ wanted, county, carrierName, policy, now }: Draft): Booklet {
  const { site, carrier, consignee, category = 'in-city', products, count, mostKg } = wanted
  const { validHours = USUAL.validHours, ticketHours = USUAL.ticketHours, reportWithinHours = USUAL.reportWithinHours } = wanted
  const from = Instant(Math.floor(now / seconds(1)) * seconds(1))
  return {
    booklet: newBookletId(),
    site,
    numbers: newNumbers(count, county, shanghaiDay(from)),
    category,
    carrier,
    carrierName,
    consignee: consignee.normalize('NFC'),
    products: [...products],
    mostKg,
    mostEachKg: Math.min(wanted.mostEachKg ?? USUAL.eachKg, mostKg),
    validFrom: toIso(from),
    validUntil: toIso(after(from, hours(validHours))),
    ticketHours,
    reportWithinHours,
    policy,
  }
}

/** Ordinary ticket numbers, each once, in no order that anybody could guess. */
function newNumbers(count: number, county: string, day: string): TicketNumber[] {
  const numbers = new Set<TicketNumber>()
  while (numbers.size < count) numbers.add(ticketNumber(county, day, randomBytes(8)))
  return [...numbers]
}
const newBookletId = (): BookletId => `BK-${randomBytes(6).toString('hex').toUpperCase()}` as BookletId
