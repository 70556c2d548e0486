import type { Booklet, SignedBooklet, Wanted } from '#edge/booklet'
import type { BookletId, CarrierId, TicketNumber } from '#edge/ids'
import { type Signer, signBody } from '#edge/seal'
import { ticketNumber } from '#edge/ticket'
import { SITE } from './ticket.ts'

/** Ticket numbers signed ahead; `from` keeps those of two booklets apart. */
export const someNumbers = (count: number, from = 0): TicketNumber[] =>
  Array.from({ length: count }, (_, at) => {
    const n = from + at
    return ticketNumber('610881', '261121', new Uint8Array([9, 8, 7, 6, Math.floor(n / 900) % 30, Math.floor(n / 30) % 30, n % 30, 3]))
  })

/** Five tickets for one carrier, of a day; say only what differs. */
export const aBooklet = (differing: Partial<Booklet> = {}): Booklet => ({
  booklet: 'BK-7QK2M9XA' as BookletId,
  site: SITE,
  numbers: someNumbers(5),
  category: 'in-city',
  carrier: 'qinyuan' as CarrierId,
  carrierName: '秦源物流(示例)',
  consignee: '锦界电厂(示例)',
  products: [
    { coalClass: 'BN', category: 'LUMP' },
    { coalClass: 'BN', category: 'FINE' },
  ],
  mostKg: 160_000,
  mostEachKg: 35_000,
  validFrom: '2026-11-21T00:00:00Z',
  validUntil: '2026-11-22T00:00:00Z',
  ticketHours: 12,
  reportWithinHours: 24,
  policy: 1,
  ...differing,
})
export const aSignedBooklet = (issuer: Signer, differing: Partial<Booklet> = {}): SignedBooklet =>
  signBody('booklet', aBooklet(differing), issuer)

export const aWanted = (differing: Partial<Wanted> = {}): Wanted => ({
  plate: '陕K12345',
  plateColour: 'yellow',
  trailer: '陕K6780挂',
  axles: 6,
  drivenAxles: 2,
  product: 0,
  plannedNetKg: 31_000,
  ...differing,
})
