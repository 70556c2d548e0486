import { scaleError } from '#edge/limits'
import type { LedgerRecord, SealedRecord } from '#edge/records'
import { Kilograms } from '#edge/units'
import type { Weighing } from '#edge/weighing'
import type { Store } from './store/store.ts'

export interface CheckTruckParts {
  readonly store: Pick<Store, 'register' | 'scales' | 'stamps' | 'broken'>
  onBroken(error: Error): void
}

/** How a plate may have been found: one that is only near, or typed by a person, proves no certified weight. */
const SURE: ReadonlySet<Weighing['vehicle']['match']> = new Set(['same', 'shown', 'register', 'tag'])

/**
 * 检衡车: a registered vehicle of certified weight checks each scale it is weighed on, without anybody's hand. Hears what the store has
 * written; its own writing comes after the gate's orders, which wait for nothing.
 */
export function checkTrucks({ store, onBroken }: CheckTruckParts): (records: readonly SealedRecord[]) => void {
  function check(weighing: Weighing): void {
    const { lane, weightKg, scale, vehicle } = weighing
    const [known] = vehicle.plate === null ? [] : store.register.candidates([vehicle.plate]).filter(({ plate }) => plate === vehicle.plate)
    const knownKg = known?.knownKg
    if (knownKg === undefined || knownKg < scale.minKg || knownKg > scale.maxKg) return
    const limitKg = scaleError(knownKg, scale.eKg)
    const figures = { knownKg: Kilograms(knownKg), shownKg: Kilograms(weightKg), limitKg, good: Math.abs(weightKg - knownKg) <= limitKg }
    const about = { lane, what: 'known-weight', seal: null, note: vehicle.plate ?? '', operator: 'automatic' } as const
    store.scales.enter({ ...about, ...figures }, store.stamps())
  }
  return (records) => {
    for (const { kind, bytes } of records) {
      if (kind !== 'weighing') continue
      const { body } = JSON.parse(bytes) as LedgerRecord<'weighing'>
      if (!SURE.has(body.vehicle.match)) continue
      queueMicrotask(() => {
        if (store.broken()) return
        try {
          check(body)
        } catch (error) {
          onBroken(error as Error)
        }
      })
    }
  }
}
