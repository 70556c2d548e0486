import type { OrderKind } from '#edge/orders'
import { decodeBatch, type Receipt } from '#edge/stream'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'

/** Orders down: each batch to the store's inbox, its receipt back. A payload that is no batch is not answered. */
export function orderDownlink(parts: {
  readonly store: Pick<Store, 'orders'>
  readonly answer: (receipt: Receipt) => void
  readonly onApplied: (kinds: readonly OrderKind[]) => void
  readonly log: Log
}): (payload: string) => void {
  const { store, answer, onApplied, log } = parts
  return (payload) => {
    const reading = decodeBatch(payload)
    if (!reading.ok) {
      log.warn({ reason: reading.reason }, 'what came as orders is no batch')
      return
    }
    const { receipt, applied } = store.orders.apply(reading.batch)
    if (receipt) answer(receipt)
    if (applied.length > 0) onApplied(applied)
  }
}
