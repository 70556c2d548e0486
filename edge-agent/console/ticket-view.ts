import type { ConsoleLane } from '#edge/console'
import type { LaneState, Rules } from '#weighing/vocabulary'
import type { Store } from '../store/store.ts'

/** The ticket of the vehicle that is here, with what it may still load; null where none was matched. */
export function consoleTicket(
  state: LaneState,
  weightKg: number | null,
  rules: Rules,
  book: Pick<Store['book'], 'get'>,
): ConsoleLane['ticket'] {
  const given = 'given' in state ? state.given : null
  const known = given?.ticket ? book.get(given.ticket) : null
  if (!given || !known) return null
  const { ticket, tare } = known
  const { number, carrierName, consignee, product, plannedNetKg, validUntil } = ticket
  const onScale = weightKg !== null && weightKg >= rules.vehicleFrom ? weightKg : given.weight
  return {
    number,
    carrierName,
    consignee,
    product,
    plannedNetKg,
    validUntil,
    state: known.state,
    tareKg: tare?.kg ?? null,
    remainingKg: tare === null ? null : plannedNetKg - (onScale - tare.kg),
  }
}
