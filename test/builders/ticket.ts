import type { BookTicket } from '#edge/book-ticket'
import type { AgentId, CarrierId, Epoch, LaneId, SiteId, TicketNumber } from '#edge/ids'
import type { RegisteredVehicle } from '#edge/orders'
import { Plate } from '#edge/plate'
import { type Policy, startingPolicy } from '#edge/policy'
import { type Ticket, ticketNumber } from '#edge/ticket'
import { fromIso, type Instant } from '#edge/units'
import type { Tare } from '#edge/weighing'

/** Valid things of the contract; say only what differs. All of them belong together: one site, one lane, one afternoon. */
export const SITE = 'hongliu' as SiteId
export const LANE = 'north' as LaneId
export const AGENT = 'a1' as AgentId
export const EPOCH = '1-9f3a2b4c' as Epoch
export const NOON = fromIso('2026-11-21T04:00:00Z') as Instant

/** Numbered so that tests can name them: `aTicketNumber(7)`. */
export const aTicketNumber = (n = 1): TicketNumber => ticketNumber('610881', '261121', new Uint8Array([1, 2, 3, 4, 5, 6, n % 34, 7]))

export const aTicket = (differing: Partial<Ticket> = {}): Ticket => ({
  number: aTicketNumber(),
  site: SITE,
  category: 'out-of-city',
  carrier: 'changsheng' as CarrierId,
  carrierName: '昌盛物流(示例)',
  consignee: '府谷电厂(示例)',
  plate: Plate('陕K12345'),
  plateColour: 'yellow',
  trailer: Plate('陕K6780挂'),
  axles: 6,
  drivenAxles: 2,
  product: { coalClass: 'BN', category: 'LUMP' },
  plannedNetKg: 31_000,
  validFrom: '2026-11-21T00:00:00Z',
  validUntil: '2026-11-22T00:00:00Z',
  issuedAt: '2026-11-21T00:00:00Z',
  policy: 1,
  ...differing,
})

export const aTare = (differing: Partial<Tare> = {}): Tare => ({
  kg: 15_800,
  epoch: EPOCH,
  seq: 7,
  at: '2026-11-21T03:00:00Z',
  ...differing,
})

/** A ticket in the book. `aBookTicket({ ticket: { plate }, tare: aTare() })` is checked in. */
export function aBookTicket({ ticket, ...differing }: Partial<Omit<BookTicket, 'ticket'>> & { ticket?: Partial<Ticket> } = {}): BookTicket {
  const tare = differing.tare ?? null
  return { ticket: aTicket(ticket), state: tare ? 'checked-in' : 'issued', sealGood: true, tare, usedAt: null, ...differing }
}

export const aVehicle = (differing: Partial<RegisteredVehicle> = {}): RegisteredVehicle => ({
  plate: '陕K12345',
  use: 'coal',
  what: '六轴半挂',
  capKg: null,
  axles: 6,
  drivenAxles: 2,
  combination: true,
  suspended: false,
  ...differing,
})
export const aStaffCar = (differing: Partial<RegisteredVehicle> = {}): RegisteredVehicle =>
  aVehicle({
    plate: '陕K5566A',
    use: 'non-cargo',
    what: '职工车辆',
    capKg: 3_500,
    axles: 2,
    drivenAxles: 1,
    combination: false,
    ...differing,
  })

export const aPolicy = (differing: Partial<Policy> = {}): Policy => ({ ...startingPolicy('2026-11-20T00:00:00Z'), ...differing })
