import type { Tare } from './weighing.ts'

/** 装载: the tare and the gross that belong together. */
export interface Load {
  readonly tareKg: number
  readonly grossKg: number
  readonly netKg: number
  /** The empty weighing it rests on, by its place in the site's ledger. */
  readonly tare: { readonly epoch: string; readonly seq: number; readonly at: string }
}

/** Pairs a gross weighing with the tare it names. Null where it names none or the load would weigh less than nothing. */
export function pair(gross: { readonly kind: string; readonly weightKg: number; readonly tare: Tare | null }): Load | null {
  const { kind, weightKg, tare } = gross
  if (kind !== 'gross' || tare === null || weightKg < tare.kg) return null
  return {
    tareKg: tare.kg,
    grossKg: weightKg,
    netKg: weightKg - tare.kg,
    tare: { epoch: tare.epoch, seq: tare.seq, at: tare.at },
  }
}
