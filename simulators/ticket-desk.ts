import type { TicketNumber } from '#edge/ids'
import type { FleetTruck } from './fleet.ts'

/** What a carrier asks for. */
export interface TicketWish {
  readonly truck: FleetTruck
  readonly plannedNetKg: number
  readonly validHours?: number
}
/** What the driver carries: the number, and what his telephone shows to a code reader. */
export interface Paper {
  readonly number: TicketNumber
  readonly code: string
}
/** Where tickets come from. Null is a refusal; a desk that is away is waited for until `stopped`. */
export interface TicketDesk {
  request(wish: TicketWish, stopped: AbortSignal): Promise<Paper | null>
}
