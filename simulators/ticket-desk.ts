import type { TicketNumber } from '#edge/ids'
import type { FleetTruck } from './fleet.ts'

/** What a carrier asks for. */
export interface TicketWish {
  readonly truck: FleetTruck
  readonly plannedNetKg: number
  readonly validHours?: number
  /** Tickets that have been used, which a cloud that has not heard of it yet still takes for open. */
  readonly spent?: ReadonlySet<string>
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
