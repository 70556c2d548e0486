import type { BookletDraw, BookletDrawn, ConsoleBooklet, ConsoleBooklets } from '#edge/console'
import type { CarrierId, SiteId, TicketNumber } from '#edge/ids'
import { AT } from './builders.ts'

/** Booklets as an agent tells its console of them; a test says only what differs. */
export const aBooklet = (differs: Partial<ConsoleBooklet> = {}): ConsoleBooklet => ({
  booklet: 'BK-7K3M9QX2',
  carrierName: '驼运物流(示例)',
  consignee: '神木电厂(示例)',
  category: 'in-city',
  products: [
    { coalClass: 'BN', category: 'FINE' },
    { coalClass: 'CY', category: 'LUMP' },
  ],
  count: 50,
  left: 38,
  mostKg: 1_600_000,
  leftKg: 1_226_400,
  mostEachKg: 33_000,
  validFrom: '2026-11-20T16:00:00.000Z',
  validUntil: '2026-11-22T16:00:00.000Z',
  ticketHours: 24,
  refusal: null,
  ...differs,
})

/** The network is gone, and there is one booklet. */
export const inTheDark = (...booklets: readonly ConsoleBooklet[]): ConsoleBooklets => ({
  dark: true,
  darkSince: '2026-11-21T03:12:00.000Z',
  booklets: booklets.length === 0 ? [aBooklet()] : [...booklets],
})

export const aDrawn = ({ plate, plateColour, trailer, plannedNetKg }: BookletDraw): BookletDrawn => ({
  ticket: {
    number: '610881-261121-7K3M9QX2A' as TicketNumber,
    site: 'hongliu' as SiteId,
    category: 'in-city',
    carrier: '91610800MA70TEST0X' as CarrierId,
    carrierName: '驼运物流(示例)',
    consignee: '神木电厂(示例)',
    plate,
    plateColour,
    trailer,
    axles: 6,
    drivenAxles: 2,
    product: { coalClass: 'BN', category: 'FINE' },
    plannedNetKg,
    validFrom: AT,
    validUntil: '2026-11-22T06:00:00.000Z',
    issuedAt: AT,
    policy: 7,
  },
  serial: 13,
})
